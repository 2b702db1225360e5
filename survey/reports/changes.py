"""What has changed since the period before, told only within a declared table.

Whoever compares twenty rows finds one changed by chance alone. So the verdicts of a table are
adjusted for all of its rows, and which rows there are is declared: the services of a partner, say,
or the partners, never what somebody filtered until something showed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

from survey.reports.intervals import Proportion, newcombe
from survey.reports.measures import Estimate, difference

BETTER, WORSE, NO_CHANGE = "better", "worse", "no change shown"
ERROR = 0.05


@dataclass(frozen=True)
class Row:
    """A share in a period and in the one before, `part` of `n` each time.

    Attributes:
        part: those now, of `n`.
        before: those then, of `n_before`.
        effects: the design effects, now and then; see `intervals.design_effect`.
    """

    part: int
    n: int
    before: int
    n_before: int
    effects: tuple[float, float] = (1.0, 1.0)

    @property
    def shares(self) -> tuple[Proportion, Proportion]:
        """The share now and then, of their effective sizes."""
        now, then = self.effects
        return (
            Proportion(self.part / now, self.n / now),
            Proportion(self.before / then, self.n_before / then),
        )


@dataclass(frozen=True)
class Change:
    """How much a share grew, with its own 95 % interval, and what the whole table lets one say."""

    difference: Estimate
    verdict: str


def changed_since(table: Sequence[Row]) -> list[Change]:
    """The change of each row of a declared table, in its order.

    "better" and "worse" are said with at most one chance in twenty that anything in the table is
    said wrongly, whatever the rows have to do with each other: S. Holm, "A simple sequentially
    rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979). Rows without
    an answer in one of the periods have nothing to compare, and count for no row.
    """
    tested = [number for number, row in enumerate(table) if row.n and row.n_before]
    adjusted = dict(zip(tested, holm([p_value(table[number]) for number in tested]), strict=True))
    return [
        Change(
            difference(row.part, row.n, row.before, row.n_before, row.effects),
            _verdict(row) if adjusted.get(number, 1.0) <= ERROR else NO_CHANGE,
        )
        for number, row in enumerate(table)
    ]


def holm(p_values: Sequence[float]) -> list[float]:
    """P values adjusted for there being so many, in their order."""
    adjusted, highest = [1.0] * len(p_values), 0.0
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for rank, number in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p_values[number]))
        adjusted[number] = highest
    return adjusted


def p_value(row: Row) -> float:
    """How likely so large a difference is by chance: from the widest interval that excludes none.

    So that verdict and interval never contradict each other, it is Newcombe's interval turned into
    a test: the p for which the interval of confidence 1 - p ends at no difference.
    """
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        lower, upper = newcombe(*row.shares, middle)
        low, high = (middle, high) if lower > 0 or upper < 0 else (low, middle)
    return erfc(low / sqrt(2))


def _verdict(row: Row) -> str:
    return BETTER if row.part * row.n_before > row.before * row.n else WORSE
