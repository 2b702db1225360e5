"""The step that sends what was decided: the first letter of each invitation.

What a killed worker held may have left before it was noted. So it is no longer a first letter: see
`survey.responses.sending_again`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, text

from survey.foundation import clock
from survey.foundation.database import db, table_of
from survey.invitations.dispatch import dispatch
from survey.invitations.errand import Parcel, Values
from survey.invitations.model import Invitation
from survey.invitations.remind_times import RemindTimes
from survey.invitations.reopening import CALLED_OFF

# In the very words of the partial index: SQLite would not use it for `asked = 1`.
UNSENT = text("invitation.asked AND invitation.sent_at IS NULL AND invitation.refused_at IS NULL")


class Inviting:
    """The errand of the first letters."""

    name = "invitation"
    reminder = False
    due_at: ColumnElement[Any] = table_of(Invitation).c.next_attempt_at
    over: ColumnElement[bool] = false()

    def __init__(self) -> None:
        self.remind_times = RemindTimes()

    def due(self, now: datetime) -> ColumnElement[bool]:
        """What was not sent yet and may be by now."""
        return due(now)

    def gives_way(self) -> bool:
        """Nothing is more urgent."""
        return False

    def sent(self, parcel: Parcel, now: datetime) -> Values:
        """Sent, and perhaps to be reminded of."""
        remind_at = self.remind_times.of(parcel, now)
        return {"sent_at": now, "next_attempt_at": None, "remind_at": remind_at}

    def refused(self, now: datetime) -> Values:
        """Final; the person was asked all the same."""
        return {"refused_at": now}

    def put_off(self, until: datetime, *, perhaps_sent: bool) -> Values:
        """Due again later; not as a first letter if it may have arrived."""
        return {"next_attempt_at": until} | ({"sent_at": clock.now()} if perhaps_sent else {})

    def called_off(self, reason: str) -> Values:
        """Nobody was asked, so the row says so, and since when."""
        return {"asked": False, "reason": reason, "decided_at": clock.now(), **CALLED_OFF}


def send() -> Iterator[int]:
    """Send all that is due."""
    return dispatch(Inviting())


def due(now: datetime) -> ColumnElement[bool]:
    """What is left to send. An expired link helps nobody, so what has expired is not sent."""
    waits = and_(UNSENT, Invitation.next_attempt_at <= now, Invitation.expires_at > now)
    return and_(waits, or_(Invitation.claimed_until.is_(None), Invitation.claimed_until > now))


def oldest_due() -> datetime | None:
    """Since when the letter that waits longest is due, whoever holds it."""
    return db.session.scalar(select(func.min(Invitation.next_attempt_at)).where(due(clock.now())))
