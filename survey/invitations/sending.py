"""The step that sends what was decided: each letter once, by however many workers.

A worker claims a batch and commits that; from then on, others leave it alone. It commits again
after every letter, so that a worker killed at any moment loses none, and repeats at most the one
that was on the wire, which keeps its Message-ID. No transaction is open while a letter is handed
over, since on SQLite that would keep everybody else from writing. When the mail server does not
take letters now, the step gives back what it holds and ends: each run during an outage puts off one
letter and leaves the others due. What fails for one letter alone puts off that one, and the others
go out.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from flask import current_app

from survey.foundation import clock
from survey.foundation.keys import keys
from survey.invitations import people
from survey.invitations.claiming import Parcel, Worker, note, oldest_due
from survey.invitations.eligibility import REOPENED
from survey.invitations.letter import Addressee, Drafts, write
from survey.invitations.model import Invitation
from survey.invitations.reopening import CALLED_OFF
from survey.post.letter import Letter
from survey.post.office import Delayed, PostOffice, Refused, open_office

__all__ = ["oldest_due", "send"]

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
# At RCPT, and for no reason of policy or routing (RFC 3463): the mailbox does not exist.
NO_SUCH_MAILBOX = re.compile(r"RCPT: 5\d\d( 5\.[12]\.\d+)?\Z|not an address")

log = structlog.get_logger()


def send() -> Iterator[int]:
    """Send all that is due, a claimed batch at a time."""
    worker, drafts = Worker(), Drafts()
    with open_office(current_app.config["SURVEY_MAIL_URL"]) as office:
        try:
            while claimed := worker.claim():
                yield 0
                for invitation in claimed:
                    yield from _deliver(invitation, worker, office, drafts)
        except GeneratorExit:
            worker.give_back()
            raise
        except Delayed:
            worker.give_back()


def pause(attempts: int) -> timedelta:
    """How long a letter waits after so many attempts: a minute, doubling up to four hours."""
    return min(FIRST_PAUSE * (1 << min(attempts, 8)), LONGEST_PAUSE)


def _deliver(invitation: int, worker: Worker, office: PostOffice, drafts: Drafts) -> Iterator[int]:
    """One letter. Raises `Delayed` when neither it nor any other can go out now."""
    worker.renew()
    parcel = worker.open(invitation)
    if parcel is None:
        return
    if reason := _obstacle(parcel):
        _call_off(parcel, reason)
        done = 1
    else:
        yield 0
        done = _hand_over(parcel, office, drafts)
    yield done


def _obstacle(parcel: Parcel) -> str | None:
    """What has come between the decision and the letter: a reason for not asking after all."""
    if parcel.opted_out_at:
        return "opted_out"
    if parcel.bounced_at:
        return "bounced"
    if parcel.reopened:
        return REOPENED
    return None if parcel.address and parcel.reference else "no_address"


def _call_off(parcel: Parcel, reason: str) -> None:
    """Nobody was asked, so the row says so, as if it had been decided like that at first."""
    persons = [parcel.person_id] if parcel.person_id else []
    people.hold(persons)
    note(Invitation.id == parcel.id, asked=False, reason=reason, **CALLED_OFF)
    people.give_back_quiet_period(persons)


def _letter(parcel: Parcel, drafts: Drafts) -> Letter:
    form = drafts.about(parcel.partner_id, parcel.service_id, parcel.language)
    addressee = Addressee(
        uuid=parcel.uuid,
        address=keys().decrypt(parcel.address),
        person=parcel.hash,
        reference=parcel.reference,
        closed_at=parcel.closed_at,
        expires_at=parcel.expires_at,
    )
    return write(form, addressee)


def _hand_over(parcel: Parcel, office: PostOffice, drafts: Drafts) -> int:
    """Send its letter, and record what became of it; 1 if that is final, 0 if it must wait."""
    attempts = parcel.attempts + 1
    try:
        office.send(_letter(parcel, drafts))
    except Refused as refusal:
        log.warning("invitation.refused", invitation=str(parcel.uuid), reason=str(refusal))
        _settle(parcel, attempts=attempts, refused_at=clock.now())
        if NO_SUCH_MAILBOX.match(str(refusal)):
            people.note_bounce(parcel.person_id, clock.now())
    except Delayed as delay:
        _put_off(parcel, str(delay))
        if delay.for_all:
            raise
        return 0
    except Exception as error:
        # Whatever is wrong with one letter must not keep the others. An error's text may hold
        # personal data, so only its name is told.
        _put_off(parcel, type(error).__name__)
        return 0
    else:
        _settle(parcel, attempts=attempts, sent_at=clock.now())
    return 1


def _put_off(parcel: Parcel, reason: str) -> None:
    log.warning("invitation.delayed", invitation=str(parcel.uuid), reason=reason)
    later = clock.now() + pause(parcel.attempts)
    _settle(parcel, attempts=parcel.attempts + 1, next_attempt_at=later)


def _settle(parcel: Parcel, **values: str | int | datetime | None) -> None:
    """Record it and let go, even if our claim ran out meanwhile: what was sent was sent."""
    note(Invitation.id == parcel.id, claimed_by=None, claimed_until=None, **values)
