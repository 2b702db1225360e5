"""How a quarter's answers fall into rows by one side: which values are rows, and by which side."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from survey.reports.blocks.crossing.rule import Crossed, could_be_told, may_be_told
from survey.reports.blocks.dividing import Given, Value
from survey.reports.blocks.rule import MANY
from survey.reports.measures import DISSATISFIED, SATISFIED

# All rows are set against all others, so each one more takes twice as long.
MOST = 8


def side_in_turn(quarter: str, sides: Sequence[str]) -> str:
    """The side that answers of a quarter, such as `2026-Q3`, are told by."""
    year, number = quarter.split("-Q")
    return sides[(int(year) * 4 + int(number) - 1) % len(sides)]


@dataclass(frozen=True)
class InRows:
    """Answers of parts in rows by a side.

    Attributes:
        values: of the rows. All other values, if there are any, are one row more.
        parts: of each part the answers in each row.
    """

    values: Sequence[Value]
    parts: Sequence[Sequence[Sequence[Given]]]

    @cached_property
    def rows(self) -> list[list[Given]]:
        """The answers of each row."""
        return [list(chain.from_iterable(row)) for row in zip(*self.parts, strict=True)]

    def could_be_told(self, minimum: int) -> bool:
        """Whether it may be told how many of each row were satisfied, going by who answered."""
        several = bool(self.values) and len(self.parts[0]) > 1
        return several and could_be_told(self._crossed, minimum)

    def may_be_told(self, minimum: int) -> bool:
        """Whether what could be told is, going by how many of each row were satisfied."""
        unsatisfied = [sum(each.rating not in SATISFIED for each in row) for row in self.rows]
        return may_be_told(self._crossed, unsatisfied, minimum)

    @cached_property
    def _crossed(self) -> list[Crossed]:
        return [_crossed(part) for part in self.parts]


def in_rows(parts: Sequence[Sequence[Given]], side: str) -> InRows:
    """The answers of each part in rows by a side."""
    place = Given._fields.index(side)
    people: dict[Value, set[int]] = defaultdict(set)
    for each in chain.from_iterable(parts):
        people[each[place]].add(each.person)
    values = _rows_of(people)
    row_of = {value: row for row, value in enumerate(values)}
    size = len(values) + (len(people) > len(values))
    fallen = []
    for part in parts:
        rows: list[list[Given]] = [[] for _ in range(size)]
        for each in part:
            rows[row_of.get(each[place], size - 1)].append(each)
        fallen.append(rows)
    return InRows(values, fallen)


def _rows_of(people: Mapping[Value, Collection[int]]) -> list[Value]:
    """The values of enough people, those of most first, from who gave an answer about each."""
    values = sorted(people, key=lambda at: (-len(people[at]), at is None, str(at)))
    rows = [value for value in values if len(people[value]) >= MANY]
    if len(values) > MOST:
        rows = rows[: MOST - 1]
    # The others must be enough together, or take the smallest row to them.
    while rows and 0 < len({*chain(*(people[at] for at in values[len(rows) :]))}) < MANY:
        rows.pop()
    return rows


def _crossed(part: Sequence[Sequence[Given]]) -> Crossed:
    ratings = [each.rating for row in part for each in row]
    return Crossed(
        whose=[[each.person for each in row] for row in part],
        dissatisfied=sum(rating in DISSATISFIED for rating in ratings),
        unsatisfied=sum(rating not in SATISFIED for rating in ratings),
    )
