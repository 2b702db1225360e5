"""Guards: every door has one, and each refuses whom it should."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.access.guards import open_to_everyone
from tests.conftest import MakeKey, bearer

OPEN = {
    *("foundation", "api-docs", "documentation", "probes", "statement", "colours"),
    *("answering", "thanking", "stopping", "signing_in"),
}


def test_every_route_has_a_guard(app: Flask) -> None:
    guards = app.extensions["survey.guards"]
    unguarded = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[0] not in guards
    ]
    assert unguarded == []


def test_what_is_open_to_everyone_is_said_out_loud(app: Flask) -> None:
    guards = app.extensions["survey.guards"]
    assert {name for name, guard in guards.items() if guard is open_to_everyone} == OPEN


def test_a_door_without_a_guard_is_shut(app: Flask, client: FlaskClient) -> None:
    del app.extensions["survey.guards"]["probes"]
    assert client.get("/healthz").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic c3Z5OnN2eQ=="},
        {"Authorization": "Bearer svy_00000000_" + "0" * 48 + "_00000000"},
        {"Authorization": "Bearer \x00\xff"},
    ],
)
def test_who_has_no_key_stays_out(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/api/v1/figures", headers=headers)
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_without_the_scope_stays_out(client: FlaskClient, make_key: MakeKey) -> None:
    answer = client.get("/api/v1/figures", headers=bearer(make_key("enquiries:write")))
    assert answer.status_code == 403
    assert "figures:read" in answer.get_json()["detail"]
