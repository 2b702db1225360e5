"""Gathers the answers that a month is sealed with, in a table that goes with the transaction.

Each is looked up with its enquiry and reading once, however often it is used afterwards. They are
the month's, and what came too late for an earlier one: since a clock ran ahead when that was
sealed, or since an answer was on hold then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    CompoundSelect,
    MetaData,
    Select,
    Subquery,
    Table,
    and_,
    case,
    func,
    insert,
    literal,
    select,
    union_all,
)

from survey.comments.counted import current_readings
from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.database import change, db
from survey.invitations.model import Invitation
from survey.reports.blocks.model import SealedAnswer, SealedMonth
from survey.responses.counted import ON_HOLD
from survey.responses.model import Hold, Response

# An answer is stored by one statement, and ids are given out in order: of those below the last one
# that is seen, fewer than these can be on their way.
ON_THEIR_WAY = 1_000

# Asked of each by itself: for an EXISTS, PostgreSQL may read all that was ever copied.
_NOT_COPIED = (
    select(SealedAnswer.invitation_id)
    .where(SealedAnswer.invitation_id == Response.invitation_id)
    .limit(1)
    .correlate(Response)
    .scalar_subquery()
    .is_(None)
)


@contextmanager
def gathered(month: str) -> Iterator[Table]:
    """The answers that count and are copied with this month, one a row, in a temporary table.

    Its columns are those of `SealedAnswer` but for the series, and the partner and service.
    """
    chosen = _answers(month)
    table = Table(
        "gathered_answer",
        MetaData(),
        *(Column(column.name, column.type) for column in chosen.selected_columns),
        prefixes=["TEMPORARY"],
    )
    connection = db.session.connection()
    table.create(connection, checkfirst=False)
    change(insert(table).from_select(table.c.keys(), chosen))
    yield table
    table.drop(connection, checkfirst=False)


def _answers(month: str) -> Select[Any]:
    """What is copied of each answer, and whose series it belongs to."""
    unread = case((Response.comment.is_not(None), literal("unread")), else_=literal("none"))
    # Joined and not asked for by IN, which PostgreSQL would go through once for each answer, since
    # it takes the answers for few.
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


def last_response() -> int:
    """The highest id that an answer has by now; nought before the first."""
    return db.session.scalar(select(func.max(Response.id))) or 0


def _counting(month: str) -> Subquery:
    """The ids of the answers that count, are of this month or an earlier one, and not copied."""
    return (
        select(func.max(Response.id).label("id"))
        .where(Response.invitation_id.in_(_candidates(month)), ~ON_HOLD, _NOT_COPIED)
        .group_by(Response.invitation_id)
        .having(func.min(Response.answered_month) <= month)
        .subquery("counting")
    )


def _candidates(month: str) -> Select[Any] | CompoundSelect[Any]:
    """The invitations that may have such an answer; found by index, so that no other is read."""
    given = select(Response.invitation_id).where(Response.answered_month == month)
    # Nought where nobody noted it.
    noted = func.max(func.coalesce(SealedMonth.last_response, 0))
    last = db.session.scalar(select(noted).where(SealedMonth.month < month))
    if last is None:
        return given
    stored_since = select(Response.invitation_id).where(
        Response.id > last - ON_THEIR_WAY, Response.answered_month < month
    )
    released = (
        select(Response.invitation_id)
        .join(Hold, Hold.response_id == Response.id)
        .where(Hold.released_at.is_not(None), _NOT_COPIED)
    )
    return union_all(given, stored_since, released)
