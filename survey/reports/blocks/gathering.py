"""Which answers a month is sealed with, and what is copied of each: one statement.

They are the month's, and what came too late for an earlier one: since a clock ran ahead when that
was sealed, or since an answer was on hold then. It goes through these in the order in which they
came and looks the rest up for each: enquiries, invitations and answers of a month stand near each
other, and a month is little of all there ever were.
"""

from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, literal, select, tuple_, union

from survey.comments.counted import current_readings
from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.blocks.model import SealedAnswer, SealedMonth
from survey.responses.counted import ON_HOLD
from survey.responses.model import Hold, Response

# An answer is stored by one statement, and ids are given out in order: of those below the last one
# that is seen, fewer than these can be on their way.
ON_THEIR_WAY = 1_000


def answers_of(month: str) -> Select[Any]:
    """The answers that count and are copied with this month.

    Its columns are those of `SealedAnswer` but for the series, and the partner and service.
    """
    unread = case((Response.comment.is_not(None), literal("unread")), else_=literal("none"))
    counting = _counting(month)
    copied: tuple[Any, ...] = (
        Response.invitation_id,
        *(Response.rating, Response.ease, Response.resolved),
        func.coalesce(Reading.sentiment, unread).label("sentiment"),
        *(Response.questionnaire, Response.version, Response.answers),
        *(Closure.partner_id, Closure.service_id),
        *(Closure.directorate_id, Closure.topic, Closure.channel),
        *(Closure.within_target, Closure.hours_to_close),
    )
    return (
        select(*copied)
        .select_from(counting)
        .join(Response, Response.id == counting.c.id)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
        .outerjoin(Reading, and_(Reading.response_id == Response.id, current_readings()))
    )


def there_by_now() -> dict[str, int]:
    """The highest ids that an answer and a closure have, as they are noted; nought before any."""
    return {
        "last_response": db.session.scalar(select(func.max(Response.id))) or 0,
        "last_closure": db.session.scalar(select(func.max(Closure.id))) or 0,
    }


def _counting(month: str) -> Subquery:
    """The ids of the answers that count, are of this month or an earlier one, and not copied.

    Each is asked about by a scalar subquery: for an EXISTS, PostgreSQL may read all there ever was.
    """
    came = _came(month)
    others = (
        select(Response.id)
        .where(Response.invitation_id == came.c.invitation_id, ~ON_HOLD)
        .correlate(came)
    )
    at = tuple_(Response.answered_month, Response.id)
    earlier = others.where(at < tuple_(came.c.answered_month, came.c.id))
    first = earlier.with_only_columns(func.min(Response.id)).scalar_subquery().is_(None)
    later = others.where(Response.id > came.c.id)
    last = later.with_only_columns(func.max(Response.id)).scalar_subquery()
    copied = (
        select(SealedAnswer.invitation_id)
        .where(SealedAnswer.invitation_id == came.c.invitation_id)
        .correlate(came)
        .scalar_subquery()
    )
    # Each invitation once.
    found = select(func.coalesce(last, came.c.id).label("id")).where(first, copied.is_(None))
    return found.subquery("counting")


def _came(month: str) -> Subquery:
    """The answers that count and came in the month, or too late for one before; each once.

    In the order of their invitations, in which these and their enquiries stand and copies will.
    """
    came = select(Response.invitation_id, Response.id, Response.answered_month).where(~ON_HOLD)
    given = came.where(Response.answered_month == month)
    # Nought where nobody noted it.
    noted = func.max(func.coalesce(SealedMonth.last_response, 0))
    seen = db.session.scalar(select(noted).where(SealedMonth.month < month)) or 0
    earlier, unseen = Response.answered_month < month, Response.id > seen - ON_THEIR_WAY
    # Not by a join, for which SQLite would go through all answers there ever were.
    released = Response.id.in_(select(Hold.response_id).where(Hold.released_at.is_not(None)))
    found = union(given, came.where(unseen, earlier), came.where(released, earlier))
    return found.order_by("invitation_id", "id").subquery("came")
