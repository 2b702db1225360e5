"""The ways into the demo: addresses to open in a browser, and a key for every role."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from survey.access import api_keys
from survey.access.model import ApiKey
from survey.access.tickets import ticket_for
from survey.demo.partnership import WITH_OWN_QUESTIONS
from survey.demo.people import DOMAINS
from survey.demo.place import Place
from survey.enquiries.intake import take_in
from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import run
from survey.invitations.model import Invitation
from survey.journey import STATIONS
from survey.partnership.directory import directory
from survey.partnership.model import ServiceRow
from survey.responses.model import Response


@dataclass(frozen=True)
class Role:
    """What the holder of a key may do; no `partners` means all of them."""

    name: str
    scopes: tuple[str, ...]
    partners: tuple[str, ...] = ()


ROLES = (
    Role("helpdesk", ("enquiries:write", "enquiries:read", "links:read")),
    Role("analyst", ("figures:explore", "comments:read", "enquiries:read", "releases:write")),
    Role("board-OCC", ("figures:read",), ("OCC",)),
    Role("board-joint", ("figures:read",)),
    Role("operator", ("operate", "enquiries:read", "enquiries:correct", "links:read")),
)
SIGNED_IN_AS = "board-joint"


def make_keys(place: Place) -> None:
    """Store the keys that are not there yet, up to the commit."""
    known = set(db.session.scalars(select(ApiKey.name)))
    for role in ROLES:
        if role.name not in known:
            secret = place.key_secret(role.name)
            api_keys.create(role.name, secret, role.scopes, role.partners, ())


def lines(place: Place) -> Iterator[str]:
    """What a newcomer needs, a line each: the addresses, then the keys."""
    yield f"{place.public_url}/board?ticket={ticket_for(SIGNED_IN_AS)}"
    yield f"{place.public_url}/a/{keys().link_token(_open_invitation())}"
    yield f"{place.public_url}/demo/mailbox"
    yield f"{place.public_url}/api/v1/openapi.json"
    yield f"{place.public_url}/api/v1/docs"
    for role in ROLES:
        yield f"key {role.name} {place.key_secret(role.name)}"


def _open_invitation() -> UUID:
    """An invitation that can be answered now; where none is left, somebody is asked."""
    return _last_unanswered() or _ask_somebody()


def _last_unanswered() -> UUID | None:
    """The last sent about payroll, whose page has questions of every kind; else about anything."""
    answered = select(Response.id).where(Response.invitation_id == Invitation.id).exists()
    return db.session.scalar(
        select(Invitation.uuid)
        .join(Closure, Closure.id == Invitation.closure_id)
        .join(ServiceRow, ServiceRow.id == Closure.service_id)
        .where(Invitation.sent_at.is_not(None), ~answered)
        .where(Invitation.expires_at > clock.now() + timedelta(hours=1))
        .order_by((ServiceRow.code == WITH_OWN_QUESTIONS).desc(), Invitation.sent_at.desc())
        .limit(1)
    )


def _ask_somebody() -> UUID:
    """Bring a fresh enquiry in, and have the real steps ask whoever sent it."""
    reference = uuid4().hex[:12]
    # Long enough ago to be asked about now, whatever delay the partnership has been given.
    delayed = directory().settings.asking_of("HCC", WITH_OWN_QUESTIONS).delay_minutes
    closed_at = clock.now() - (timedelta(days=7) if delayed else timedelta(minutes=1))
    enquiry = {
        "source": "portal",
        "reference": f"WEB-{reference}",
        "partner": "HCC",
        "service": WITH_OWN_QUESTIONS,
        "channel": "portal",
        "opened_at": (closed_at - timedelta(days=1)).isoformat(),
        "closed_at": closed_at.isoformat(),
        "outcome": "resolved",
        "email": f"newcomer.{reference}@{DOMAINS['HCC']}",
    }
    take_in([enquiry])
    db.session.commit()
    for step in ("decide", "send"):
        run(STATIONS[step].step)
    invitation = _last_unanswered()
    if invitation is None:
        raise LookupError("nobody could be asked: is asking switched off?")
    return invitation
