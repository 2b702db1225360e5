"""Themes and comments over HTTP: refusals, what a key may see, and what no answer ever holds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import RAISE
from werkzeug.test import TestResponse

from survey.comments.reading import read_comments
from survey.comments.understanding import Understanding
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.said.schema import CommentsAnswer, ThemesAnswer
from survey.responses.model import Response
from tests.comments.made_up import read_as, understood
from tests.conftest import MakeKey, bearer
from tests.reports.conftest import BASE
from tests.reports.remarks import Remark, plant

pytestmark = pytest.mark.usefixtures("small_base")

Get = Callable[..., TestResponse]
PORTAL = Remark(themes=(("portal_usability", "negative"),))
BOTH = pytest.mark.parametrize("call", ["themes", "comments"])


@pytest.fixture
def get(client: FlaskClient, make_key: MakeKey) -> Get:
    """Asks: `get("themes", "period=2026", partners=("OCC",))`."""

    def send(
        call: str, query: str = "", scope: str = "comments:read", partners: tuple[str, ...] = ()
    ) -> TestResponse:
        db.session.commit()
        secret = make_key(scope, partners=partners)
        return client.get(f"/api/v1/{call}?{query}", headers=bearer(secret))

    return send


def said(answer: TestResponse) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_answers_have_the_shape_that_the_document_promises(get: Get) -> None:
    plant([PORTAL] * BASE)
    assert ThemesAnswer().load(said(get("themes", "period=2026")), unknown=RAISE)
    found = said(get("comments", "period=2026&theme=portal_usability&at_odds=false&size=2"))
    assert CommentsAnswer().load(found, unknown=RAISE)
    assert (found["n"], found["drawn"]) == (BASE, 2)
    assert found["release"] == "insiders only, not for onward release"


def test_what_was_struck_out_and_who_wrote_it_are_in_no_answer(get: Get) -> None:
    responses = plant([PORTAL] * BASE)
    invitations = [db.session.get_one(Invitation, each.invitation_id) for each in responses]
    uuids = [*(str(each.uuid) for each in responses), *(str(each.uuid) for each in invitations)]
    assert db.session.query(Response).count() == BASE
    for call in ("themes", "comments"):
        text = get(call, "period=2026").text
        for secret in ("01632", "960123", "Jo ", "REF-", "hants.example", "-15", *uuids):
            assert secret not in text, (call, secret)


def test_what_the_reading_step_stores_is_what_is_shown(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    def understand(text: str, **_: object) -> Understanding:
        return understood(
            "mixed",
            mentions=(("phone_access", "negative"), ("phone_access", "positive")),
            redacted="One word: ring me on [PHONE].",
            urgent=("danger",) if "danger" in text else (),
        )

    read_as(monkeypatch, understand, method="made-up")
    plant([Remark(sentiment=None)] * BASE + [Remark(sentiment=None, text="There is danger.")])
    assert sum(read_comments()) == BASE + 1
    found = said(get("comments", "period=2026&theme=phone_access&sentiment=mixed"))
    assert (found["n"], found["drawn"]) == (BASE, BASE)
    comment = found["comments"][0]
    assert comment["comment"] == "One word: ring me on [PHONE]."
    assert comment["hints"] == ["health"]
    assert comment["fired"] == [{"words": "word", "weight": 0.25}]
    assert [each["sentiment"] for each in comment["themes"]] == ["negative", "positive"]
    rows = said(get("themes", "period=2026"))["rows"]
    phone = next(each for each in rows if each["theme"] == "phone_access")
    assert (phone["count"], phone["sentiment"]["mixed"]) == (BASE + 1, BASE + 1)
    assert "960123" not in get("comments", "period=2026").text


def test_what_came_by_others_messages_can_be_left_out(get: Get) -> None:
    by_mail, by_link = [PORTAL] * (BASE + 1), [replace(PORTAL, deliver="link")] * BASE
    plant([*by_mail, *by_link])
    for deliver, n in (("deliver=mail", BASE + 1), ("deliver=link", BASE), ("", 2 * BASE + 1)):
        assert said(get("themes", f"period=2026&{deliver}"))["comments"] == n
        assert said(get("comments", f"period=2026&{deliver}"))["n"] == n


@BOTH
def test_what_people_wrote_is_kept_in_no_cache(get: Get, call: str) -> None:
    plant([PORTAL] * BASE)
    assert get(call, "period=2026").headers["Cache-Control"] == "no-store"


@BOTH
def test_somebody_elses_partner_is_answered_as_one_that_does_not_exist(get: Get, call: str) -> None:
    plant([PORTAL] * BASE)
    hidden = get(call, "period=2026&partner=HCC", partners=("OCC",))
    unknown = get(call, "period=2026&partner=XYZ", partners=("OCC",))
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.text.replace("HCC", "…") == unknown.text.replace("XYZ", "…")
    assert said(get(call, "period=2026", partners=("OCC",)))["withheld"] == "disclosure"
    assert said(get(call, "period=2026"))["withheld"] is None


@BOTH
def test_a_question_without_an_answer_is_422_and_names_what_may_be_asked(
    get: Get, call: str
) -> None:
    for query, named in (
        ("perod=2026", "period"),
        ("period=2026&period=2025", "once"),
        ("period=2026-13", "2026-H1"),
        ("by=month", "period"),
        ("service=payrol", "payroll"),
        ("channel=fax", "portal"),
        ("deliver=post", "mail, link"),
        ("directorate=nowhere", "adults"),
        ("topic=%00", "none"),
    ):
        answer = get(call, query)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), query
        assert named in answer.text


def test_marks_that_no_reading_has_are_422(get: Get) -> None:
    for query, named in (
        ("theme=weather", "portal_usability"),
        ("theme=", "portal_usability"),
        ("sentiment=angry", "negative"),
        ("at_odds=maybe", "true"),
        ("size=0", "100"),
        ("size=101", "100"),
        ("size=many", "integer"),
        ("size=5&size=6", "once"),
    ):
        answer = get("comments", query)
        assert answer.status_code == 422, query
        assert named in answer.text


@BOTH
def test_without_a_key_or_with_another_scope_there_is_nothing(
    client: FlaskClient, get: Get, call: str
) -> None:
    assert client.get(f"/api/v1/{call}").status_code == 401
    assert get(call, scope="figures:explore").status_code == 403


def test_the_queue_of_those_at_odds_holds_no_others(get: Get) -> None:
    plant([Remark(rating=5, at_odds=True, redacted="at odds")] * BASE + [Remark()] * BASE)
    queue = said(get("comments", "period=2026&at_odds=true"))
    assert queue["n"] == BASE
    assert {found["comment"] for found in queue["comments"]} == {"at odds"}


def test_the_api_document_says_what_may_be_asked(app: Flask) -> None:
    document: Any = app.test_client().get("/api/v1/openapi.json").json
    filters = ["period", "partner", "directorate", "service", "topic", "channel", "deliver"]
    more = ["theme", "sentiment", "at_odds", "size", "format"]
    for call, names in (("themes", filters), ("comments", filters + more)):
        parameters = document["paths"][f"/api/v1/{call}"]["get"]["parameters"]
        assert [each["name"] for each in parameters] == names
