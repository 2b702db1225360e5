"""What was counted in one row of figures. Tallies add up in any order, and only then divide.

A row by quarter is the sum of its months, the total the sum of the rows; so figures add up to the
rows beneath them by construction.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from survey.reports.intervals import design_effect

RATINGS = range(1, 6)


def on_scale(counts: Counter[int]) -> dict[str, int]:
    """How often each answer from 1 to 5 was given, as it is stored and shown."""
    return {str(answer): counts[answer] for answer in RATINGS}


# Counter() takes most of its time to find out that there is nothing to count, and an answer makes
# thousands.
_nothing: Callable[[], Counter[Any]] = partial(Counter.__new__, Counter)


@dataclass
class Tally:
    """The counts behind a row: of answers by what they say, of closures by how they fared.

    `hours` counts closures by the band of working hours to close, `first_reply` those that had one
    by the band of hours to it. `held` counts invitations that have answers
    on hold and none that counts. `not_asked` counts closures by the reason. `questions` counts
    answers to each other question by its label, `chosen` by label and value; `recommendation` those
    to questions about recommending, by label and answer from 0 to 10. `squares` is the sum over
    people of the square of how many answers each gave; as a sum of tallies it is the least it can
    be, since the same people may have answered in several. `waited` counts answers by band of
    hours to close and rating. `satisfied` counts answers of which nothing but that is told.
    """

    ratings: Counter[int] = field(default_factory=_nothing)
    ease: Counter[int] = field(default_factory=_nothing)
    recommendation: Counter[tuple[str, int]] = field(default_factory=_nothing)
    resolved: Counter[str] = field(default_factory=_nothing)
    sentiment: Counter[str] = field(default_factory=_nothing)
    hours: Counter[str] = field(default_factory=_nothing)
    first_reply: Counter[str] = field(default_factory=_nothing)
    not_asked: Counter[str] = field(default_factory=_nothing)
    questions: Counter[str] = field(default_factory=_nothing)
    chosen: Counter[tuple[str, str]] = field(default_factory=_nothing)
    waited: Counter[tuple[str, int]] = field(default_factory=_nothing)
    satisfied: Counter[bool] = field(default_factory=_nothing)
    squares: int = 0
    within_target: int = 0
    pending: int = 0
    asked: int = 0
    accepted: int = 0
    held: int = 0

    @property
    def answered(self) -> int:
        """Answers that count, one for each invitation answered."""
        return self.ratings.total() + self.satisfied.total()

    @property
    def closed(self) -> int:
        """Closures, whatever was decided about them."""
        return self.asked + self.pending + self.not_asked.total()

    @property
    def design_effect(self) -> float:
        """How much wider than their number suggests answers of the same people are."""
        return design_effect(self.answered, self.squares)

    def counts_of(self, label: str) -> dict[str, int]:
        """How many chose each value of another question."""
        return {value: n for (asked, value), n in self.chosen.items() if asked == label}

    def recommendations(self, smallest: int) -> Counter[int]:
        """How many gave each answer from 0 to 10, to those questions that enough answered.

        With those of too few in it, the sum less what is told of each other would tell them.
        """
        found: Counter[int] = Counter()
        for (label, answer), n in self.recommendation.items():
            if self.questions[label] >= smallest:
                found[answer] += n
        return found

    def add(self, other: "Tally") -> None:
        """Count what the other one counted, too."""
        for name, value in vars(other).items():
            # Most counts of a block are empty, and pages add up thousands of them.
            if not value:
                continue
            mine = getattr(self, name)
            if isinstance(mine, Counter):
                mine.update(value)
            else:
                setattr(self, name, mine + value)

    def count_speed(
        self, times: int, hours: str, first_reply: str | None, *, within_target: bool
    ) -> None:
        """Count closures by the bands of their working hours; None without a first reply."""
        self.hours[hours] += times
        if first_reply is not None:
            self.first_reply[first_reply] += times
        self.within_target += times * within_target

    def count_decision(
        self, times: int, *, asked: bool | None, reason: str | None, accepted: bool
    ) -> None:
        """Count closures by whether their people were asked; `asked` is None until decided."""
        if asked is None:
            self.pending += times
        elif asked:
            self.asked += times
            self.accepted += times * accepted
        else:
            self.not_asked[str(reason)] += times

    def count_answer(
        self, times: int, rating: int, ease: int | None, resolved: str | None, sentiment: str
    ) -> None:
        """Count answers; None for a question that was left out."""
        self.ratings[rating] += times
        self.sentiment[sentiment] += times
        if ease is not None:
            self.ease[ease] += times
        if resolved is not None:
            self.resolved[resolved] += times

    def count_question(
        self, times: int, label: str, values: Iterable[str], chosen: Iterable[str]
    ) -> None:
        """Count answers to another question: of all its values, what was chosen."""
        self.questions[label] += times
        for value in values:
            # Nought too, since nobody having chosen it is a figure.
            self.chosen[label, value] += 0
        for value in chosen:
            self.chosen[label, value] += times


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total
