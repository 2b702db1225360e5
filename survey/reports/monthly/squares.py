"""How often the same people answered: from the tables of windows where these hold, else from rows.

People who answered in several months are no sum of these, so it is read of the months of each row
taken together.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, and_, exists, select, tuple_

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.reports.counting import Key, count_squares
from survey.reports.monthly.cells import COLUMNS, chosen_by, keys_for
from survey.reports.monthly.holding import HOLDS
from survey.reports.monthly.model import MonthlyMonth, MonthlySquares, MonthlyWindow
from survey.reports.monthly.shapes import Shape, as_text, squared_for, told_apart, windows
from survey.reports.query import FiguresQuery
from survey.reports.selection import Selection


def squares_of(query: FiguresQuery, selection: Selection, known: Directory) -> dict[Key, int]:
    """By row."""
    shape, counted = _shape(query, selection), set()
    found: dict[Key, int] = {}
    if shape is not None:
        key_of = keys_for(query, shape, known)
        for month, last, squares, *cell in db.session.execute(_of_windows(query, selection, shape)):
            counted.add((month, last))
            if squares is not None:
                found[key_of(month, cell)] = squares
    for window in windows(query):
        if (window.months[0], window.months[-1]) not in counted:
            found |= count_squares(replace(query, period=window), selection, known)
    return found


def _shape(query: FiguresQuery, selection: Selection) -> Shape | None:
    """The shape whose rows are those of the question, whole."""
    dimensions = set(told_apart(query))
    for name, ids in (
        ("partner", selection.partners),
        ("directorate", selection.directorates),
        ("service", selection.services),
    ):
        if ids is not None:
            dimensions.add(name)
            # The same people may have answered about several.
            if len(ids) != 1 and name not in query.by:
                return None
    return squared_for(dimensions)


def _of_windows(query: FiguresQuery, selection: Selection, shape: Shape) -> Select[Any]:
    """Of each window that is counted and holds, a row at least."""
    ends = [(window.months[0], window.months[-1]) for window in windows(query)]
    within = MonthlyMonth.month.between(MonthlyWindow.first, MonthlyWindow.last)
    mine = (
        MonthlySquares.window_id == MonthlyWindow.id,
        *chosen_by(selection, MonthlySquares),
    )
    columns = (getattr(MonthlySquares, COLUMNS[name]) for name in shape)
    return (
        select(MonthlyWindow.first, MonthlyWindow.last, MonthlySquares.squares, *columns)
        .select_from(MonthlyWindow)
        .outerjoin(MonthlySquares, and_(*mine))
        .where(tuple_(MonthlyWindow.first, MonthlyWindow.last).in_(ends))
        .where(MonthlyWindow.shape == as_text(shape))
        .where(~exists().where(within, ~HOLDS))
    )
