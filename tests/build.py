"""Rows for tests: each builder makes one that every rule is content with, but for what is named."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys, token_hash
from survey.invitations.model import Invitation, Person
from survey.partnership.directory import directory
from survey.responses.model import Response

Row = TypeVar("Row")
numbers = count(1)


def make_closure(**given: Any) -> Closure:
    """A closure of an HCC payroll enquiry; `partner`, `service`, `source`, `directorate` are codes.

    `email` stands for the person who asked; `email=None` leaves them unknown.
    """
    known, number = directory(), next(numbers)
    # Whatever day it is, a week holds the working hour after which people are asked.
    closed_at = given.pop("closed_at", now() - timedelta(days=7))
    partner = given.pop("partner", "HCC")
    directorate = given.pop("directorate", None)
    email = given.pop("email", f"person{number}@hants.example")
    values: dict[str, Any] = {
        "source_id": known.sources[given.pop("source", "contact-centre")].id,
        "reference": f"REF-{number}",
        "partner_id": known.partners[partner].id,
        "directorate_id": known.directorates[partner, directorate].id if directorate else None,
        "service_id": known.services[given.pop("service", "payroll")].id,
        "channel": "contact-centre",
        "outcome": "resolved",
        "opened_at": closed_at - timedelta(days=2),
        "closed_at": closed_at,
        "closed_month": f"{closed_at.astimezone(known.zone):%Y-%m}",
        "target_hours": 16.0,
        "hours_to_first_reply": 1.5,
        "hours_to_close": 12.5,
        "within_target": True,
        "person_hash": keys().person_hash(email) if email else None,
        "address": keys().encrypt(email) if email else None,
        "received_at": closed_at,
    }
    return _add(Closure(**values | given))


def make_person(email: str | None = None, **given: Any) -> Person:
    """A person with an address."""
    email = email or f"person{next(numbers)}@hants.example"
    values = {"hash": keys().person_hash(email), "address": keys().encrypt(email)}
    return _add(Person(**values | given))


def make_invitation(closure: Closure | None = None, **given: Any) -> Invitation:
    """An invitation that asked, was sent and is open; `reason=…` makes it one not asked."""
    closure = closure or make_closure()
    asked = given.get("reason") is None
    invitation = _add(
        Invitation(
            **{
                "closure_id": closure.id,
                "asked": asked,
                "decided_at": closure.closed_at,
                "sent_at": closure.closed_at if asked else None,
                "expires_at": now() + timedelta(days=21) if asked else None,
                "attempts": 1 if asked else 0,
            }
            | given
        )
    )
    closure.taken_up_at = invitation.decided_at
    if asked:
        invitation.token_hash = token_hash(token_of(invitation))
    db.session.flush()
    return invitation


def token_of(invitation: Invitation) -> str:
    """The token in the invitation's link."""
    return keys().link_token(invitation.uuid)


def make_response(invitation: Invitation | None = None, **given: Any) -> Response:
    """An answer; `comment` is given in clear and stored encrypted."""
    invitation = invitation or make_invitation()
    comment = given.pop("comment", None)
    answered_at = given.pop("answered_at", now())
    values: dict[str, Any] = {
        "invitation_id": invitation.id,
        "nonce": f"nonce-{next(numbers)}",
        "questionnaire": "default",
        "version": 1,
        "language": "en",
        "rating": 4,
        "answers": {},
        "comment": keys().encrypt(comment) if comment is not None else None,
        "answered_at": answered_at,
        "answered_month": f"{answered_at.astimezone(directory().zone):%Y-%m}",
    }
    return _add(Response(**values | given))


def at(text: str) -> datetime:
    """A moment from ISO text, UTC where no offset is given."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _add(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row
