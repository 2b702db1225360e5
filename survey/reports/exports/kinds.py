"""What the cells of a column are, so that each format can say so in its own way.

Shares, counts and texts are told apart by the schema of the answer, where a measure says its unit;
what the schema leaves open (reasons, other questions) are counts.
"""

from enum import StrEnum
from functools import cache

from marshmallow import Schema, fields

from survey.reports.query import DIMENSIONS
from survey.reports.schema import UNIT, FiguresRow


class Kind(StrEnum):
    """What a cell is. A share is from 0 to 1, a balance of two shares from -1 to 1."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    BALANCE = "balance"
    NUMBER = "number"
    MONTH = "month"
    YEAR = "year"
    DAY = "day"
    MOMENT = "moment"


BESIDE_MEASURES = {
    (name,): Kind.TEXT
    for name in (*DIMENSIONS, "time_zone", "cohort", "release", "whole_quarters", "restated")
} | {
    ("month",): Kind.MONTH,
    ("year",): Kind.YEAR,
    ("period_from",): Kind.DAY,
    ("period_to",): Kind.DAY,
    ("as_of",): Kind.MOMENT,
}


# What is shown as percentages.
PERCENTAGES = (Kind.SHARE, Kind.BALANCE)


def kind_of(path: tuple[str, ...]) -> Kind:
    """The kind of what stands there in an answer: `("csat", "low")` is a share."""
    return _known().get(path, Kind.COUNT)


@cache
def _known() -> dict[tuple[str, ...], Kind]:
    return _kinds(FiguresRow(), ()) | BESIDE_MEASURES


def _kinds(schema: Schema, above: tuple[str, ...]) -> dict[tuple[str, ...], Kind]:
    found: dict[tuple[str, ...], Kind] = {}
    for name, field in schema.fields.items():
        path = (*above, name)
        if isinstance(field, fields.Nested):
            found |= _kinds(field.schema, path)
        elif isinstance(field, fields.Float):
            unit = field.metadata.get(UNIT)
            found[path] = Kind(unit) if unit in PERCENTAGES else Kind.NUMBER
        elif isinstance(field, fields.String):
            found[path] = Kind.TEXT
    return found
