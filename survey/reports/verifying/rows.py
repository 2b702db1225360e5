"""The rows behind sealed answers, an invitation's together: what was copied, and what from."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from survey.comments.counted import current_readings
from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.blocks.model import SealedAnswer, SealedMonth, SeriesMonth
from survey.responses.model import Hold, Response

ROWS_AT_ONCE = 2_000
# What is true of an enquiry, in the order of SIDES.
OF_ENQUIRY = ("directorate_id", "topic", "channel", "within_target", "hours_to_close")
RESPONSE: tuple[Any, ...] = (
    *(Invitation.id.label("invitation_id"), Response.id.label("response_id"), Response.uuid),
    *(Response.rating, Response.ease, Response.resolved, Response.questionnaire, Response.version),
    *(Response.answers, Response.answered_at, Response.answered_month),
    *(Response.comment.is_not(None).label("has_comment"), Hold.held_at, Hold.released_at),
)
ENQUIRY: tuple[Any, ...] = (
    Closure.partner_id,
    *(getattr(Closure, name) for name in OF_ENQUIRY),
)
COPIED: tuple[Any, ...] = (
    *(SealedAnswer.rating, SealedAnswer.ease, SealedAnswer.resolved, SealedAnswer.sentiment),
    *(SealedAnswer.questionnaire, SealedAnswer.version, SealedAnswer.answers),
    SeriesMonth.partner_id,
    *(getattr(SealedAnswer, name) for name in OF_ENQUIRY),
)


def copied_rows(blocks: Collection[int] | None = None) -> Iterable[Any]:
    """A row for each response to an invitation whose answer was sealed, or for each of its holds.

    In the order of invitations and responses; of these blocks, or of all and of what waits. What
    was sealed is named `sealed_…`.
    """
    statement = (
        select(
            *RESPONSE,
            *ENQUIRY,
            *(column.label(f"sealed_{column.key}") for column in COPIED),
            *(SeriesMonth.month, Invitation.person_id),
            *(Invitation.closure_id, Reading.sentiment, Reading.read_at, SeriesMonth.block_id),
            *(Reading.id.label("reading_id"), Reading.urgent),
            Reading.told.is_not(None).label("has_told"),
        )
        .select_from(SealedAnswer)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
        # None may be gone; where one is, that is found.
        .outerjoin(Response, Response.invitation_id == Invitation.id)
        .outerjoin(Reading, and_(Reading.response_id == Response.id, current_readings()))
    )
    if blocks is not None:
        statement = statement.where(SeriesMonth.block_id.in_(sorted(blocks)))
    return _streamed(statement)


def how_many_astray() -> int:
    """How many sealed answers have no invitation or no series: no foreign key holds them."""
    astray = (
        select(func.count())
        .select_from(SealedAnswer)
        .outerjoin(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .outerjoin(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .where(or_(Invitation.id.is_(None), SeriesMonth.id.is_(None)))
    )
    return db.session.scalar(astray) or 0


def not_copied_rows() -> Iterable[Any]:
    """A row for each response to an invitation of which no answer was sealed, likewise.

    Of those invitations to which some response came by the end of the last month that was sealed.
    """
    copied = select(SealedAnswer.invitation_id).where(
        SealedAnswer.invitation_id == Response.invitation_id
    )
    in_sealed = select(Response.invitation_id).where(
        Response.answered_month <= select(func.max(SealedMonth.month)).scalar_subquery()
    )
    statement = (
        select(*RESPONSE, Invitation.person_id)
        .select_from(Response)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .where(Response.invitation_id.in_(in_sealed), ~copied.exists())
    )
    return _streamed(statement)


def _streamed(statement: Select[Any]) -> Iterable[Any]:
    with_holds = statement.outerjoin(Hold, Hold.response_id == Response.id).order_by(
        Invitation.id, Response.id, Hold.id
    )
    return db.session.execute(with_holds, execution_options={"yield_per": ROWS_AT_ONCE})
