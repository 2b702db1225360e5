"""The step that reminds: once, some working days later, whoever was asked and has not answered.

It stands here since only this room knows who has answered. Reminders share the paces with the first
letters and give way to them: while any of those is due, none goes out. Whether somebody answered,
opted out, bounced or ran out of time is looked at again right before their letter is handed over.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text

from survey.foundation import clock
from survey.foundation.database import db, table_of
from survey.invitations import sending
from survey.invitations.dispatch import dispatch
from survey.invitations.errand import Parcel, Values
from survey.invitations.model import Invitation
from survey.responses.counted import ANSWERED

# In the very words of the partial index.
TO_REMIND = text("invitation.remind_at IS NOT NULL")


class Reminding:
    """The errand of reminders. `remind_at` says when one is due, until it is null."""

    name = "reminder"
    reminder = True
    due_at: ColumnElement[Any] = table_of(Invitation).c.remind_at

    def __init__(self) -> None:
        asked = table_of(Invitation).c
        came_back = asked.bounced_at.is_not(None)
        self.over: ColumnElement[bool] = or_(
            ANSWERED, came_back, asked.sent_at.is_(None), asked.expires_at <= clock.now()
        )

    def due(self, now: datetime) -> ColumnElement[bool]:
        """Who was to be reminded by now; where nobody needs it any more, it is called off."""
        return due(now)

    def gives_way(self) -> bool:
        """First letters go first."""
        return sending.oldest_due() is not None

    def sent(self, parcel: Parcel, now: datetime) -> Values:
        """Reminded, once and for all."""
        return {"reminded_at": now, "remind_at": None}

    def refused(self, now: datetime) -> Values:
        """The first letter was accepted, and stays so."""
        return {"remind_at": None}

    def put_off(self, until: datetime, *, perhaps_sent: bool) -> Values:
        """Due again later."""
        return {"remind_at": until}

    def called_off(self, reason: str) -> Values:
        """Nobody needs to be reminded any more."""
        return {"remind_at": None}


def remind() -> Iterator[int]:
    """Send all reminders that are due, unless first letters are."""
    return dispatch(Reminding())


def oldest_due() -> datetime | None:
    """Since when the reminder that waits longest is due."""
    return db.session.scalar(select(func.min(Invitation.remind_at)).where(due(clock.now())))


def due(now: datetime) -> ColumnElement[bool]:
    """Reminders left to send, or to be called off."""
    return and_(TO_REMIND, Invitation.remind_at <= now)
