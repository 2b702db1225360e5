"""Counts closures anew, once a year: when the first quarter of the year after is sealed.

By then closures have come in whose month was sealed before, and others were put right. What
closures count tells nothing about answers, so all of it follows, whatever it is of.

And months that were sealed before there were sides, with the next one, since else a board would
read that nothing was closed of any value.
"""

from collections.abc import Sequence

from sqlalchemy import and_, func, select

from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.reports.blocks.closing import count_missing, count_month
from survey.reports.blocks.closures_model import COUNT, WHOLE
from survey.reports.blocks.model import SealedMonth
from survey.reports.blocks.restating import WITH, year_counted_anew
from survey.reports.periods import parse


def recount(month: str) -> None:
    """Count the closures of the year before anew, if this month ends its look back.

    And, whatever their year, those of which no side is counted yet. Of years before that one, those
    are counted that came in when nothing of their partner, service and month had been: such as a
    history that was imported later. What was counted elsewhere and put right since stays where it
    was counted.

    Args:
        month: the one that is being sealed.
    """
    for each in _without_sides():
        count_month(each, month)
    year = year_counted_anew(month)
    if year is None:
        return
    for each in parse(year).months:
        count_month(each, month)
    last = _last_before(month)
    for each in _never_counted(year):
        count_missing(each, month, last)


def _last_before(month: str) -> int:
    """The id of the last closure there was when this was done before; 0 where nobody noted it."""
    before = and_(SealedMonth.month.endswith(WITH), SealedMonth.month < month)
    return db.session.scalar(select(func.max(SealedMonth.last_closure)).where(before)) or 0


def _without_sides() -> Sequence[str]:
    """Months of which closures are counted, and none of them by a side."""
    # By whichever side; of this one there are the fewest rows.
    by_side = select(COUNT.month).where(COUNT.side == "target")
    found = select(COUNT.month).where(COUNT.side == WHOLE, COUNT.month.not_in(by_side)).distinct()
    return db.session.scalars(found.order_by(COUNT.month)).all()


def _never_counted(year: str) -> Sequence[str]:
    """Months before a year in which a partner's service has closures, and none is counted."""
    # First what there is, which an index knows.
    of = (Closure.closed_month, Closure.partner_id, Closure.service_id)
    there = select(*of).where(Closure.closed_month < year).distinct().subquery()
    counted = select(COUNT.month).where(
        COUNT.side == WHOLE,
        and_(
            COUNT.month == there.c.closed_month,
            COUNT.partner_id == there.c.partner_id,
            COUNT.service_id == there.c.service_id,
        ),
    )
    found = select(there.c.closed_month).where(~counted.exists()).distinct()
    return db.session.scalars(found.order_by(there.c.closed_month)).all()
