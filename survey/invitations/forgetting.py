"""What this room forgets: addresses, links, and in the end that somebody was ever known.

An opt-out, of one partner too, is never forgotten, since forgetting it would ask the person again;
it needs nothing but the hash. Neither is a quiet period, while it runs.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import change, db
from survey.invitations.acceptance import bounced_too_soon
from survey.invitations.model import Invitation, PartnerOptOut, Person
from survey.partnership.directory import directory
from survey.partnership.working_time import WorkingCalendar, month_start

MOMENTS = ("decided_at", "sent_at", "refused_at", "expires_at", "reminded_at")


def forget_person(person_hash: bytes) -> int:
    """Cut a person's invitations loose and erase the person; how many rows that changed.

    The invitations stay, so that counts do not change: without link, person and day, and
    without the id that the letters name in their Message-ID. What was not sent yet is called off.
    """
    person = db.session.scalar(select(Person).where(Person.hash == person_hash).with_for_update())
    invitations = db.session.execute(
        select(Invitation, Closure.deliver)
        .join(Closure, Closure.id == Invitation.closure_id)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .where(or_(Closure.person_hash == person_hash, Person.hash == person_hash))
    ).all()
    changed = sum(_cut_loose(invitation, deliver) for invitation, deliver in invitations)
    db.session.flush()
    return changed + (person is not None and _erase(person))


def forget_expired(now: datetime) -> int:
    """Erase what has been kept long enough; how many people were forgotten, in part or wholly.

    An address goes `keeping.address_days` after the link of the last letter expired, which was
    `asking.expires_days` after the person was last asked.
    """
    kept = directory().settings.address_kept
    addresses = update(Person).where(Person.address.is_not(None), _last_asked_by(now - kept))
    unlinked = ~select(Invitation.id).where(Invitation.person_id == Person.id).exists()
    bare = and_(Person.address.is_(None), unlinked, _of_no_use(now))
    return change(addresses.values(address=None)) + change(delete(Person).where(bare))


def _erase(person: Person) -> bool:
    """Remove the person, or all but what keeps them from being asked; False if that was done."""
    if change(delete(Person).where(Person.id == person.id, _of_no_use(clock.now()))):
        return True
    known = person.address is not None or person.bounced_at is not None
    person.address = person.bounced_at = None
    db.session.flush()
    return known


def _cut_loose(invitation: Invitation, deliver: str) -> bool:
    """Let nothing in it lead back to the person; False if nothing did."""
    # A link that the source sends itself may have been sent, and even been answered.
    called_off = deliver == "mail" and _call_off_unsent(invitation)
    blurred = {moment: _blurred(getattr(invitation, moment)) for moment in MOMENTS}
    gone = dict.fromkeys(("person_id", "token_hash", "remind_at", "next_attempt_at"))
    loose = {**gone, **blurred, "bounced_at": _blurred_bounce(invitation)}
    if invitation.sent_at and invitation.next_attempt_at:
        # What was to go out again never does, and was not accepted.
        loose["refused_at"] = loose["sent_at"]
    if not called_off and all(getattr(invitation, name) == value for name, value in loose.items()):
        return False
    for name, value in loose.items():
        setattr(invitation, name, value)
    invitation.uuid = uuid4()
    return True


def _call_off_unsent(invitation: Invitation) -> bool:
    """Nobody was asked if the letter had not gone out, and with its end blurred it never would."""
    out = invitation.sent_at or invitation.refused_at or invitation.claimed_by
    if not invitation.asked or out:
        return False
    invitation.asked, invitation.reason = False, "no_address"
    invitation.expires_at = None
    return True


def _of_no_use(now: datetime) -> ColumnElement[bool]:
    """Whether a bare hash keeps nobody from being asked any more."""
    quiet = timedelta(days=directory().settings.asking.quiet_days)
    of_one = select(PartnerOptOut.id).where(PartnerOptOut.person_id == Person.id).exists()
    return and_(Person.opted_out_at.is_(None), ~of_one, _last_asked_by(now - quiet))


def _last_asked_by(moment: datetime) -> ColumnElement[bool]:
    return or_(Person.last_asked_at.is_(None), Person.last_asked_at <= moment)


def _blurred_bounce(invitation: Invitation) -> datetime | None:
    """Blurred so that a letter counts as accepted if it did before: see `acceptance`."""
    if not invitation.sent_at:
        return _blurred(invitation.bounced_at)
    soon = bounced_too_soon(invitation.sent_at, invitation.bounced_at)
    return _blurred(invitation.sent_at) if soon else None


def _blurred(moment: datetime | None) -> datetime | None:
    """The start of the month it lies in."""
    calendar = WorkingCalendar.of(directory().settings)
    return moment and month_start(calendar.local_month(moment), calendar.zone)
