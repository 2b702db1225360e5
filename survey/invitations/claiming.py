"""Which worker holds which letters: claims in the table, so that no letter goes out twice.

A claim lasts a minute and is renewed while its worker lives. What a killed worker held is free for
the others when the minute is over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, text, update

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import change, db
from survey.invitations.model import Invitation, Person
from survey.invitations.reopening import reopened

BATCH = 50
HOLD = timedelta(seconds=60)
RENEW_AFTER = timedelta(seconds=10)
# In the very words of the partial index: SQLite would not use it for `asked = 1`.
UNSENT = text("invitation.asked AND invitation.sent_at IS NULL AND invitation.refused_at IS NULL")

Parcel = Row[*tuple[Any, ...]]


class Worker:
    """One run of the sending step, under a name of its own, and what it holds."""

    def __init__(self) -> None:
        self.name = uuid4().hex
        self.held_since = clock.now()
        self.held = Invitation.claimed_by == self.name

    def claim(self) -> Sequence[int]:
        """Hold the letters that are due longest, a batch; others skip them once it is committed."""
        now = clock.now()
        free = or_(Invitation.claimed_until.is_(None), Invitation.claimed_until <= now)
        found = db.session.scalars(
            select(Invitation.id)
            .where(due(now), free)
            .order_by(Invitation.next_attempt_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        if found:
            self.held_since = now
            note(Invitation.id.in_(found), claimed_by=self.name, claimed_until=now + HOLD)
        return found

    def renew(self) -> None:
        """Hold on to what is left for another minute, unless that was done just now."""
        now = clock.now()
        if now - self.held_since > RENEW_AFTER:
            self.held_since = now
            note(self.held, claimed_until=now + HOLD)

    def open(self, invitation: int) -> Parcel | None:
        """All that its letter needs; None if another worker took over when our claim ran out."""
        return db.session.execute(
            select(
                *(Invitation.id, Invitation.uuid, Invitation.attempts, Invitation.expires_at),
                *(Closure.reference, Closure.closed_at, Closure.language),
                *(Closure.partner_id, Closure.service_id),
                *(Person.id.label("person_id"), Person.hash, Person.address),
                *(Person.opted_out_at, Person.bounced_at, reopened().label("reopened")),
            )
            .join(Closure, Closure.id == Invitation.closure_id)
            .outerjoin(Person, Person.id == Invitation.person_id)
            .where(Invitation.id == invitation, self.held)
        ).first()

    def give_back(self) -> None:
        """Let others have at once what is held and was not sent."""
        note(self.held, claimed_by=None, claimed_until=None)


def due(now: datetime) -> ColumnElement[bool]:
    """What is left to send. An expired link helps nobody, so what has expired is not sent."""
    return and_(UNSENT, Invitation.next_attempt_at <= now, Invitation.expires_at > now)


def oldest_due() -> datetime | None:
    """Since when the letter that waits longest is due, whoever holds it."""
    return db.session.scalar(select(func.min(Invitation.next_attempt_at)).where(due(clock.now())))


def note(which: ColumnElement[bool], **values: Any) -> None:
    """Write these values down on some invitations."""
    change(update(Invitation).where(which).values(values))
