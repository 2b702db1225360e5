"""The step that sends a letter again which came back for now, or of which nobody knows.

It keeps its Message-ID where nobody knows whether it arrived: the connection was lost in the middle
of it, or its worker was killed while it held it. Whoever may have the letter already may have
answered, so it stands here, and looks at that again right before the letter is handed over. Nobody
is un-asked: what may be with the person stays asked, and its link stays good.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, text, update

from survey.foundation import clock
from survey.foundation.claims import RELEASED
from survey.foundation.database import change, db, table_of
from survey.invitations.dispatch import dispatch
from survey.invitations.errand import Values
from survey.invitations.model import Invitation
from survey.invitations.sending import UNSENT, Inviting
from survey.responses.counted import ANSWERED

# In the very words of the partial index.
AGAIN = text("invitation.sent_at IS NOT NULL AND invitation.next_attempt_at IS NOT NULL")


class SendingAgain(Inviting):
    """The errand of letters that somebody may have already; as for first ones, but for this."""

    name = "letter again"

    def __init__(self) -> None:
        super().__init__()
        asked = table_of(Invitation).c
        self.over = or_(ANSWERED, asked.bounced_at.is_not(None), asked.expires_at <= clock.now())

    def due(self, now: datetime) -> ColumnElement[bool]:
        """What is to be sent again by now; where nobody needs it any more, it is called off."""
        return due(now)

    def refused(self, now: datetime) -> Values:
        """Final; the person was asked all the same."""
        return {"refused_at": now, "next_attempt_at": None}

    def put_off(self, until: datetime, *, perhaps_sent: bool) -> Values:
        """Due again later."""
        return {"next_attempt_at": until}

    def called_off(self, reason: str) -> Values:
        """The letter that may have arrived has to do."""
        return {"next_attempt_at": None}


def send_again() -> Iterator[int]:
    """Send all that is due once more."""
    take_over(clock.now())
    yield 0
    yield from dispatch(SendingAgain())


def take_over(now: datetime) -> int:
    """Count as sent, and to be sent again, what a killed worker held; how many letters."""
    return change(
        update(Invitation)
        .where(UNSENT, Invitation.claimed_until <= now)
        .values(
            sent_at=Invitation.claimed_until,
            attempts=Invitation.attempts + 1,
            **RELEASED,
        )
    )


def oldest_due() -> datetime | None:
    """Since when the letter that waits longest is due, or its worker's claim has run out."""
    now = clock.now()
    since = (
        db.session.scalar(select(func.min(Invitation.next_attempt_at)).where(due(now))),
        db.session.scalar(
            select(func.min(Invitation.claimed_until)).where(
                UNSENT, Invitation.claimed_until <= now
            )
        ),
    )
    return min((moment for moment in since if moment), default=None)


def due(now: datetime) -> ColumnElement[bool]:
    """Letters to be sent again, or to be called off."""
    return and_(AGAIN, Invitation.next_attempt_at <= now)
