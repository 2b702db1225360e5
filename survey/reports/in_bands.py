"""Which band of working hours a column falls into, reckoned by the database."""

from typing import Any

from sqlalchemy import Integer, SQLColumnExpression, case, literal_column

from survey.reports.bands import EDGES


def band(hours: SQLColumnExpression[Any]) -> SQLColumnExpression[int | None]:
    """The number of the band in `BANDS`; null where the hours are."""
    # Written out: PostgreSQL takes an expression with parameters for another one each time.
    whens = [
        (hours <= literal_column(repr(edge)), literal_column(str(number), Integer))
        for number, edge in enumerate(EDGES)
    ]
    beyond = literal_column(str(len(EDGES)), Integer)
    return case((hours.is_(None), None), *whens, else_=beyond)
