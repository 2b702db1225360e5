"""Which answers a month is sealed with, and what is copied of each: one statement.

It goes through the month's own answers in the order in which they came and looks the rest up for
each: enquiries, invitations and answers of a month stand near each other, and a month is little of
all there ever were.
"""

from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from survey.comments.counted import current_readings
from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.invitations.model import Invitation
from survey.reports.blocks.model import SealedAnswer
from survey.responses.counted import ON_HOLD
from survey.responses.model import Response

_GIVEN = aliased(Response)


def answers_of(month: str) -> Select[Any]:
    """The answers that count and are this month's, not copied before.

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


def _counting(month: str) -> Subquery:
    """The ids of the answers that count and are this month's, not copied before."""
    copied = select(SealedAnswer.invitation_id).where(
        SealedAnswer.invitation_id == _GIVEN.invitation_id
    )
    return (
        select(_of_invitation(func.max(Response.id)).label("id"))
        .where(_GIVEN.answered_month == month, ~copied.exists())
        # Each invitation once: by its first answer that is not on hold.
        .where(_GIVEN.id == _of_invitation(func.min(Response.id)))
        .subquery("counting")
    )


def _of_invitation(which: Any) -> Any:
    """Of the answers to the same invitation that are not on hold."""
    return (
        select(which)
        .where(Response.invitation_id == _GIVEN.invitation_id, ~ON_HOLD)
        .correlate(_GIVEN)
        .scalar_subquery()
    )
