"""Sign-ins: a browser that holds a random token, of which we keep the hash, until it is ended.

A sign-in ends by itself after twelve hours unused and after seven days, whichever comes first; when
somebody signs out; when the operator ends it; and at once when the partnership file names its
person no longer, since what they may see is looked up at each request.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_, select

from survey.access.last_use import note_use
from survey.access.members import Member, members, without_a_seat
from survey.access.model import SignIn
from survey.foundation import clock
from survey.foundation.database import change, db
from survey.foundation.keys import token_hash
from survey.partnership.loading import partnership_changed

IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)
TOKEN_BYTES = 32


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in; `token_hash` tells which sign-in of theirs it is."""

    token_hash: bytes
    member: Member


def begin(person: bytes) -> str:
    """Sign a person in, up to the commit; the token that their browser keeps."""
    token, now = secrets.token_urlsafe(TOKEN_BYTES), clock.now()
    db.session.add(
        SignIn(token_hash=token_hash(token), person=person, created_at=now, last_used_at=now)
    )
    return token


def recognise(token: str) -> SignedIn | None:
    """Who holds this token; None when nobody does, or no longer."""
    found = db.session.execute(
        select(SignIn.id, SignIn.person, SignIn.last_used_at).where(
            SignIn.token_hash == token_hash(token), ~_over()
        )
    ).first()
    member = members().get(found.person) if found else None
    if found is None or member is None:
        return None
    note_use(SignIn, found.id, found.last_used_at)
    return SignedIn(token_hash(token), member)


def end(which: bytes) -> None:
    """End the sign-in with this token hash."""
    change(delete(SignIn).where(SignIn.token_hash == which))


def end_all_of(person: bytes) -> int:
    """End every sign-in of a person; how many."""
    return change(delete(SignIn).where(SignIn.person == person))


def end_over() -> int:
    """Delete the sign-ins that have ended by themselves; how many."""
    return change(delete(SignIn).where(_over()))


def now_signed_in() -> Sequence[SignIn]:
    """Every sign-in, the last used first."""
    return db.session.scalars(
        select(SignIn).where(~_over()).order_by(SignIn.last_used_at.desc())
    ).all()


def _over() -> ColumnElement[bool]:
    now = clock.now()
    return or_(SignIn.created_at <= now - LONGEST, SignIn.last_used_at <= now - IDLE)


@partnership_changed.connect
def _end_of_who_is_named_no_longer(_sender: object, **_: object) -> None:
    """So that nobody who is named again later is found signed in."""
    signed_in = db.session.scalars(select(SignIn.person).distinct()).all()
    if gone := without_a_seat(signed_in):
        change(delete(SignIn).where(SignIn.person.in_(gone)))
