"""What was found: what agrees, what differs, and what nobody can reckon any more, and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_NAMED = 20


@dataclass
class Findings:
    """Of one kind of thing.

    Attributes:
        of: what things they are, such as "blocks".
        agree: how many are as they were made.
        since: of these, to how many something happened afterwards, by what.
        gone: how many cannot be reckoned again any more, by why.
        differ: a sentence for each that is not as it was made.
    """

    of: str
    agree: int = 0
    since: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    differ: list[str] = field(default_factory=list)

    def note(self, named: str, wrong: list[str], gone: set[str]) -> None:
        """Count one thing: what is wrong about it, and why what could not be reckoned."""
        if wrong:
            self.differ.append(f"{named}: {'; '.join(wrong)}")
        elif gone:
            self.gone.update(gone)
        else:
            self.agree += 1

    def lines(self) -> Iterator[str]:
        """All of it, as it is printed."""
        yield f"{self.of}: {self.agree} agree"
        for what, number in sorted(self.since.items()):
            yield f"  {what}: {number}; what was sealed stays"
        for why, number in sorted(self.gone.items()):
            yield f"  cannot be recomputed any more, {why}: {number}"
        for each in self.differ[:MOST_NAMED]:
            yield f"  DIFFERS {each}"
        if len(self.differ) > MOST_NAMED:
            yield f"  DIFFERS and {len(self.differ) - MOST_NAMED} more"
