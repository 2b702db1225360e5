"""Gathers the answers that a month is sealed with, in a table that goes with the transaction.

Each is looked up with its enquiry and reading once, however often it is used afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
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
)

from survey.comments.counted import current_readings
from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.database import change, db
from survey.invitations.model import Invitation
from survey.reports.blocks.model import SealedAnswer
from survey.responses.counted import ON_HOLD
from survey.responses.model import Response


@contextmanager
def gathered(month: str) -> Iterator[Table]:
    """The answers that count and are this month's, one a row, in a temporary table.

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


def _counting(month: str) -> Subquery:
    """The ids of the answers that count and are this month's, not copied before."""
    # Through the month's own answers, so that the rest of the table is not read.
    given = select(Response.invitation_id).where(Response.answered_month == month)
    copied = select(SealedAnswer.invitation_id).where(
        SealedAnswer.invitation_id == Response.invitation_id
    )
    return (
        select(func.max(Response.id).label("id"))
        .where(Response.invitation_id.in_(given), ~ON_HOLD, ~copied.exists())
        .group_by(Response.invitation_id)
        .having(func.min(Response.answered_month) == month)
        .subquery("counting")
    )
