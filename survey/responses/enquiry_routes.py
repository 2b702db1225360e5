"""What became of an enquiry: `GET /api/v1/enquiries/<source>/<reference>`.

It stands in this room since only here it is known whether an invitation was answered. That, and
whether it has expired, is derived and never stored. What the caller may not see does not exist. A
source that sends the link itself gets it here, by a key that may read links; asking for it changes
nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint
from sqlalchemy import Row, or_, select

from survey.access.caller import caller
from survey.enquiries.model import Closure, Correction, OpenEnquiry
from survey.enquiries.visibility import source_named, unknown
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.headers import private_page
from survey.foundation.keys import keys
from survey.invitations.model import Invitation, PartnerOptOut, Person
from survey.invitations.reopening import reopened
from survey.partnership.model import DirectorateRow, PartnerRow, ServiceRow, SourceRow
from survey.responses.counted import ANSWERED
from survey.responses.enquiry_schema import EnquiryStateSchema

reading = Blueprint("reading", __name__, url_prefix="/api/v1", description="What became of it")
reading.after_request(private_page)

STOPPED = (
    select(Person.id)
    .outerjoin(PartnerOptOut, PartnerOptOut.person_id == Person.id)
    .where(
        Person.id == Invitation.person_id,
        or_(Person.opted_out_at.is_not(None), PartnerOptOut.partner_id == Closure.partner_id),
    )
    .exists()
)
AS_STORED = (
    *(
        Closure.id,
        Closure.topic,
        Closure.team,
        Closure.channel,
        Closure.outcome,
        Closure.opened_at,
        Closure.first_reply_at,
    ),
    *(Closure.reopened_at, Closure.closed_at, Closure.deliver),
    *(Invitation.reason, Invitation.decided_at, Invitation.sent_at, Invitation.expires_at),
    *(Invitation.reminded_at, Invitation.bounced_at),
)
CLOSURES = (
    select(
        PartnerRow.code.label("partner"),
        DirectorateRow.code.label("directorate"),
        ServiceRow.code.label("service"),
        *AS_STORED,
        *(Invitation.uuid, Invitation.asked, Invitation.refused_at),
        ANSWERED.label("answered"),
        STOPPED.label("stopped"),
        reopened().label("opened_again"),
    )
    .select_from(Closure)
    .join(SourceRow, SourceRow.id == Closure.source_id)
    .join(PartnerRow, PartnerRow.id == Closure.partner_id)
    .join(ServiceRow, ServiceRow.id == Closure.service_id)
    .outerjoin(DirectorateRow, DirectorateRow.id == Closure.directorate_id)
    .outerjoin(Invitation, Invitation.closure_id == Closure.id)
    .order_by(Closure.closed_at)
)
OPEN = (
    select(PartnerRow.code.label("partner"), OpenEnquiry.opened_at, OpenEnquiry.reopened_at)
    .join(SourceRow, SourceRow.id == OpenEnquiry.source_id)
    .join(PartnerRow, PartnerRow.id == OpenEnquiry.partner_id)
)

Found = Row[*tuple[Any, ...]]


@reading.get("/enquiries/<source>/<path:reference>")
@reading.response(200, EnquiryStateSchema)
@reading.alt_response(404, description="No such enquiry, or none that this key may see")
def enquiry(source: str, reference: str) -> Mapping[str, object]:
    """What became of an enquiry: each time it was closed, whether we asked, and if not, why not."""
    source_named(source, reference)
    known = (SourceRow.code == source, Closure.reference == reference)
    closures = db.session.execute(CLOSURES.where(*known)).all()
    known = (SourceRow.code == source, OpenEnquiry.reference == reference)
    opened = db.session.execute(OPEN.where(*known)).first()
    visible = [closure for closure in closures if caller().may_see_partner(closure.partner)]
    since = _open_since(opened, visible)
    if not visible and since is None:
        raise unknown()
    corrections = _corrections([closure.id for closure in visible])
    return {
        "source": source,
        "reference": reference,
        "open_since": since,
        "closures": [
            {**_state(closure, now()), "corrections": corrections[closure.id]}
            for closure in visible
        ],
    }


def _corrections(closures: Iterable[int]) -> Mapping[int, Sequence[Correction]]:
    """Those made since a partner that the caller may not see had the closure, if one ever had."""
    shown: dict[int, list[Correction]] = defaultdict(list)
    for correction in db.session.scalars(
        select(Correction).where(Correction.closure_id.in_(closures)).order_by(Correction.id)
    ):
        from_partner = correction.before.get("partner")
        if from_partner is None or caller().may_see_partner(from_partner):
            shown[correction.closure_id].append(correction)
        else:
            shown[correction.closure_id].clear()
    return shown


def _open_since(opened: Found | None, closures: Iterable[Found]) -> datetime | None:
    """Since when it is open; None once a closure not earlier than its (re)opening came in."""
    if opened is None or not caller().may_see_partner(opened.partner):
        return None
    since: datetime = opened.reopened_at or opened.opened_at
    return None if any(closure.closed_at >= since for closure in closures) else since


def _state(closure: Found, moment: datetime) -> Mapping[str, object]:
    decision = {None: "pending", True: "asked", False: "not_asked"}[closure.asked]
    state = _stage(closure, moment) if closure.asked else None
    wanted = state == "handed_over" and not (closure.stopped or closure.opened_again)
    given = wanted and "links:read" in caller().scopes
    return {
        **closure._mapping,
        "decision": decision,
        "state": state,
        "link": _address(closure.uuid) if given else None,
    }


def _address(invitation: UUID) -> str:
    return f"{current_app.config['SURVEY_PUBLIC_URL']}/a/{keys().link_token(invitation)}"


def _stage(invitation: Found, moment: datetime) -> str:
    """How far an invitation has come; an answer outweighs whatever happened to the letter."""
    if invitation.answered:
        return "answered"
    if invitation.bounced_at:
        return "bounced"
    if invitation.refused_at:
        return "refused"
    if invitation.expires_at <= moment:
        return "expired"
    if invitation.deliver == "link":
        return "handed_over"
    return "sent" if invitation.sent_at else "due"
