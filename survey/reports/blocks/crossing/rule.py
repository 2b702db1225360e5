"""Whether rows that cross parts may be told: only if no nine people must hold one dissatisfied.

Of each part it is told how many were satisfied, and so it would be of each row. Who of a part was
dissatisfied is open as long as answers can be exchanged within it; what one row loses by that must
come back in another part. So there must be enough to exchange, whichever rows are set against the
others. Why this is enough, and why rows that tell nothing new are kept back: docs/decisions/0018.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations
from math import floor

Rows = tuple[int, ...]


@dataclass(frozen=True)
class Crossed:
    """A part of a block, and how its answers fall into rows.

    Attributes:
        whose: by row, the person who gave each answer; the forgotten are person 0.
        dissatisfied: how many of all these answers are a 1 or 2.
        unsatisfied: how many are no 4 or 5.
    """

    whose: Sequence[Sequence[int]]
    dissatisfied: int
    unsatisfied: int

    @cached_property
    def answers(self) -> list[int]:
        """How many there are in each row."""
        return [len(row) for row in self.whose]

    @cached_property
    def repeated(self) -> int:
        """How many more answers than people there are."""
        return sum(self.answers) - len(set(chain.from_iterable(self.whose)))

    def within(self, rows: Rows) -> int:
        """How many answers are in these rows."""
        return sum(self.answers[row] for row in rows)

    def room(self, rows: Rows) -> int:
        """How many unsatisfied answers these rows may hold of it."""
        return min(self.unsatisfied, self.within(rows))

    def spare(self, rows: Rows) -> int:
        """How many answers in these rows may be none of a dissatisfied before that is less."""
        neither = self.unsatisfied - self.dissatisfied
        return neither + self.within(rows) - self.room(rows)


def could_be_told(parts: Sequence[Crossed], minimum: int) -> bool:
    """Whether rows may be told at all, going by who answered and by what is told of the parts.

    Args:
        parts: of which each by itself hides everybody.
        minimum: of how many people something may be told, at least.
    """
    apart = all(_is_enough(parts, rows, minimum) for rows in _some_of(len(parts[0].whose)))
    return apart and hides_everybody(parts, expected(parts), minimum)


def may_be_told(parts: Sequence[Crossed], unsatisfied: Sequence[int], minimum: int) -> bool:
    """Whether rows that could be told are, where so many answers of each are no 4 or 5.

    Not if they are what the parts let expect: so whoever sees nothing told may think of those.
    """
    as_expected = [*unsatisfied] == expected(parts)
    return not as_expected and hides_everybody(parts, unsatisfied, minimum)


def expected(parts: Sequence[Crossed]) -> list[int]:
    """How many answers of each row are no 4 or 5 if rows make no difference: in whole numbers.

    Those with the largest fractions are rounded up, so that they add up (Hamilton's method).
    """
    exact = [0.0] * len(parts[0].whose)
    for part in parts:
        for row, answers in enumerate(part.answers):
            exact[row] += part.unsatisfied * answers / sum(part.answers)
    rounded = [floor(each) for each in exact]
    missing = sum(part.unsatisfied for part in parts) - sum(rounded)
    for row in sorted(range(len(exact)), key=lambda row: rounded[row] - exact[row])[:missing]:
        rounded[row] += 1
    return rounded


def hides_everybody(parts: Sequence[Crossed], unsatisfied: Sequence[int], minimum: int) -> bool:
    """Whether no group smaller than the minimum is sure to hold one of those dissatisfied.

    Whoever is in it, the unsatisfied of each part can be dealt out so that each row has as many as
    it has and nobody of the group is dissatisfied: that is so if any rows together have room for
    theirs (D. Gale, "A theorem on flows in networks", Pacific Journal of Mathematics 7 (1957)).

    Args:
        parts: of which each by itself hides everybody.
        unsatisfied: how many answers of each row are no 4 or 5.
        minimum: how many people it takes to be told of.
    """
    times = Counter(person for part in parts for row in part.whose for person in row)
    most = sum(n for _, n in times.most_common(minimum - 1))
    for rows in _some_of(len(unsatisfied)):
        free = sum(part.room(rows) for part in parts) - sum(unsatisfied[row] for row in rows)
        # They take no more than they have; to work it out exactly takes long.
        if free < most and free < _taken(parts, rows, most, minimum):
            return False
    return True


def _some_of(rows: int) -> Iterator[Rows]:
    """Every choice of rows but none and all of them."""
    return chain.from_iterable(combinations(range(rows), size) for size in range(1, rows))


def _is_enough(parts: Sequence[Crossed], rows: Rows, minimum: int) -> bool:
    """Whether enough people are left in rows without the parts that are wholly in them, or none.

    What they said follows by subtraction.
    """
    across = [part for part in parts if part.within(rows) < sum(part.answers)]
    left = {person for part in across for row in rows for person in part.whose[row]}
    return not left or len(left) >= minimum


def _taken(parts: Sequence[Crossed], rows: Rows, most: int, minimum: int) -> int:
    """How much less room rows have if fewer people than the minimum are none of the dissatisfied.

    Args:
        parts: all of them.
        rows: the ones that the room is in.
        most: how many answers such people gave at most.
        minimum: how many they are fewer than.
    """
    # By how many of their answers are in the parts so far.
    taken = [0] * (most + 1)
    for part in parts:
        spare = part.spare(rows)
        theirs = min(part.within(rows), part.repeated + minimum - 1)
        for used in range(most, spare, -1):
            here = range(spare + 1, min(theirs, used) + 1)
            taken[used] = max([taken[used], *(taken[used - n] + n - spare for n in here)])
    return taken[most]
