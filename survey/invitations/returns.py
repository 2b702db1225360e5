"""What it means for an invitation, and for the person, that its letter came back.

Reading the same message again changes nothing more: what is noted once stays as it was noted, and
a letter that came back for now is sent again only if the message is about the last one that went
out, which by then is another. Each change is one conditional update, so two workers at it at once
do no more than one.
"""

from collections.abc import Callable, Collection
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, false, func, select, update

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import change, db
from survey.invitations import people
from survey.invitations.letter_named import LetterNamed, letter_named
from survey.invitations.model import Invitation, Person
from survey.invitations.receivers import UNREADABLE, domain_of, sealed_domain
from survey.partnership.directory import directory
from survey.partnership.working_time import WorkingCalendar
from survey.post.returned import Kind, Returned

# A full mailbox or a server that minds us is seldom put right in an hour.
PAUSES = (timedelta(hours=4), timedelta(days=1), timedelta(days=3))
AWAY_UNLESS_SAID = timedelta(days=7)
# Clocks of other people's servers are off by this much, and ours is not later than theirs.
CLOCKS_DIFFER = timedelta(minutes=10)
HALF_AN_HOUR = 0.5

Asked = Row[*tuple[Any, ...]]


def take_back(
    returned: Returned, unanswered: ColumnElement[bool], partners: Collection[int] | None = None
) -> bool:
    """Do what a message means for the invitation it is about; False if it is about none of ours.

    Args:
        returned: the message, understood.
        unanswered: the condition on an invitation that nobody answered it yet, which this room
            cannot know.
        partners: the ids of those whose invitations may be touched; None is all.
    """
    letter = letter_named(returned)
    invitation = _invitation(letter, partners) if letter else None
    if letter is None or invitation is None:
        return False
    if returned.kind is Kind.SOFT or _is_elsewhere(invitation, returned):
        _send_again(invitation, letter, returned.written_at, unanswered)
    elif act := ACTS.get(returned.kind):
        act(invitation, returned)
    return True


def _invitation(letter: LetterNamed, partners: Collection[int] | None) -> Asked | None:
    visible = Closure.partner_id.in_(partners) if partners is not None else Closure.id.is_not(None)
    return db.session.execute(
        select(
            *(Invitation.id, Invitation.sent_at, Invitation.remind_at, Invitation.expires_at),
            *(Invitation.returns, Invitation.person_id, Closure.partner_id),
            *(Person.hash.label("person"), Person.address),
        )
        .join(Closure, Closure.id == Invitation.closure_id)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .where(Invitation.uuid == letter.invitation, Invitation.asked, visible)
    ).first()


def _is_elsewhere(invitation: Asked, returned: Returned) -> bool:
    """Whether it is only where the person has letters sent on to that nobody is there."""
    own = sealed_domain(invitation.address)
    if returned.kind is not Kind.HARD or not returned.failed or own == UNREADABLE:
        return False
    return all(domain_of(address) != own for address in returned.failed)


def _stop_asking(invitation: Asked, _returned: Returned) -> None:
    """Nothing reaches this person any more."""
    now = clock.now()
    if invitation.person_id is not None:
        people.note_bounce(invitation.person_id, now)
    first = func.coalesce(Invitation.bounced_at, now)
    _note(invitation, bounced_at=first, remind_at=None, next_attempt_at=None)


def _leave_alone(invitation: Asked, _returned: Returned) -> None:
    """Whoever calls our letter a nuisance gets no other."""
    if invitation.person is not None:
        people.opt_out(invitation.person, clock.now())
    _note(invitation, remind_at=None)


def _remind_later(invitation: Asked, returned: Returned) -> None:
    """Remind on the day after they are back; not at all where the link will have expired."""
    if invitation.remind_at is None or invitation.sent_at is None:
        return
    later = _after_return(invitation, returned)
    if later > invitation.remind_at:
        in_time = later if later < invitation.expires_at else None
        _note(invitation, Invitation.remind_at.is_not(None), remind_at=in_time)


ACTS: dict[Kind, Callable[[Asked, Returned], None]] = {
    Kind.HARD: _stop_asking,
    Kind.LEFT: _stop_asking,
    Kind.COMPLAINT: _leave_alone,
    Kind.AWAY: _remind_later,
}


def _after_return(invitation: Asked, returned: Returned) -> datetime:
    """Early on the first working day after the day of return, by the partner's own hours.

    Where that is not said, a week after the reply; its own date is believed within reason only.
    """
    if returned.back_on is None:
        sent_at: datetime = invitation.sent_at
        written = max(returned.written_at or sent_at, sent_at)
        return min(written, clock.now()) + AWAY_UNLESS_SAID
    known = directory()
    code = next(p.code for p in known.everything.partners if p.id == invitation.partner_id)
    morning = datetime.combine(returned.back_on + timedelta(days=1), time(), known.zone)
    return WorkingCalendar.of(known.settings, code).after(morning, HALF_AN_HOUR)


def _send_again(
    invitation: Asked,
    letter: LetterNamed,
    written_at: datetime | None,
    unanswered: ColumnElement[bool],
) -> None:
    """Send the letter once more after a pause, longer each time; in the end give it up.

    Not where it is about a letter before the last, or a reminder has gone out since, or nobody
    needs it: answered, expired, opted out, bounced for good.
    """
    now = clock.now()
    pause = PAUSES[invitation.returns] if invitation.returns < len(PAUSES) else None
    again = pause is not None and now + pause < invitation.expires_at
    values: dict[str, object] = {"bounced_at": now, "next_attempt_at": None}
    if pause is not None and again:
        due = now + pause
        values = {"next_attempt_at": due, "returns": invitation.returns + 1}
    reachable = select(Person.id).where(
        Person.id == Invitation.person_id,
        Person.opted_out_at.is_(None),
        Person.bounced_at.is_(None),
    )
    _note(
        invitation,
        *(_is_the_last(invitation, letter, written_at), Invitation.sent_at.is_not(None)),
        *(Invitation.returns == invitation.returns, Invitation.bounced_at.is_(None)),
        Invitation.next_attempt_at.is_(None),
        *(Invitation.reminded_at.is_(None), Invitation.expires_at > now),
        *(unanswered, reachable.exists()),
        remind_at=None,
        **values,
    )


def _is_the_last(
    invitation: Asked, letter: LetterNamed, written_at: datetime | None
) -> ColumnElement[bool]:
    """Whether the message is about the letter that went out last, by its number or by its date.

    One that tells neither could be read twice and be taken for two.
    """
    if letter.returns is not None:
        return Invitation.returns == (-1 if letter.reminder else letter.returns)
    if written_at is None:
        return false()
    return Invitation.sent_at <= written_at + CLOCKS_DIFFER


def _note(invitation: Asked, *conditions: ColumnElement[bool], **values: object) -> None:
    change(update(Invitation).where(Invitation.id == invitation.id, *conditions).values(values))
