"""The step that tells the nominated person of a comment with signs of danger.

A notice is never given up: whatever keeps its letter from going out, refusals too, it is tried
again, at first after a minute and in the end every hour. A worker commits its claim before the
letter and the result after it, so that one that is killed repeats at most one letter, which keeps
its Message-ID. A partner without a nominated person has its notices wait; every sweep says so, and
they go out once the partnership file names one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from flask import current_app
from sqlalchemy import Row, Select, and_, func, or_, select, update

from survey.comments.model import UrgentNotice
from survey.comments.urgent_letter import write
from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import change, db
from survey.invitations.model import Invitation
from survey.invitations.noting import pause
from survey.partnership.model import PartnerRow, SourceRow
from survey.post.office import Delayed, PostOffice, open_office
from survey.responses.model import Response

HOLD = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=1)
UNSENT = UrgentNotice.sent_at.is_(None)

Notice = Row[*tuple[Any, ...]]

log = structlog.get_logger()


def alert() -> Iterator[int]:
    """Send every letter that is due; say which cannot go out, since nobody is nominated."""
    _say_who_is_missing()
    worker = uuid4().hex
    with open_office(current_app.config["SURVEY_MAIL_URL"]) as office:
        try:
            while notice := _claim(worker):
                yield 0
                done, go_on = _hand_over(notice, office)
                yield done
                if not go_on:
                    break
        finally:
            # If we were stopped between the two.
            _note(UrgentNotice.claimed_by == worker, claimed_by=None, claimed_until=None)


def oldest_due() -> datetime | None:
    """Since when the notice that waits longest is due, whoever holds it.

    One that waits for a person to be nominated is not: no worker can do anything about it.
    """
    since: datetime | None = db.session.scalar(
        _with_partner(func.min(UrgentNotice.found_at)).where(_due())
    )
    return since


def unsent() -> dict[str, int]:
    """How many notices have not gone out, by partner, of partners with nobody nominated too."""
    rows = db.session.execute(
        _with_partner(PartnerRow.code, func.count()).where(UNSENT).group_by(PartnerRow.code)
    )
    return {row[0]: row[1] for row in rows}


def _say_who_is_missing() -> None:
    missing = _with_partner(PartnerRow.code, func.count()).where(
        UNSENT, PartnerRow.nominated_email.is_(None)
    )
    for partner, count in db.session.execute(missing.group_by(PartnerRow.code)):
        log.warning("urgent.nobody_nominated", partner=partner, notices=count)


def _with_partner(*columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(UrgentNotice)
        .join(Response, Response.id == UrgentNotice.response_id)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
        .join(PartnerRow, PartnerRow.id == Closure.partner_id)
    )


def _due() -> Any:
    return and_(
        UNSENT,
        UrgentNotice.next_attempt_at <= clock.now(),
        PartnerRow.nominated_email.is_not(None),
        # Without it there is nothing to tell: the enquiry was forgotten.
        Closure.reference.is_not(None),
    )


def _claim(worker: str) -> Notice | None:
    """Hold the notice that is due longest; others skip it once that is committed."""
    now = clock.now()
    free = or_(UrgentNotice.claimed_until.is_(None), UrgentNotice.claimed_until <= now)
    notice = db.session.execute(
        _with_partner(
            *(UrgentNotice.id, UrgentNotice.uuid, UrgentNotice.attempts),
            *(PartnerRow.nominated_email.label("to"), Closure.reference),
            SourceRow.code.label("source"),
        )
        .join(SourceRow, SourceRow.id == Closure.source_id)
        .where(_due(), free)
        .order_by(UrgentNotice.next_attempt_at)
        .limit(1)
        .with_for_update(skip_locked=True, of=UrgentNotice)
    ).first()
    if notice:
        _note(UrgentNotice.id == notice.id, claimed_by=worker, claimed_until=now + HOLD)
    return notice


def _hand_over(notice: Notice, office: PostOffice) -> tuple[int, bool]:
    """Send its letter and record it: 1 if it went out, and whether others could go out now."""
    attempts = notice.attempts + 1
    go_on = True
    try:
        office.send(write(notice.uuid, notice.to, notice.source, notice.reference))
    except Exception as error:
        # Refused or delayed, danger must not be dropped. Only reply codes and names of errors.
        known = isinstance(error, Delayed)
        go_on = not (isinstance(error, Delayed) and error.for_all)
        reason = str(error) if known else type(error).__name__
        log.warning("urgent.delayed", notice=str(notice.uuid), reason=reason, attempts=attempts)
        later = clock.now() + min(pause(notice.attempts), LONGEST_PAUSE)
        _settle(notice, attempts=attempts, next_attempt_at=later)
        return 0, go_on
    _settle(notice, attempts=attempts, sent_at=clock.now())
    return 1, go_on


def _settle(notice: Notice, **values: Any) -> None:
    """Record it and let go. The notice is gone if the person was forgotten meanwhile."""
    _note(UrgentNotice.id == notice.id, claimed_by=None, claimed_until=None, **values)


def _note(which: Any, **values: Any) -> None:
    change(update(UrgentNotice).where(which).values(values))
