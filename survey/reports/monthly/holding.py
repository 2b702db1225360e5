"""Which months hold as they stand in the tables: counted, and nothing noted of them since.

These conditions belong into the statement that reads a table, so that what changed meanwhile is
never added to what it was before.
"""

from sqlalchemy import ColumnElement, and_, exists

from survey.reports.monthly.model import MonthlyChange, MonthlyMonth
from survey.reports.periods import Period

HOLDS = and_(
    MonthlyMonth.ready,
    ~exists().where(MonthlyChange.month == MonthlyMonth.month).correlate(MonthlyMonth),
)


def holding_in(period: Period) -> ColumnElement[bool]:
    """Whether a month is of the period, and holds."""
    months = period.months
    return and_(HOLDS, MonthlyMonth.month.between(months[0], months[-1]))
