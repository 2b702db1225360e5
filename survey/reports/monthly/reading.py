"""A question of insiders, answered from the tables of months where these hold, else from rows.

Whatever is read from a table is read in one statement with whether it still holds, so that what
changed meanwhile is never added to what it was before.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.reports.counting import Key, count, count_squares, count_summable, count_together
from survey.reports.dimensions import code_of
from survey.reports.eligible import Counts, Traits, eligible_counts
from survey.reports.monthly.making import COLUMNS
from survey.reports.monthly.model import (
    MonthlyChange,
    MonthlyCount,
    MonthlyEligible,
    MonthlyMonth,
    MonthlySquares,
    MonthlyWindow,
)
from survey.reports.monthly.shapes import (
    Shape,
    as_text,
    runs,
    shape_for,
    squared_for,
    told_apart,
    windows,
)
from survey.reports.monthly.stored import from_stored
from survey.reports.periods import PARTS
from survey.reports.query import FiguresQuery
from survey.reports.selection import Selection
from survey.reports.tally import Tally, sum_of

CHANGED = exists().where(MonthlyChange.month == MonthlyMonth.month)


@dataclass(frozen=True)
class Asked:
    """One question."""

    query: FiguresQuery
    selection: Selection
    known: Directory

    def tallies(self) -> tuple[dict[Key, Tally], Tally]:
        """The tally of each row, and that of all rows together."""
        shape = shape_for(self.query)
        if shape is None:
            tallies = count(self.query, self.selection, self.known)
            whole = sum_of(tallies.values())
            together = count_together(self.query, self.selection, self.known)
            whole.squares, whole.waited = together.squares, together.waited
            return tallies, whole
        tallies = self._summed(shape)
        whole = sum_of(tallies.values())
        for key, squares in self._squares(self.query).items():
            tallies[key].squares = squares
        whole.squares = sum(self._squares(replace(self.query, by=())).values())
        return dict(tallies), whole

    def eligible(self) -> dict[Traits, Counts]:
        """Who might have been asked, by what weights go by."""
        if shape_for(self.query) is None:
            return eligible_counts(self.query, self.selection)
        found: dict[Any, list[int]] = defaultdict(lambda: [0] * 4)
        counted = set()
        for month, *row in db.session.execute(self._eligible_of_months()):
            counted.add(month)
            if row[0] is not None:
                _add(found[tuple(row[:4])], row[4:])
        for period in runs(self.query.period.months, counted):
            asked = replace(self.query, period=period)
            for traits, counts in eligible_counts(asked, self.selection).items():
                _add(found[traits], counts)
        return {traits: (each[0], each[1], each[2], each[3]) for traits, each in found.items()}

    def _summed(self, shape: Shape) -> defaultdict[Key, Tally]:
        """The tallies without squares: from the table where a month holds there, else from rows."""
        found: defaultdict[Key, Tally] = defaultdict(Tally)
        counted = set()
        for month, counts, *cell in db.session.execute(self._counts_of_months(shape)):
            counted.add(month)
            if counts is not None:
                at = dict(zip(shape, cell, strict=True))
                found[self._key(self.query, month, at)].add(from_stored(counts))
        for period in runs(self.query.period.months, counted):
            asked = replace(self.query, period=period)
            for key, tally in count_summable(asked, self.selection, self.known).items():
                found[key].add(tally)
        return found

    def _counts_of_months(self, shape: Shape) -> Select[Any]:
        columns = [getattr(MonthlyCount, COLUMNS[name]) for name in shape]
        mine = (
            MonthlyCount.month == MonthlyMonth.month,
            MonthlyCount.shape == as_text(shape),
            *self._conditions(MonthlyCount),
        )
        return self._of_months(MonthlyMonth.month, MonthlyCount.counts, *columns).outerjoin(
            MonthlyCount, and_(*mine)
        )

    def _eligible_of_months(self) -> Select[Any]:
        table = MonthlyEligible
        traits = (table.partner_id, table.service_id, table.channel, table.within_target)
        sums = (
            func.sum(column)
            for column in (table.eligible, table.asked, table.answered, table.satisfied)
        )
        mine = (table.month == MonthlyMonth.month, *self._conditions(table))
        statement = self._of_months(MonthlyMonth.month, *traits, *sums)
        return statement.outerjoin(table, and_(*mine)).group_by(MonthlyMonth.month, *traits)

    def _of_months(self, *columns: Any) -> Select[Any]:
        """Of the months that hold as they stand in the tables."""
        months = self.query.period.months
        return (
            select(*columns)
            .select_from(MonthlyMonth)
            .where(MonthlyMonth.ready, ~CHANGED)
            .where(MonthlyMonth.month.between(months[0], months[-1]))
        )

    def _conditions(self, table: Any) -> Iterator[ColumnElement[bool]]:
        chosen = self.selection
        for column, ids in (
            (table.partner_id, chosen.partners),
            (table.directorate_id, chosen.directorates),
            (table.service_id, chosen.services),
        ):
            if ids is not None:
                yield column.in_(sorted(ids))
        if chosen.channel is not None:
            yield table.channel == chosen.channel

    def _squares(self, query: FiguresQuery) -> dict[Key, int]:
        """How often the same people answered, by row."""
        shape, counted = self._squared(query), set()
        found: dict[Key, int] = {}
        if shape is not None:
            for month, last, squares, *cell in db.session.execute(self._squares_of(query, shape)):
                counted.add((month, last))
                if squares is not None:
                    found[self._key(query, month, dict(zip(shape, cell, strict=True)))] = squares
        for window in windows(query):
            if (window.months[0], window.months[-1]) not in counted:
                asked = replace(query, period=window)
                found |= count_squares(asked, self.selection, self.known)
        return found

    def _key(self, query: FiguresQuery, month: str, cell: dict[str, Any]) -> Key:
        codes = ((name, code_of(name, self.known)) for name in query.by)
        return tuple(code(month if name in PARTS else cell[name]) for name, code in codes)

    def _squared(self, query: FiguresQuery) -> Shape | None:
        """The shape whose rows are those of the question, whole."""
        dimensions = set(told_apart(query))
        for name, ids in (
            ("partner", self.selection.partners),
            ("directorate", self.selection.directorates),
            ("service", self.selection.services),
        ):
            if ids is not None:
                dimensions.add(name)
                # The same people may have answered about several.
                if len(ids) != 1 and name not in query.by:
                    return None
        return squared_for(dimensions)

    def _squares_of(self, query: FiguresQuery, shape: Shape) -> Select[Any]:
        """Of each window that is counted and holds, a row at least."""
        ends = [(window.months[0], window.months[-1]) for window in windows(query)]
        within = MonthlyMonth.month.between(MonthlyWindow.first, MonthlyWindow.last)
        mine = (
            MonthlySquares.window_id == MonthlyWindow.id,
            *self._conditions(MonthlySquares),
        )
        columns = (getattr(MonthlySquares, COLUMNS[name]) for name in shape)
        return (
            select(MonthlyWindow.first, MonthlyWindow.last, MonthlySquares.squares, *columns)
            .select_from(MonthlyWindow)
            .outerjoin(MonthlySquares, and_(*mine))
            .where(tuple_(MonthlyWindow.first, MonthlyWindow.last).in_(ends))
            .where(MonthlyWindow.shape == as_text(shape))
            .where(~exists().where(within, or_(~MonthlyMonth.ready, CHANGED)))
        )


def _add(sums: list[int], counts: Sequence[int]) -> None:
    for place, n in enumerate(counts):
        sums[place] += n
