"""What became of an enquiry, and who gets to know."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.enquiries.intake import take_in
from survey.enquiries.model import OpenEnquiry
from survey.foundation import clock
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.directory import directory
from survey.responses.enquiry_schema import EnquiryStateSchema
from tests.build import at, make_closure, make_invitation, make_response, token_of
from tests.conftest import MakeKey, bearer
from tests.enquiries.examples import enquiry

pytestmark = pytest.mark.usefixtures("partnership")
Get = Callable[..., Any]


@pytest.fixture
def get(client: FlaskClient, make_key: MakeKey) -> Get:
    """Asks for an enquiry of the contact centre with a key that sees everything, or less."""

    def ask(reference: str, source: str = "contact-centre", **narrowed: tuple[str, ...]) -> Any:
        db.session.commit()
        key = make_key("enquiries:read", **narrowed)
        return client.get(f"/api/v1/enquiries/{source}/{reference}", headers=bearer(key))

    return ask


def make_open(**given: Any) -> None:
    known = directory()
    values = {
        "source_id": known.sources["contact-centre"].id,
        "reference": "R-1",
        "partner_id": known.partners["HCC"].id,
        "opened_at": at("2026-11-01T09:00"),
        "sent_digest": b"d",
        "received_at": clock.now(),
    }
    db.session.add(OpenEnquiry(**values | given))


def test_a_closure_not_decided_yet_is_pending(get: Get) -> None:
    make_closure(reference="R-1", closed_at=at("2026-11-20T10:00"), directorate="adults")
    answer = get("R-1")
    assert answer.status_code == 200
    (closure,) = answer.json["closures"]
    assert (closure["decision"], closure["reason"], closure["state"]) == ("pending", None, None)
    assert (closure["partner"], closure["directorate"]) == ("HCC", "adults")
    assert closure["closed_at"] == "2026-11-20T10:00:00+00:00"
    assert answer.json["open_since"] is None


def test_a_decision_not_to_ask_comes_with_its_reason(get: Get) -> None:
    make_invitation(make_closure(reference="R-1"), reason="quiet_period")
    (closure,) = get("R-1").json["closures"]
    assert closure["decision"] == "not_asked"
    assert (closure["reason"], closure["state"]) == ("quiet_period", None)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"sent_at": None}, "due"),
        ({}, "sent"),
        ({"sent_at": None, "refused_at": at("2026-11-20T10:00")}, "refused"),
        ({"expires_at": at("2026-11-20T10:00")}, "expired"),
        ({"sent_at": None, "expires_at": at("2026-11-20T10:00")}, "expired"),
    ],
)
def test_an_invitation_tells_how_it_stands(get: Get, given: dict[str, Any], state: str) -> None:
    make_invitation(make_closure(reference="R-1"), **given)
    (closure,) = get("R-1").json["closures"]
    assert (closure["decision"], closure["reason"]) == ("asked", None)
    assert closure["state"] == state


def test_an_answer_outweighs_that_the_link_has_expired(get: Get) -> None:
    expired = clock.now() - timedelta(days=1)
    make_response(make_invitation(make_closure(reference="R-1"), expires_at=expired))
    assert get("R-1").json["closures"][0]["state"] == "answered"


def test_every_closure_of_a_reference_is_told_in_order(get: Get) -> None:
    for day in ("2026-11-20", "2026-11-10"):
        make_closure(reference="R-1", closed_at=at(day))
    days = [closure["closed_at"][:10] for closure in get("R-1").json["closures"]]
    assert days == ["2026-11-10", "2026-11-20"]


def test_an_open_enquiry_is_told_as_open(get: Get) -> None:
    make_open()
    body = get("R-1").json
    assert body["open_since"] == "2026-11-01T09:00:00+00:00"
    assert body["closures"] == []


@pytest.mark.parametrize(("reopened", "is_open"), [("2026-11-21", True), ("2026-11-19", False)])
def test_a_reopened_enquiry_is_open_until_it_is_closed_again(
    get: Get, reopened: str, is_open: bool
) -> None:
    make_open(reopened_at=at(reopened))
    make_closure(reference="R-1", closed_at=at("2026-11-20"))
    body = get("R-1").json
    assert (body["open_since"] is not None) == is_open
    assert len(body["closures"]) == 1


def test_a_reference_may_hold_slashes(get: Get) -> None:
    make_closure(reference="HR/2026/17")
    assert get("HR/2026/17").json["reference"] == "HR/2026/17"


@pytest.mark.parametrize("reference", ["R-2", "%00", "R-1%01", "x" * 300, "%F0%9F%98%80"])
def test_an_unknown_reference_of_any_shape_is_not_found(get: Get, reference: str) -> None:
    make_closure(reference="R-1")
    answer = get(reference)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("source", ["contact%00centre", "por%00tal", "nowhere", "%E2%80%8B"])
def test_an_unknown_source_of_any_shape_is_not_found(get: Get, source: str) -> None:
    make_closure(reference="R-1")
    answer = get("R-1", source=source)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("reference", ["Ü 1", "😀", "#1?a=b&c%41", "a\\b"])
def test_whatever_intake_accepts_as_a_reference_is_found(get: Get, reference: str) -> None:
    assert take_in([enquiry(reference=reference)]).accepted == 1
    assert get(quote(reference), source="portal").json["reference"] == reference


@pytest.mark.parametrize(
    ("narrowed", "status"),
    [
        ({}, 200),
        ({"partners": ("HCC",)}, 200),
        ({"partners": ("OCC",)}, 404),
        ({"sources": ("contact-centre",)}, 200),
        ({"sources": ("portal",)}, 404),
    ],
)
def test_what_a_key_may_not_see_does_not_exist(
    get: Get, narrowed: dict[str, tuple[str, ...]], status: int
) -> None:
    make_closure(reference="closed")
    make_open(reference="open")
    assert get("closed", **narrowed).status_code == status
    assert get("open", **narrowed).status_code == status
    assert get("closed", source="portal").status_code == 404
    assert get("closed", source="nowhere").status_code == 404


def test_of_one_reference_only_the_partners_own_closures_are_seen(get: Get) -> None:
    make_closure(reference="R-1", partner="HCC", closed_at=at("2026-11-10"))
    make_closure(reference="R-1", partner="OCC", closed_at=at("2026-11-20"))
    body = get("R-1", partners=("OCC",)).json
    assert [closure["partner"] for closure in body["closures"]] == ["OCC"]


def test_what_another_partner_closed_is_open_to_its_own(get: Get) -> None:
    make_open(reference="R-1")
    make_closure(reference="R-1", partner="OCC")
    assert get("R-1").json["open_since"] is None
    body = get("R-1", partners=("HCC",)).json
    assert (bool(body["open_since"]), body["closures"]) == (True, [])


def test_neither_address_nor_link_nor_anything_undeclared_is_told(get: Get, app: Flask) -> None:
    row: Invitation = make_invitation(make_closure(reference="R-1", email="ada@hants.example"))
    answer = get("R-1")
    assert "ada@" not in answer.text
    assert token_of(row) not in answer.text
    assert EnquiryStateSchema().validate(answer.json) == {}
