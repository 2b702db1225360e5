"""A question of insiders, answered from the tables of months where these hold, else from rows."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, and_, select

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.reports.counting import Key, count, count_summable, count_together
from survey.reports.monthly.cells import COLUMNS, chosen_by, keys_for
from survey.reports.monthly.holding import holding_in
from survey.reports.monthly.model import MonthlyCount, MonthlyMonth
from survey.reports.monthly.shapes import Shape, as_text, runs, shape_for
from survey.reports.monthly.squares import squares_of
from survey.reports.monthly.stored import from_stored
from survey.reports.query import FiguresQuery
from survey.reports.selection import Selection
from survey.reports.tally import Tally, sum_of

Tallies = dict[Key, Tally]


def tallies_of(
    query: FiguresQuery, selection: Selection, known: Directory
) -> tuple[Tallies, Tally]:
    """The tally of each row, and that of all rows together."""
    shape = shape_for(query)
    if shape is None:
        tallies = count(query, selection, known)
        whole = sum_of(tallies.values())
        together = count_together(query, selection, known)
        whole.squares, whole.waited = together.squares, together.waited
        return tallies, whole
    tallies = _summed(query, selection, known, shape)
    whole = sum_of(tallies.values())
    for key, squares in squares_of(query, selection, known).items():
        tallies[key].squares = squares
    whole.squares = sum(squares_of(replace(query, by=()), selection, known).values())
    return tallies, whole


def _summed(
    query: FiguresQuery, selection: Selection, known: Directory, shape: Shape
) -> defaultdict[Key, Tally]:
    """The tallies without squares: from the table where a month holds there, else from rows."""
    found: defaultdict[Key, Tally] = defaultdict(Tally)
    counted, key_of = set(), keys_for(query, shape, known)
    for month, counts, *cell in db.session.execute(_of_months(query, selection, shape)):
        counted.add(month)
        if counts is not None:
            key, tally = key_of(month, cell), from_stored(counts)
            # Where a row is of one cell, as most are, nothing needs adding up.
            if found.setdefault(key, tally) is not tally:
                found[key].add(tally)
    for period in runs(query.period.months, counted):
        of_rows = count_summable(replace(query, period=period), selection, known)
        for key, tally in of_rows.items():
            found[key].add(tally)
    return found


def _of_months(query: FiguresQuery, selection: Selection, shape: Shape) -> Select[Any]:
    """Of each month that holds, a row at least."""
    mine = (
        MonthlyCount.month == MonthlyMonth.month,
        MonthlyCount.shape == as_text(shape),
        *chosen_by(selection, MonthlyCount),
    )
    columns = (getattr(MonthlyCount, COLUMNS[name]) for name in shape)
    return (
        select(MonthlyMonth.month, MonthlyCount.counts, *columns)
        .select_from(MonthlyMonth)
        .outerjoin(MonthlyCount, and_(*mine))
        .where(holding_in(query.period))
    )
