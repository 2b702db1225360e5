"""The step that sends the letters with links to sign in, and drops what nobody may have.

Whoever asked: here it is found out whether the address is anybody's. A worker commits its claim
before the letter and the result after it, so that one that is killed repeats at most one letter,
which keeps its Message-ID and its link. What has not gone out within a quarter of an hour is given
up: by then whoever asked has asked again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from flask import current_app
from sqlalchemy import ColumnElement, delete, func, select

from survey.access.members import members
from survey.access.model import SignInLink
from survey.access.sign_in_letter import write
from survey.access.sign_in_links import VALID_FOR
from survey.foundation import clock
from survey.foundation.claims import Claims, Taken
from survey.foundation.database import change, db
from survey.post.letter import Letter
from survey.post.office import PostOffice, Refused, open_office
from survey.post.outcome import is_for_all, reason_for_logs

LINKS = Claims(
    SignInLink,
    undone=SignInLink.sent_at.is_(None),
    hold=timedelta(minutes=2),
    first_pause=timedelta(seconds=20),
)
GIVEN_UP_AFTER = timedelta(minutes=15)
# So many to one person while the first of them still opens: nobody's mailbox can be flooded, and
# nobody can be locked out by others who ask.
MOST_OPEN = 3

log = structlog.get_logger()


def send_links() -> Iterator[int]:
    """Send every letter that is due."""
    with open_office(current_app.config["SURVEY_MAIL_URL"]) as office:
        while link := _take(expires_at := clock.now() + VALID_FOR):
            letter = _letter_of(link, expires_at)
            if letter is None:
                yield _drop(link)
                continue
            yield from LINKS.begin(link)
            done, go_on = _hand_over(link, letter, office)
            yield done
            if not go_on:
                break


def oldest_due() -> datetime | None:
    """Since when the link that waits longest is due, whoever holds it."""
    return LINKS.oldest_due(_is_wanted())


def _take(expires_at: datetime) -> Taken | None:
    # The link opens from before the letter is handed over: it may arrive although we never hear so.
    links = select(SignInLink.uuid, SignInLink.person).where(_is_wanted())
    return LINKS.take(links, expires_at=expires_at)


def _is_wanted() -> ColumnElement[bool]:
    return SignInLink.asked_at > clock.now() - GIVEN_UP_AFTER


def _letter_of(link: Taken, expires_at: datetime) -> Letter | None:
    """The letter with it; None where nobody may have it, or had enough of them."""
    member = members().get(link.person)
    if member is None or _sent_lately(link.person) >= MOST_OPEN:
        return None
    return write(link.uuid, member, expires_at)


def _hand_over(link: Taken, letter: Letter, office: PostOffice) -> tuple[int, bool]:
    """Send its letter and record it: 1 if that is final, and whether others could go out now."""
    about = {"link": str(link.uuid), "attempts": link.attempts}
    try:
        office.send(letter)
    except Refused as refusal:
        log.warning("sign_in.refused", **about, reason=reason_for_logs(refusal))
        return _drop(link), True
    except Exception as error:
        log.warning("sign_in.delayed", **about, reason=reason_for_logs(error))
        LINKS.put_off(link)
        return 0, not is_for_all(error)
    LINKS.settle(link, sent_at=clock.now())
    return 1, True


def _sent_lately(person: bytes) -> int:
    lately = SignInLink.sent_at > clock.now() - VALID_FOR
    sent = select(func.count()).select_from(SignInLink).where(SignInLink.person == person, lately)
    return db.session.scalar(sent) or 0


def _drop(link: Taken) -> int:
    return change(delete(SignInLink).where(SignInLink.id == link.id))
