"""A link that the source sends itself: who gets it, when there is one, and what becomes of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.enquiries.intake import take_in
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations import people
from survey.invitations.deciding import decide
from survey.invitations.forgetting import forget_person
from survey.invitations.model import Invitation, PartnerOptOut, Person
from survey.invitations.sending import oldest_due, send
from survey.partnership.directory import directory
from survey.responses.model import Response
from tests.build import at, make_closure, make_invitation, make_person, make_response, token_of
from tests.conftest import MakeKey, bearer
from tests.responses.answering import filled

pytestmark = pytest.mark.usefixtures("partnership")

ADA = "ada@hants.example"
PAST = at("2026-01-01T10:00")
Get = Callable[..., Any]


@pytest.fixture
def get(client: FlaskClient, make_key: MakeKey) -> Get:
    """The only closure of an enquiry of the contact centre, as a key that reads links sees it."""

    def ask(*scopes: str, **narrowed: tuple[str, ...]) -> Any:
        db.session.commit()
        key = make_key(*(scopes or ("links:read",)), **narrowed)
        return client.get("/api/v1/enquiries/contact-centre/R-1", headers=bearer(key))

    return ask


def handed_over(deliver: str = "link", **given: Any) -> Invitation:
    """Ada was asked by a link that the contact centre sends."""
    closure = make_closure(reference="R-1", deliver=deliver, email=ADA)
    person = make_person(ADA)
    return make_invitation(closure, **{"person_id": person.id, "sent_at": None} | given)


def told(answer: Any) -> tuple[str | None, str | None]:
    assert answer.status_code == 200
    (closure,) = answer.json["closures"]
    return closure["state"], closure["link"]


def test_a_link_goes_from_the_source_to_the_answer_and_never_by_our_mail(
    app: Flask, client: FlaskClient, get: Get
) -> None:
    closed = (clock.now() - timedelta(days=2)).isoformat()
    item = {
        "source": "contact-centre",
        "reference": "R-1",
        "partner": "HCC",
        "service": "payroll",
        "channel": "portal",
        "opened_at": (clock.now() - timedelta(days=9)).isoformat(),
        "closed_at": closed,
        "outcome": "resolved",
        "email": ADA,
        "deliver": "link",
    }
    assert take_in([item]).accepted == 1
    assert sum(decide()) == 1
    db.session.commit()
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.asked, invitation.next_attempt_at, invitation.remind_at) == (
        True,
        None,
        None,
    )
    assert oldest_due() is None
    assert sum(send()) == 0
    state, link = told(get())
    assert state == "handed_over"
    assert link == f"{app.config['SURVEY_PUBLIC_URL']}/a/{token_of(invitation)}"
    token = str(link).rsplit("/", 1)[1]
    assert client.post(f"/a/{token}", data=filled(client, token, rating="5")).status_code == 303
    assert told(get()) == ("answered", None)


def test_to_ask_for_the_link_changes_nothing_and_no_cache_keeps_it(get: Get) -> None:
    invitation = handed_over()
    first, second = get(), get()
    assert first.json == second.json
    assert first.headers["Cache-Control"] == "no-store"
    db.session.refresh(invitation)
    assert (invitation.sent_at, invitation.attempts) == (None, 1)


@pytest.mark.parametrize(
    ("scopes", "narrowed", "status", "shown"),
    [
        (("links:read",), {}, 200, True),
        (("links:read", "enquiries:read"), {"partners": ("HCC",)}, 200, True),
        (("links:read",), {"sources": ("contact-centre",)}, 200, True),
        (("enquiries:read",), {}, 200, False),
        (("links:read",), {"partners": ("OCC",)}, 404, False),
        (("links:read",), {"sources": ("portal",)}, 404, False),
        (("enquiries:write", "enquiries:correct", "operate"), {}, 403, False),
    ],
)
def test_the_link_is_shown_to_keys_that_may_read_it_and_see_the_closure(
    get: Get,
    scopes: tuple[str, ...],
    narrowed: dict[str, tuple[str, ...]],
    status: int,
    shown: bool,
) -> None:
    token = token_of(handed_over())
    answer = get(*scopes, **narrowed)
    assert answer.status_code == status
    assert (token in answer.text) == shown


def test_of_one_reference_no_link_of_another_partners_closure_is_shown(get: Get) -> None:
    closure = make_closure(reference="R-1", deliver="link", partner="OCC", closed_at=PAST)
    token = token_of(make_invitation(closure, sent_at=None))
    handed_over()
    answer = get(partners=("HCC",))
    assert told(answer)[0] == "handed_over"
    assert token not in answer.text


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"expires_at": PAST}, "expired"),
        ({"refused_at": PAST}, "refused"),
        ({"bounced_at": PAST}, "bounced"),
        ({"reason": "quiet_period"}, None),
        ({"deliver": "mail"}, "due"),
        ({"deliver": "mail", "sent_at": PAST}, "sent"),
    ],
)
def test_there_is_a_link_only_while_it_is_open_and_the_sources_to_send(
    get: Get, given: dict[str, Any], state: str | None
) -> None:
    handed_over(**given)
    assert told(get()) == (state, None)


def test_a_closure_not_decided_yet_has_no_link(get: Get) -> None:
    make_closure(reference="R-1", deliver="link")
    assert told(get()) == (None, None)


@pytest.mark.parametrize(("partner", "shown"), [(None, False), ("HCC", False), ("OCC", True)])
def test_who_opted_out_since_is_sent_no_link(get: Get, partner: str | None, shown: bool) -> None:
    invitation = handed_over()
    if partner is None:
        people.opt_out(keys().person_hash(ADA), clock.now())
    else:
        of = directory().partners[partner].id
        person = db.session.scalars(select(Person.id)).one()
        db.session.add(PartnerOptOut(person_id=person, partner_id=of, opted_out_at=clock.now()))
    assert (token_of(invitation) in get().text) == shown


def test_an_answer_outweighs_a_bounce_and_moments_are_told(get: Get) -> None:
    invitation = handed_over("mail", sent_at=PAST, reminded_at=PAST, bounced_at=PAST)
    make_response(invitation)
    (closure,) = get("enquiries:read").json["closures"]
    assert closure["state"] == "answered"
    assert closure["deliver"] == "mail"
    assert closure["reminded_at"] == closure["bounced_at"] == "2026-01-01T10:00:00+00:00"


def test_a_forgotten_person_was_asked_all_the_same_and_the_link_leads_nowhere(
    client: FlaskClient, get: Get
) -> None:
    invitation = handed_over()
    make_response(invitation)
    token = token_of(invitation)
    forget_person(keys().person_hash(ADA))
    db.session.commit()
    db.session.refresh(invitation)
    assert (invitation.asked, invitation.token_hash, invitation.person_id) == (True, None, None)
    assert db.session.scalars(select(Response.invitation_id)).one() == invitation.id
    assert client.get(f"/a/{token}").status_code == 404
