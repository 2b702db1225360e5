"""When months were sealed, and where the clock had run ahead then, as the answers since tell."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.blocks.model import SealedMonth
from survey.reports.verifying.as_of import SEALING_TAKES, Sealing, Sealings
from survey.responses.model import Response


def sealings() -> Sealings:
    """The sealing of every month."""
    return {each.month: each for each in reversed(list(_latest_first()))}


def _latest_first() -> Iterator[Sealing]:
    months = db.session.scalars(select(SealedMonth).order_by(SealedMonth.month.desc()))
    following: int | None = None
    earliest: datetime | None = None
    for each in months.all():
        if each.last_response is not None:
            stored = _earliest(each.last_response, following)
            earliest = min(filter(None, (earliest, stored)), default=None)
            following = each.last_response
        ran_ahead = earliest is not None and earliest < each.sealed_at - SEALING_TAKES
        set_back = earliest if ran_ahead and each.last_response is not None else None
        there = each.last_response, each.last_closure
        yield Sealing(each.month, each.sealed_at, *there, set_back)


def _earliest(after: int, until: int | None) -> datetime | None:
    """The earliest moment at which a response of these numbers was given.

    Of people who were forgotten the moments are gone.
    """
    statement = (
        select(func.min(Response.answered_at))
        .join(Invitation, Invitation.id == Response.invitation_id)
        .where(Response.id > after, Invitation.person_id.is_not(None))
    )
    if until is not None:
        statement = statement.where(Response.id <= until)
    return db.session.scalar(statement)
