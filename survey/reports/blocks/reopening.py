"""Takes back the sealing of months that a clock running ahead sealed before they were over.

What was published stays for ever; so a month is taken back only if nothing was sealed with it, as
with months that nobody had seen yet. Without that, whatever is answered from now on would wait
until the first month after them is sealed. What was counted with a month, anew or for the first
time, is sealed with it.
"""

from collections.abc import Callable

import structlog
from sqlalchemy import delete, func, select

from survey.foundation.database import change, db
from survey.reports.blocks.closures_model import COUNT
from survey.reports.blocks.model import Block, SealedMonth, SealedQuarter, SeriesMonth
from survey.reports.blocks.restated_model import RestatedPart
from survey.reports.periods import parse

log = structlog.get_logger()


def take_back(early: Callable[[str], bool]) -> None:
    """Have the last months be sealed again when they are due.

    Args:
        early: whether a month is not due yet.
    """
    after = select(SealedMonth.month).where(SealedMonth.month > _last_with_something())
    months = [month for month in db.session.scalars(after) if early(month)]
    if months:
        change(delete(SealedMonth).where(SealedMonth.month.in_(months)))
        log.warning("months.taken_back", months=sorted(months))


def _last_with_something() -> str:
    """The last month with which something was sealed."""
    quarter = db.session.scalar(select(func.max(SealedQuarter.quarter)))
    months = (
        select(func.max(SeriesMonth.month)),
        select(func.max(Block.closes)),
        select(func.max(RestatedPart.with_month)),
        select(func.max(COUNT.with_month)),
    )
    found = [parse(quarter).months[-1] if quarter else None, *map(db.session.scalar, months)]
    return max(filter(None, found), default="")
