"""Releases as those who report meet them: frozen once, found for ever, by whom they may concern."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from marshmallow import RAISE
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from survey.access.model import AuditEntry
from survey.foundation.database import db
from survey.partnership.directory import forget_directory
from survey.partnership.model import PartnershipRow
from survey.reports.releases.comparing import SAME, UNEXPLAINED, changes
from survey.reports.releases.example import CHANGES_EXAMPLE, EXAMPLE, LIST_EXAMPLE
from survey.reports.releases.schema import ChangesAnswer, ReleaseAnswer, ReleasesAnswer
from tests.conftest import MakeKey, bearer
from tests.reports.blocks.given import give_many, seal_all

TEN = (5, 5, 4, 4, 4, 3, 3, 5, 4, 2)
APRIL = datetime(2026, 4, 20, 12, tzinfo=UTC)
Post = Callable[..., TestResponse]


@pytest.fixture
def post(client: FlaskClient) -> Post:
    """Freezes: `post(secret, period="2026-Q1")`, on a day when the first quarter is sealed."""

    def send(secret: str, **body: Any) -> TestResponse:
        with time_machine.travel(APRIL, tick=False):
            return client.post("/api/v1/releases", json=body, headers=bearer(secret))

    return send


@pytest.fixture
def quarter(partnership: None) -> None:
    """Three partners' answers of a quarter, sealed."""
    for partner, month in (("HCC", "2026-01"), ("OCC", "2026-02"), ("HC", "2026-03")):
        give_many(TEN, month, partner=partner)
    with time_machine.travel(APRIL, tick=False):
        seal_all()


@pytest.mark.usefixtures("quarter")
def test_what_is_frozen_is_what_boards_are_shown(
    client: FlaskClient, make_key: MakeKey, post: Post
) -> None:
    writer = make_key("releases:write", "figures:read")
    answer = post(writer, period="2026-Q1", name=" Joint board, May ")
    assert answer.status_code == 201
    frozen: Any = answer.get_json()
    assert ReleaseAnswer().load(frozen, unknown=RAISE)
    assert (frozen["name"], frozen["frozen_at"]) == ("Joint board, May", "2026-04-20T12:00:00Z")
    assert frozen["partners"] == ["HC", "HCC", "HFRS", "OCC"]
    assert frozen["methods"]["questionnaires"] == [{"name": "default", "version": 1}]
    for by in ("month", "service", "partner"):
        path = f"/api/v1/figures?period=2026-Q1&by={by}"
        shown: Any = client.get(path, headers=bearer(writer)).get_json()
        assert frozen["tables"][by] == shown["rows"]
        for same in ("total", "rules", "period", "minimum_base", "cohort", "release"):
            assert frozen[same] == shown[same]
    assert frozen["total"]["n"] == 30
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "release frozen")
    ).one()
    assert entry.subject == frozen["id"]


