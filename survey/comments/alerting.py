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

import structlog
from flask import current_app
from sqlalchemy import Select, and_, func, select

from survey.comments.model import UrgentNotice
from survey.comments.urgent_letter import write
from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.claims import Claims, Taken
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.model import PartnerRow, SourceRow
from survey.post.office import PostOffice, open_office
from survey.post.outcome import is_for_all, reason_for_logs
from survey.responses.model import Response

UNSENT = UrgentNotice.sent_at.is_(None)
NOTICES = Claims(
    UrgentNotice, undone=UNSENT, hold=timedelta(minutes=2), first_pause=timedelta(minutes=1)
)
# Without its reference there is nothing to tell: the enquiry was forgotten.
CAN_GO = and_(PartnerRow.nominated_email.is_not(None), Closure.reference.is_not(None))

log = structlog.get_logger()


def alert() -> Iterator[int]:
    """Send every letter that is due; say which cannot go out, since nobody is nominated."""
    _say_who_is_missing()
    with open_office(current_app.config["SURVEY_MAIL_URL"]) as office:
        while notice := _take():
            yield from NOTICES.begin(notice)
            done, go_on = _hand_over(notice, office)
            yield done
            if not go_on:
                break


def oldest_due() -> datetime | None:
    """Since when the notice that waits longest is due, whoever holds it.

    One that waits for a person to be nominated is not: no worker can do anything about it.
    """
    since: datetime | None = db.session.scalar(
        _with_partner(func.min(UrgentNotice.found_at)).where(NOTICES.due(), CAN_GO)
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


def _take() -> Taken | None:
    notices = _with_partner(
        *(UrgentNotice.uuid, PartnerRow.nominated_email.label("to"), Closure.reference),
        SourceRow.code.label("source"),
    )
    return NOTICES.take(notices.join(SourceRow, SourceRow.id == Closure.source_id).where(CAN_GO))


def _hand_over(notice: Taken, office: PostOffice) -> tuple[int, bool]:
    """Send its letter and record it: 1 if it went out, and whether others could go out now."""
    try:
        office.send(write(notice.uuid, notice.to, notice.source, notice.reference))
    except Exception as error:
        # Refused or delayed, danger must not be dropped.
        about = {"notice": str(notice.uuid), "attempts": notice.attempts}
        log.warning("urgent.delayed", **about, reason=reason_for_logs(error))
        NOTICES.put_off(notice)
        return 0, not is_for_all(error)
    NOTICES.settle(notice, sent_at=clock.now())
    return 1, True
