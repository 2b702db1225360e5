"""Errors: always problem+json for programs, never a stack trace, never a secret."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import MakeKey, bearer


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("PUT", "/api/v1/enquiries", 405),
        ("DELETE", "/healthz", 405),
        ("GET", "/api/v1/figures", 401),
    ],
)
def test_every_error_is_a_problem(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["status"] == status
    assert answer.get_json()["title"]


@pytest.mark.parametrize("room", ["a", "stop", "ask-again", "consent"])
def test_a_doubled_slash_is_not_mended_by_a_redirect_that_says_the_secret(
    client: FlaskClient, room: str
) -> None:
    for path in (f"/{room}//secret-token", f"/{room}/secret-token//"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "secret-token" not in str(answer.headers) + answer.text


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    assert "POST" in client.put("/api/v1/enquiries").headers["Allow"]


@pytest.mark.parametrize(
    "body", [b"{", b"[1", b"\xff\xfe", b"", b'{"enquiries": ' + b"[" * 100_000]
)
def test_broken_json_is_told_so(
    client: FlaskClient, partnership: None, make_key: MakeKey, body: bytes
) -> None:
    answer = client.post(
        "/api/v1/enquiries",
        data=body,
        content_type="application/json",
        headers=bearer(make_key("enquiries:write")),
    )
    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "application/problem+json"


def test_a_body_of_ten_megabytes_is_too_large(
    client: FlaskClient, partnership: None, make_key: MakeKey
) -> None:
    answer = client.post(
        "/api/v1/enquiries",
        data=json.dumps({"enquiries": ["x" * 10_000_000]}),
        content_type="application/json",
        headers=bearer(make_key("enquiries:write")),
    )
    assert answer.status_code == 413
    assert answer.mimetype == "application/problem+json"


def test_an_unforeseen_error_tells_nothing(app: Flask, client: FlaskClient) -> None:
    def fall_over() -> str:
        raise RuntimeError("a secret")

    app.view_functions["probes.healthz"] = fall_over
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert b"secret" not in answer.data


def test_without_a_partnership_the_api_says_what_to_do(
    client: FlaskClient, make_key: MakeKey
) -> None:
    answer = client.get("/api/v1/figures", headers=bearer(make_key("figures:explore")))
    assert answer.status_code == 503
    assert "survey partnership load" in answer.get_json()["detail"]
