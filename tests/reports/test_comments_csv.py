"""All comments as CSV: those that a draw could show, whole lines, nothing run, nothing hidden."""

import csv
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.database import db, table_of
from survey.invitations.model import Invitation
from survey.reports.said.readings import AT_ONCE
from survey.responses.model import Response
from tests.conftest import MakeKey, bearer
from tests.reports.conftest import BASE
from tests.reports.remarks import Remark, plant

pytestmark = pytest.mark.usefixtures("small_base")

Get = Callable[..., TestResponse]
PORTAL = Remark(themes=(("portal_usability", "negative"), ("staff_attitude", "negative")))
NEVER = [
    replace(PORTAL, urgent=True),
    replace(PORTAL, told=False),
    replace(PORTAL, held=True),
    replace(PORTAL, edition="old"),
    replace(PORTAL, month="2025-12"),
]


@pytest.fixture
def get(client: FlaskClient, make_key: MakeKey) -> Get:
    """Asks for all comments of 2026: `get("theme=staff_attitude", partners=("OCC",))`."""

    def send(query: str = "", partners: tuple[str, ...] = ()) -> TestResponse:
        db.session.commit()
        secret = make_key("comments:read", partners=partners)
        address = f"/api/v1/comments?period=2026&format=csv&{query}"
        return client.get(address, headers=bearer(secret))

    return send


def lines(answer: TestResponse) -> list[dict[str, str]]:
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(StringIO(answer.text)))


def test_each_comment_that_could_be_drawn_is_a_line_with_all_it_stands_on(
    app: Flask, get: Get
) -> None:
    given = plant([replace(PORTAL, redacted="=1+1, [NAME]"), PORTAL, replace(PORTAL, rating=1)])
    plant(NEVER)
    found = lines(get())
    assert [line["rating"] for line in found] == [
        str(response.rating) for response in sorted(given, key=lambda each: each.uuid.hex)
    ]
    line = next(line for line in found if line["comment"].endswith("1+1, [NAME]"))
    assert line | {"as_of": ""} == {
        "comment": "'=1+1, [NAME]",
        "rating": "4",
        "sentiment": "negative",
        "confidence": "0.75",
        "at_odds": "no",
        "themes": "portal_usability staff_attitude",
        "month": "2026-05",
        "language": "en",
        "partner": "HCC",
        "service": "payroll",
        "method": "test-current",
        "period_from": "2026-01-01",
        "period_to": "2026-12-31",
        "time_zone": "Europe/London",
        "cohort": "answered",
        "release": "insiders only, not for onward release",
        "minimum_base": str(BASE),
        "as_of": "",
    }


def test_of_fewer_than_the_minimum_base_there_is_a_head_and_nothing_else(
    app: Flask, get: Get
) -> None:
    plant([PORTAL] * (BASE - 1) + [replace(PORTAL, partner="OCC")] * BASE)
    answer = get("partner=HCC")
    assert lines(answer) == []
    assert answer.text.startswith("comment,rating,")
    assert len(lines(get(partners=("OCC",)))) == BASE
    assert get("partner=HCC", partners=("OCC",)).status_code == 404
    assert get("theme=no_such").status_code == 422


def test_a_table_longer_than_what_is_read_at_once_comes_whole(app: Flask, get: Get) -> None:
    plant([PORTAL] * BASE)
    closures, invitations, responses, readings = (
        dict(db.session.execute(select(table_of(model)).limit(1)).mappings().one())
        for model in (Closure, Invitation, Response, Reading)
    )
    numbers = range(10_000, 10_000 + AT_ONCE)
    for model, row, changes in (
        (Closure, closures, lambda n: {"reference": str(n)}),
        (Invitation, invitations, lambda n: {"closure_id": n, "token_hash": str(n).encode()}),
        (Response, responses, lambda n: {"invitation_id": n}),
        (Reading, readings, lambda n: {"response_id": n}),
    ):
        fresh = {"uuid": uuid4} if "uuid" in row else {}
        rows = [
            row | {"id": n} | {name: make() for name, make in fresh.items()} | changes(n)
            for n in numbers
        ]
        db.session.execute(insert(table_of(model)), rows)
    assert len(lines(get())) == AT_ONCE + BASE
