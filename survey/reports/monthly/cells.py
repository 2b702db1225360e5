"""Cells of the tables of months: what a row is about in columns, and its key in a question's rows.

A shape names the columns that tell its rows apart; in all others they have null.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement

from survey.partnership.directory import Directory
from survey.reports.counting import Key
from survey.reports.dimensions import code_of
from survey.reports.monthly.shapes import Shape
from survey.reports.periods import PARTS
from survey.reports.query import FiguresQuery
from survey.reports.selection import Selection

COLUMNS = {
    "partner": "partner_id",
    "service": "service_id",
    "directorate": "directorate_id",
    "channel": "channel",
    "target": "within_target",
}


def cell_of(shape: Shape, values: Sequence[Any]) -> dict[str, Any]:
    """The columns of a row whose shape has these values."""
    named = dict(zip(shape, values, strict=True))
    return {column: named.get(name) for name, column in COLUMNS.items()}


def chosen_by(selection: Selection, table: Any) -> Iterator[ColumnElement[bool]]:
    """The conditions on a table's cells that a selection of closures comes to."""
    for column, ids in (
        (table.partner_id, selection.partners),
        (table.directorate_id, selection.directorates),
        (table.service_id, selection.services),
    ):
        if ids is not None:
            yield column.in_(sorted(ids))
    if selection.channel is not None:
        yield table.channel == selection.channel


def keys_for(
    query: FiguresQuery, shape: Shape, known: Directory
) -> Callable[[str, Sequence[Any]], Key]:
    """How a month and a shape's values become the key of a row."""
    codes = [
        (code_of(name, known), None if name in PARTS else shape.index(name)) for name in query.by
    ]

    def key_of(month: str, values: Sequence[Any]) -> Key:
        return tuple(code(month if place is None else values[place]) for code, place in codes)

    return key_of
