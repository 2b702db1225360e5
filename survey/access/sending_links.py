"""The step that sends the letters with links to sign in, and drops what nobody may have.

Whoever asked: here it is found out whether the address is anybody's. A worker commits its claim
before the letter and the result after it, so that one that is killed repeats at most one letter,
which keeps its Message-ID and its link. What has not gone out within a quarter of an hour is given
up: by then whoever asked has asked again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from survey.access.members import members
from survey.access.model import SignInLink
from survey.access.sign_in_letter import write
from survey.access.sign_in_links import VALID_FOR
from survey.foundation import clock
from survey.foundation.database import change, db
from survey.post.letter import Letter
from survey.post.office import Delayed, PostOffice, Refused, open_office

HOLD = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=20)
GIVEN_UP_AFTER = timedelta(minutes=15)
# So many to one person while the first of them still opens: nobody's mailbox can be flooded, and
# nobody can be locked out by others who ask.
MOST_OPEN = 3

RELEASED: dict[str, Any] = {"claimed_by": None, "claimed_until": None}

log = structlog.get_logger()


@dataclass(frozen=True)
class Claimed:
    """A link whose letter this worker sends; `attempts` counts this one."""

    id: int
    uuid: UUID
    person: bytes
    attempts: int
    expires_at: datetime


def send_links() -> Iterator[int]:
    """Send every letter that is due."""
    worker = uuid4().hex
    with open_office(current_app.config["SURVEY_MAIL_URL"]) as office:
        while link := _claim(worker):
            letter = _letter_of(link)
            if letter is None:
                yield _drop(link)
                continue
            try:
                # From here on no transaction is open, which others would wait for.
                yield 0
            except GeneratorExit:
                _note(SignInLink.id == link.id, **RELEASED)
                raise
            done, go_on = _hand_over(link, letter, office)
            yield done
            if not go_on:
                break


def oldest_due() -> datetime | None:
    """Since when the link that waits longest is due, whoever holds it."""
    since: datetime | None = db.session.scalar(
        select(func.min(SignInLink.next_attempt_at)).where(_due())
    )
    return since


def _due() -> ColumnElement[bool]:
    now = clock.now()
    return and_(
        SignInLink.sent_at.is_(None),
        SignInLink.next_attempt_at <= now,
        SignInLink.asked_at > now - GIVEN_UP_AFTER,
    )


def _claim(worker: str) -> Claimed | None:
    """Hold the link that is due longest; others skip it once that is committed."""
    now = clock.now()
    free = or_(SignInLink.claimed_until.is_(None), SignInLink.claimed_until <= now)
    found = db.session.execute(
        select(SignInLink.id, SignInLink.uuid, SignInLink.person, SignInLink.attempts)
        .where(_due(), free)
        .order_by(SignInLink.next_attempt_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if found is None:
        return None
    link = Claimed(found.id, found.uuid, found.person, found.attempts + 1, now + VALID_FOR)
    _note(
        SignInLink.id == link.id,
        claimed_by=worker,
        claimed_until=now + HOLD,
        attempts=link.attempts,
        # From before the letter is handed over: it may arrive although we never hear so.
        expires_at=link.expires_at,
    )
    return link


def _letter_of(link: Claimed) -> Letter | None:
    """The letter with it; None where nobody may have it, or had enough of them."""
    member = members().get(link.person)
    if member is None or _sent_lately(link.person) >= MOST_OPEN:
        return None
    return write(link.uuid, member, link.expires_at)


def _hand_over(link: Claimed, letter: Letter, office: PostOffice) -> tuple[int, bool]:
    """Send its letter and record it: 1 if that is final, and whether others could go out now."""
    try:
        office.send(letter)
    except Refused as refusal:
        log.warning("sign_in.refused", link=str(link.uuid), reason=str(refusal))
        return _drop(link), True
    except Exception as error:
        # Only reply codes and names of errors: the rest may hold the address.
        known = isinstance(error, Delayed)
        reason = str(error) if known else type(error).__name__
        log.warning("sign_in.delayed", link=str(link.uuid), reason=reason, attempts=link.attempts)
        later = clock.now() + FIRST_PAUSE * (1 << link.attempts - 1)
        _note(SignInLink.id == link.id, **RELEASED, next_attempt_at=later)
        return 0, not (isinstance(error, Delayed) and error.for_all)
    _note(SignInLink.id == link.id, **RELEASED, sent_at=clock.now())
    return 1, True


def _sent_lately(person: bytes) -> int:
    lately = SignInLink.sent_at > clock.now() - VALID_FOR
    sent = select(func.count()).select_from(SignInLink).where(SignInLink.person == person, lately)
    return db.session.scalar(sent) or 0


def _drop(link: Claimed) -> int:
    return change(delete(SignInLink).where(SignInLink.id == link.id))


def _note(which: ColumnElement[bool], **values: Any) -> None:
    change(update(SignInLink).where(which).values(values))
