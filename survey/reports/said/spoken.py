"""What was counted among the comments of one period, before anything is divided."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from survey.comments.sentiment.mood import MIXED, NEGATIVE, NEUTRAL, NOTHING_SAID, POSITIVE, UNREAD

# Comments that say something, by what they say; the others are empty words, or not read.
SAYING = (NEGATIVE, NEUTRAL, POSITIVE, MIXED)


@dataclass
class Spoken:
    """Comments by sentiment, and those that name each theme by the sentiment it is named with.

    `unexplained` counts comments that say something about no theme; `methods` are those that read.
    """

    sentiment: Counter[str] = field(default_factory=Counter)
    themes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    unexplained: int = 0
    methods: set[str] = field(default_factory=set)

    @property
    def comments(self) -> int:
        """Comments that say something: the base of every share."""
        return sum(self.sentiment[name] for name in SAYING)

    @property
    def none(self) -> int:
        """Comments that say nothing."""
        return self.sentiment[NOTHING_SAID]

    @property
    def unread(self) -> int:
        """Comments not read yet, or in a language that cannot be read."""
        return self.sentiment[UNREAD]

    def count_comments(
        self, times: int, label: str, method: str | None, *, explained: bool
    ) -> None:
        """Count comments with a reading by `method`; None: not read yet."""
        self.sentiment[label] += times
        if label in SAYING and not explained:
            self.unexplained += times
        if method is not None:
            self.methods.add(method)

    def count_mentions(self, times: int, theme: str, label: str) -> None:
        """Count comments that name a theme, in clauses of this sentiment; without one: neutral."""
        self.themes[theme][label if label in SAYING else NEUTRAL] += times
