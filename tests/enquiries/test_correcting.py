"""A closure is put right afterwards: by whom, by which rules, and what moves with it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import travel

from survey.access.model import AuditEntry
from survey.enquiries.forgetting import forget_person
from survey.enquiries.intake import take_in
from survey.enquiries.model import Closure, Correction
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.partnership.directory import directory, forget_directory
from survey.partnership.model import ServiceRow
from survey.reports.figures import figures
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery
from tests.build import at, make_closure, make_invitation, make_response
from tests.conftest import MakeKey, bearer
from tests.enquiries.examples import enquiry

pytestmark = pytest.mark.usefixtures("partnership")

REASON = "Filed wrongly"
AFTER_CLOSING = {name: ["lies before opened_at"] for name in ("closed_at", "first_reply_at")}
Patch = Callable[..., Any]


@pytest.fixture
def patch(client: FlaskClient, make_key: MakeKey) -> Patch:
    """Corrects an enquiry of the portal with a key that may correct everything, or less."""
    made: dict[str, str] = {}

    def send(change: object, reference: str = "R-1", source: str = "portal", **more: Any) -> Any:
        narrowed = {name: more.pop(name) for name in ("partners", "sources") if name in more}
        db.session.commit()
        key = made.setdefault(repr(narrowed), make_key("enquiries:correct", **narrowed))
        body = {"reason": REASON, "change": change} | more
        url = f"/api/v1/enquiries/{source}/{reference}"
        return client.patch(url, json=body, headers=bearer(key))

    return send


def told(client: FlaskClient, key: str, reference: str = "R-1") -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/enquiries/portal/{reference}", headers=bearer(key))
    assert answer.status_code == 200
    closures: list[dict[str, Any]] = (answer.json or {})["closures"]
    return closures


def only_closure() -> Closure:
    db.session.expire_all()
    return db.session.scalars(select(Closure)).one()


def corrections() -> list[Correction]:
    db.session.expire_all()
    return list(db.session.scalars(select(Correction).order_by(Correction.id)))


def test_a_correction_says_what_it_changed_and_is_kept_with_its_reason(
    patch: Patch, client: FlaskClient, make_key: MakeKey
) -> None:
    take_in([enquiry()])
    answer = patch({"service": "hr", "topic": "payslip", "team": None})
    assert answer.status_code == 200
    assert answer.json == {
        "source": "portal",
        "reference": "R-1",
        "closed_at": "2026-07-02T15:45:00+00:00",
        "corrected": True,
        "before": {"service": "payroll", "team": "Payroll 2"},
        "after": {"service": "hr", "team": None},
    }
    (made,) = corrections()
    assert (made.reason, made.before) == (REASON, answer.json["before"])
    (closure,) = told(client, make_key("enquiries:read"))
    assert (closure["service"], closure["team"]) == ("hr", None)
    (shown,) = closure["corrections"]
    assert shown["reason"] == REASON
    assert shown["after"] == {"service": "hr", "team": None}
    assert set(shown) == {"corrected_at", "reason", "before", "after"}


def test_what_was_true_at_closing_is_told_with_the_enquiry(
    client: FlaskClient, make_key: MakeKey
) -> None:
    take_in([enquiry(team="Payroll 7")])
    db.session.commit()
    (closure,) = told(client, make_key("enquiries:read"))
    assert (closure["team"], closure["corrections"]) == ("Payroll 7", [])


def test_the_audit_tells_who_corrected_what_but_not_to_what(patch: Patch) -> None:
    take_in([enquiry()])
    patch({"opened_at": "2026-07-01T10:00:00+01:00", "first_reply_at": None})
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action.contains("corr"))).one()
    assert entry.subject == str(only_closure().uuid)
    assert entry.actor == corrections()[0].actor
    assert entry.detail == {
        "fields": ["first_reply_at", "hours_to_close", "hours_to_first_reply", "opened_at"]
    }


def test_the_same_correction_again_changes_nothing_and_says_so(patch: Patch) -> None:
    take_in([enquiry()])
    assert patch({"topic": " tax "}).json["corrected"] is True
    again = patch({"topic": "tax"}).json
    assert (again["corrected"], again["before"], again["after"]) == (False, {}, {})
    assert len(corrections()) == 1
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.contains("corr")))
    assert len(entries.all()) == 1


def test_hours_and_target_are_reckoned_anew_from_what_was_corrected(patch: Patch) -> None:
    take_in([enquiry(target_hours=None)])
    hours = only_closure().hours_to_close
    opened = patch({"opened_at": "2026-07-01T10:30:00+01:00", "first_reply_at": None}).json
    assert opened["before"]["hours_to_close"] == hours
    assert opened["after"]["hours_to_close"] == pytest.approx(hours - 1)
    late = patch({"target_hours": 1}).json["after"]
    assert late == {"target_hours": 1.0, "within_target": False}


def test_hours_to_the_first_reply_are_reckoned_anew_and_alone(patch: Patch) -> None:
    take_in([enquiry()])
    assert only_closure().hours_to_first_reply == 0.5
    later = patch({"first_reply_at": "2026-07-01T11:00:00+01:00"}).json
    assert later["after"]["hours_to_first_reply"] == 1.5
    assert set(later["after"]) == {"first_reply_at", "hours_to_first_reply"}
    assert patch({"first_reply_at": None}).json["after"]["hours_to_first_reply"] is None
    assert only_closure().hours_to_first_reply is None


def test_a_target_taken_away_is_that_of_the_corrected_service(patch: Patch) -> None:
    take_in([enquiry()])
    assert patch({"service": "hr"}).json["after"] == {"service": "hr"}
    after = patch({"target_hours": None}).json["after"]
    of_service = select(ServiceRow.target_hours).where(ServiceRow.code == "hr")
    assert after["target_hours"] == db.session.scalar(of_service)


def test_the_helpdesk_may_go_on_sending_the_original_and_the_correction_stands(
    patch: Patch,
) -> None:
    take_in([enquiry()])
    patch({"topic": "tax", "opened_at": "2026-07-01T08:00:00Z"})
    assert take_in([enquiry()]).already_known == 1
    assert take_in([enquiry(topic="tax")]).differs == 1
    assert only_closure().topic == "tax"


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"partner": "HFSR"}, {"partner": ['unknown partner "HFSR"; nearest known: HFRS']}),
        ({"partner": None}, {"partner": ["missing"]}),
        ({"service": " "}, {"service": ["missing"]}),
        ({"outcome": None}, {"outcome": ["missing; a closed enquiry has one"]}),
        ({"opened_at": "2026-07-03T09:00:00Z"}, AFTER_CLOSING),
        ({"first_reply_at": "2026-07-03T09:00:00Z"}, {"first_reply_at": ["lies after closed_at"]}),
        ({"first_reply_at": "yesterday"}, None),
        ({"target_hours": 0}, None),
        ({"target_hours": float("nan")}, None),
        ({"channel": "telephone"}, None),
        ({"topic": "a\x00b"}, None),
        ({"team": ["Payroll 2"]}, {"team": ["must be text"]}),
        ({"reference": "R-2"}, {"reference": ["cannot be corrected"]}),
        ({"email": "a@b.example", "source": "portal"}, None),
        ({"closed_at": None}, {"closed_at": ["cannot be corrected"]}),
        ({"temas": "x"}, {"temas": ["unknown field; nearest known: team"]}),
        ({}, {"change": ["Shorter than minimum length 1."]}),
        ([], {"change": ["Invalid type."]}),
    ],
)
def test_what_could_not_come_in_cannot_be_corrected_to(
    patch: Patch, change: object, errors: dict[str, Any] | None
) -> None:
    take_in([enquiry()])
    answer = patch(change)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    named = answer.json["errors"]
    assert set(named) == set(errors or change)  # type: ignore[call-overload]
    if errors and "change" not in errors:
        assert all(named[field][0].startswith(errors[field][0]) for field in errors)
    assert corrections() == []
    assert only_closure().topic == "payslip"


def test_everything_wrong_is_said_at_once(patch: Patch) -> None:
    take_in([enquiry()])
    answer = patch({"partner": "Kent", "reference": "R-2", "colour": "red", "target_hours": -1})
    assert set(answer.json["errors"]) == {"partner", "reference", "colour", "target_hours"}


def test_a_directorate_is_one_of_the_partner_the_closure_is_moved_to(patch: Patch) -> None:
    take_in([enquiry(directorate="adults"), enquiry(reference="R-2", directorate="adults")])
    assert set(patch({"partner": "HFRS"}).json["errors"]) == {"directorate"}
    after = patch({"partner": "HFRS", "directorate": None}).json["after"]
    assert after == {"partner": "HFRS", "directorate": None}
    # Both have one of this code, and no closure may point at another partner's.
    assert patch({"partner": "OCC"}, "R-2").json["after"] == {"partner": "OCC"}
    moved = db.session.scalars(select(Closure).where(Closure.reference == "R-2")).one()
    assert moved.directorate_id == directory().directorates["OCC", "adults"].id


@pytest.mark.parametrize("reason", [None, "", "  ", "x" * 501, "a\x00b", "\ud800", 7])
def test_a_correction_needs_a_reason_that_can_be_read(patch: Patch, reason: object) -> None:
    take_in([enquiry()])
    answer = patch({"topic": "tax"}, reason=reason)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {"reason"})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"[" * 100_000])
def test_a_body_that_is_no_correction_gets_a_clear_answer(
    client: FlaskClient, make_key: MakeKey, body: bytes
) -> None:
    take_in([enquiry()])
    headers = bearer(make_key("enquiries:correct")) | {"Content-Type": "application/json"}
    answer = client.patch("/api/v1/enquiries/portal/R-1", data=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_of_several_closures_it_must_be_said_which(patch: Patch) -> None:
    for day in ("2026-07-02", "2026-07-06"):
        take_in([enquiry(closed_at=f"{day}T16:45:00+01:00")])
    assert "several" in patch({"topic": "tax"}).json["errors"]["closed_at"][0]
    wrong = patch({"topic": "tax"}, closed_at="2026-07-03T16:45:00+01:00")
    assert "2026-07-06T15:45:00+00:00" in wrong.json["errors"]["closed_at"][0]
    right = patch({"topic": "tax"}, closed_at="2026-07-06T16:45:00.4+01:00").json
    assert (right["corrected"], right["closed_at"]) == (True, "2026-07-06T15:45:00+00:00")
    topics = db.session.scalars(select(Closure.topic).order_by(Closure.closed_at)).all()
    assert topics == ["payslip", "tax"]


def test_a_closure_is_named_at_the_precision_of_its_source(patch: Patch) -> None:
    make_closure(source="servicenow", reference="R-1", closed_at=at("2026-07-02T15:45"))
    make_closure(source="servicenow", reference="R-1", closed_at=at("2026-07-03T15:45"))
    answer = patch({"topic": "tax"}, source="servicenow", closed_at="2026-07-02T15:45:31Z")
    assert answer.json["corrected"] is True


@pytest.mark.parametrize(
    ("narrowed", "change", "status"),
    [
        ({}, {"topic": "tax"}, 200),
        ({"partners": ("HCC",)}, {"topic": "tax"}, 200),
        ({"partners": ("OCC",)}, {"topic": "tax"}, 404),
        ({"sources": ("portal",)}, {"topic": "tax"}, 200),
        ({"sources": ("servicenow",)}, {"topic": "tax"}, 404),
        ({"partners": ("HCC",)}, {"partner": "OCC", "directorate": None}, 422),
        ({"partners": ("HCC", "OCC")}, {"partner": "OCC", "directorate": None}, 200),
        ({"partners": ("OCC",)}, {"partner": "OCC", "directorate": None}, 404),
        ({"partners": ("HCC",)}, {"directorate": "resources"}, 422),
    ],
)
def test_a_key_corrects_only_what_it_may_see_and_moves_it_only_there(
    patch: Patch, narrowed: dict[str, tuple[str, ...]], change: dict[str, Any], status: int
) -> None:
    take_in([enquiry()])
    answer = patch(change, **narrowed)
    assert answer.status_code == status
    # A partner that cannot be seen is neither named nor told from one that does not exist.
    assert status == 200 or "Oxford" not in answer.text
    if status == 422 and "partner" in change:
        made_up = patch(change | {"partner": "XYZ"}, **narrowed).json["errors"]["partner"]
        assert [m.replace("XYZ", "OCC") for m in made_up] == answer.json["errors"]["partner"]
    assert len(corrections()) == (status == 200)


@pytest.mark.parametrize(
    ("source", "reference"),
    [("portal", "R-2"), ("nowhere", "R-1"), ("portal", "%00"), ("por%00tal", "R-1")],
)
def test_an_enquiry_that_is_not_there_is_not_found(
    patch: Patch, source: str, reference: str
) -> None:
    take_in(
        [enquiry(), enquiry(reference="R-2", closed_at=None, outcome=None, first_reply_at=None)]
    )
    assert patch({"topic": "tax"}, reference, source).status_code == 404


@pytest.mark.parametrize("scope", ["enquiries:read", "enquiries:write", "links:read"])
def test_other_scopes_correct_nothing(client: FlaskClient, make_key: MakeKey, scope: str) -> None:
    answer = client.patch("/api/v1/enquiries/portal/R-1", json={}, headers=bearer(make_key(scope)))
    assert answer.status_code == 403


def test_who_may_not_see_where_it_came_from_is_told_what_was_corrected_since(
    patch: Patch, client: FlaskClient, make_key: MakeKey
) -> None:
    take_in([enquiry()])
    patch({"directorate": None}, reason="HCC's own business")
    patch({"partner": "OCC"}, reason="Never was HCC's")
    patch({"topic": "tax"}, reason="Since then")
    (closure,) = told(client, make_key("enquiries:read", partners=("OCC",)))
    assert [made["reason"] for made in closure["corrections"]] == ["Since then"]
    (closure,) = told(client, make_key("enquiries:read"))
    assert len(closure["corrections"]) == 3


def test_figures_follow_the_correction_and_the_decision_stays(patch: Patch) -> None:
    closure = make_closure(source="portal", reference="R-1", closed_at=at("2026-07-02T15:45"))
    invitation = make_invitation(closure)
    for _ in range(10):
        make_response(make_invitation(make_closure(closed_at=closure.closed_at)))
    make_response(invitation)
    patch({"partner": "OCC"})
    rows = figures(FiguresQuery(parse("2026-07"), ("partner",)), None)["rows"]
    assert {row["partner"]: row["funnel"]["closed"] for row in rows} == {"HCC": 10, "OCC": 1}
    db.session.refresh(invitation)
    assert invitation.asked


def test_what_has_ended_since_stays_where_it_is_not_corrected(patch: Patch) -> None:
    take_in([enquiry()])
    payroll = db.session.scalars(select(ServiceRow).where(ServiceRow.code == "payroll")).one()
    payroll.ended_at = clock.now()
    db.session.commit()
    forget_directory()
    assert patch({"topic": "tax"}).json["after"] == {"topic": "tax"}
    assert patch({"service": "hr"}).json["corrected"] is True
    assert set(patch({"service": "payroll"}).json["errors"]) == {"service"}


@pytest.mark.parametrize("topics", [("tax", "tax"), ("tax", "leave")])
def test_of_two_corrections_at_once_each_sees_what_the_other_made(
    app: Flask, make_key: MakeKey, topics: tuple[str, str]
) -> None:
    take_in([enquiry()])
    db.session.commit()
    db.session.remove()
    headers = bearer(make_key("enquiries:correct"))
    db.session.remove()

    def send(topic: str) -> Any:
        return (
            app.test_client()
            .patch(
                "/api/v1/enquiries/portal/R-1",
                json={"reason": REASON, "change": {"topic": topic}},
                headers=headers,
            )
            .json
        )

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, topics * 4))
    made = [(c.before["topic"], c.after["topic"]) for c in corrections()]
    assert len(made) == sum(answer["corrected"] for answer in answers) >= 1
    # A chain: each began where the one before it had ended.
    assert [after for _, after in made][:-1] == [before for before, _ in made][1:]
    assert made[0][0] == "payslip"
    assert only_closure().topic == made[-1][1]
    assert topics[0] != topics[1] or len(made) == 1


def test_forgetting_leaves_no_moment_and_no_words_of_a_correction(patch: Patch) -> None:
    take_in([enquiry()])
    with travel(datetime(2026, 8, 12, 10, 0, tzinfo=UTC), tick=False):
        patch({"topic": "tax", "first_reply_at": None, "opened_at": "2026-07-01T08:00:00Z"})
    audited = only_closure().uuid
    forget_person(keys().person_hash("jo@example.org"))
    db.session.commit()
    (made,) = corrections()
    # August began at 23:00 UTC in London.
    assert made.corrected_at == datetime(2026, 7, 31, 23, 0, tzinfo=UTC)
    assert made.reason == ""
    assert (
        set(made.before)
        == set(made.after)
        == {*("topic", "hours_to_close", "hours_to_first_reply")}
    )
    assert only_closure().uuid != audited
    assert patch({"topic": "leave"}).status_code == 404