@pytest.mark.usefixtures("quarter")
def test_the_same_content_is_one_release_whoever_freezes_it_and_stays_as_it_is(
    client: FlaskClient, make_key: MakeKey, post: Post
) -> None:
    joint, board = make_key("releases:write"), make_key("releases:write", partners=("OCC",))
    first = post(joint, period="2026-Q1", partner="OCC")
    for again in (
        post(joint, period="2026-Q1", partner="OCC"),
        post(board, period="2026-01..2026-03"),
    ):
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.data == first.data
    assert post(joint, period="2026-02", partner="OCC").status_code == 201
    assert post(joint, period="2026-Q1", partner="OCC", name="May").status_code == 201
    frozen: Any = first.get_json()
    address = f"/api/v1/releases/{frozen['id']}"
    found = client.get(address, headers=bearer(board))
    assert (found.status_code, found.data) == (200, first.data)
    assert found.get_etag() == (frozen["fingerprint"], False)
    again = client.get(address, headers=bearer(board) | {"If-None-Match": found.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    entries = select(AuditEntry).where(AuditEntry.action == "release frozen")
    assert len(db.session.scalars(entries).all()) == 3
    for change in (
        "UPDATE release SET content = '{}'",
        "DELETE FROM release",
        "UPDATE release_partner SET partner_id = 1",
        "DELETE FROM release_partner",
    ):
        with pytest.raises(DBAPIError, match="never changes"):
            db.session.execute(text(change))
        db.session.rollback()


@pytest.mark.usefixtures("quarter")
def test_who_may_not_see_all_of_its_partners_does_not_know_of_a_release(
    client: FlaskClient, make_key: MakeKey, post: Post
) -> None:
    writer = make_key("releases:write")
    of_all: Any = post(writer, period="2026-Q1").get_json()
    of_one: Any = post(writer, period="2026-Q1", partner="OCC").get_json()
    keys = {
        "all": make_key("figures:read"),
        "both": make_key("figures:read", partners=("OCC", "HCC")),
        "other": make_key("figures:read", partners=("HCC",)),
    }
    seen = {"all": [of_one["id"], of_all["id"]], "both": [of_one["id"]], "other": []}
    first: Any = client.get("/api/v1/releases?size=1", headers=bearer(writer)).get_json()
    path = f"/api/v1/releases?size=1&cursor={first['next']}"
    second: Any = client.get(path, headers=bearer(writer)).get_json()
    assert [page["releases"][0]["id"] for page in (first, second)] == seen["all"]
    assert (second["next"], ReleasesAnswer().load(first, unknown=RAISE)["next"]) == (
        None,
        of_one["id"],
    )
    for wrong in ("cursor=nothing", f"cursor={of_all['id']}&size=0", "size=1&size=2", "after=1"):
        answer = client.get(f"/api/v1/releases?{wrong}", headers=bearer(keys["other"]))
        assert answer.status_code == 422, wrong
    unknown = client.get("/api/v1/releases/nothing", headers=bearer(writer))
    for who, secret in keys.items():
        listed: Any = client.get("/api/v1/releases", headers=bearer(secret)).get_json()
        assert [release["id"] for release in listed["releases"]] == seen[who]
        for release in (of_all, of_one):
            for what in ("", "/changes"):
                path = f"/api/v1/releases/{release['id']}{what}"
                answer = client.get(path, headers=bearer(secret))
                may = release["id"] in seen[who]
                assert answer.status_code == (200 if may else 404)
                assert may or answer.data == unknown.data
    for scope, status in (("figures:explore", 403), ("comments:read", 403)):
        answer = client.get("/api/v1/releases", headers=bearer(make_key(scope)))
        assert answer.status_code == status
    assert post(keys["all"], period="2026-Q1").status_code == 403
    assert (
        post(
            make_key("releases:write", partners=("HCC",)), period="2026-Q1", partner="OCC"
        ).status_code
        == 404
    )


@pytest.mark.usefixtures("quarter")
def test_what_cannot_be_frozen_says_why_and_what_was_says_what_changed_since(
    client: FlaskClient, make_key: MakeKey, post: Post
) -> None:
    secret = make_key("releases:write")
    for body, said in (
        ({"period": "2026-03..2026-04"}, "2026-04 is not sealed yet: it will be from 2026-05-06"),
        ({"period": "2025-12..2026-01"}, "2025-12 was never sealed: the first month that was is"),
        ({"period": "soon"}, "2026-Q3"),
        ({}, "Missing data"),
        ({"period": "2026-Q1", "name": ""}, "between 1 and 120"),
        ({"period": "2026-Q1", "name": "a\u0000b"}, "control"),
        ({"period": "2026-Q1", "name": "a\u202eb"}, "change the direction of writing"),
        ({"period": "2026-Q1", "service": "hr"}, "Unknown field"),
    ):
        answer = post(secret, **body)
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)

    frozen: Any = post(secret, period="2026-Q1").get_json()

    def since() -> Any:
        path = f"/api/v1/releases/{frozen['id']}/changes"
        return client.get(path, headers=bearer(secret)).get_json()

    assert ChangesAnswer().load(since(), unknown=RAISE)
    assert (since()["changed"], since()["says"], since()["rows"]) == (False, SAME, [])
    # What comes in later is of later months.
    give_many(TEN, "2026-04")
    db.session.commit()
    assert since()["changed"] is False
    whole = db.session.scalars(select(PartnershipRow)).one()
    whole.settings = {**whole.settings, "minimum_base": 12}
    db.session.commit()
    forget_directory()
    assert (since()["changed"], since()["why"]) == (True, ["minimum_base"])


def test_whatever_differs_is_named_and_what_nobody_can_explain_is_said_to_be_so() -> None:
    then = json.loads(json.dumps(EXAMPLE))
    now = json.loads(json.dumps(EXAMPLE))
    assert changes(then, now)["says"] == SAME
    now["tables"]["service"][0]["csat"]["value"] = 0.5
    now["tables"]["month"] = []
    told = changes(then, now)
    assert UNEXPLAINED in told["says"]
    assert told["rows"][1] == {
        "table": "service",
        "row": "payroll",
        "figures": ["csat"],
        "people": None,
    }
    assert told["rows"][0]["row"] == "2026-07"
    now["rules"]["csat"] = "another rule"
    told = changes(then, now)
    assert told["why"] == ["rules"]
    assert told["says"] == "Rules say something else; 2 rows of figures differ."
    assert told["rules"] == {"csat": {"then": EXAMPLE["rules"]["csat"], "now": "another rule"}}


def test_the_examples_have_the_shape_that_is_answered() -> None:
    for schema, example in (
        (ReleaseAnswer, EXAMPLE),
        (ReleasesAnswer, LIST_EXAMPLE),
        (ChangesAnswer, CHANGES_EXAMPLE),
    ):
        assert schema().load(example, unknown=RAISE)
