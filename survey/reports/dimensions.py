"""What rows are by, for the database and for readers: columns to group by, and the codes shown.

Quarters and years are grouped by their first month, so that SQL counts each row whole: a person who
answers in two months of a quarter is one person of that quarter.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import SQLColumnExpression, String, case, func, literal_column

from survey.enquiries.model import Closure
from survey.partnership.directory import Directorate, Directory, Partner, Service
from survey.reports.bands import BANDS
from survey.reports.in_bands import band
from survey.reports.periods import PARTS

MET, MISSED = "met", "missed"
_FIRST_MONTHS = ("10", "07", "04")


def column_of(dimension: str, month: SQLColumnExpression[str]) -> SQLColumnExpression[Any]:
    """What to group by for a dimension; `month` is the column that the period is about."""
    columns: dict[str, SQLColumnExpression[Any]] = {
        "partner": Closure.partner_id,
        "directorate": Closure.directorate_id,
        "service": Closure.service_id,
        "topic": Closure.topic,
        "channel": Closure.channel,
        "target": Closure.within_target,
        "hours": band(Closure.hours_to_close),
    }
    return columns[dimension] if dimension in columns else _first_month(dimension, month)


def code_of(dimension: str, known: Directory) -> Callable[[Any], str | None]:
    """How a dimension's value, as `column_of` groups it, becomes the code that is shown."""
    declared: dict[str, Sequence[Partner | Directorate | Service]] = {
        "partner": known.everything.partners,
        "directorate": known.everything.directorates,
        "service": known.everything.services,
    }
    if dimension in declared:
        return {each.id: each.code for each in declared[dimension]}.get
    if dimension == "target":
        return {True: MET, False: MISSED}.get
    if dimension == "hours":
        return dict(enumerate(BANDS)).get
    return PARTS.get(dimension, lambda value: value)


def _first_month(dimension: str, month: SQLColumnExpression[str]) -> SQLColumnExpression[str]:
    # Written out: PostgreSQL takes an expression with parameters for another one each time.
    year = func.substr(month, literal_column("1"), literal_column("5"))
    if dimension == "quarter":
        number = func.substr(month, literal_column("6"))
        quarters = [(number >= _text(first), _text(first)) for first in _FIRST_MONTHS]
        return year + case(*quarters, else_=_text("01"))
    return year + _text("01") if dimension == "year" else month


def _text(month: str) -> SQLColumnExpression[str]:
    return literal_column(f"'{month}'", String)
