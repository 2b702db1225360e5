"""The board page shows what the API answers, to whom may see it, and nothing else."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.access.tickets import ticket_for
from survey.foundation.clock import now
from survey.foundation.database import db
from tests.build import make_closure, make_invitation, make_response
from tests.conftest import MakeKey

PERIOD = f"{now().astimezone(ZoneInfo('Europe/London')):%Y-%m}"


@pytest.fixture
def answers(partnership: None) -> None:
    """Twelve answers for OCC payroll, nine of them satisfied, and three for HCC pensions."""
    for rating, count, partner, service in (
        (5, 9, "OCC", "payroll"),
        (2, 3, "OCC", "payroll"),
        (1, 3, "HCC", "pensions"),
    ):
        for _ in range(count):
            closure = make_closure(partner=partner, service=service, closed_at=now())
            make_response(make_invitation(closure), rating=rating)
    db.session.commit()


def page(client: FlaskClient, secret: str, address: str = "") -> str:
    """The board page as the holder of a key sees it."""
    ticket = ticket_for(secret[4:12])
    answer = client.get(f"/board?ticket={ticket}&period={PERIOD}{address}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_it_shows_the_share_with_its_interval_and_base(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    shown = page(client, make_key("figures:read", partners=("OCC",)))
    assert "<strong>75 %</strong> <span>47–91 %, answers: 12</span>" in shown


def test_a_partner_sees_nothing_of_another(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    shown = page(client, make_key("figures:read", partners=("OCC",)))
    assert "Hampshire County Council" not in shown
    assert "HCC" not in re.sub(r"<dl class=\"rules\">.*", "", shown)
    assert "Pensions</th>" not in shown


def test_a_filter_for_an_invisible_partner_finds_nobody(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    ticket = ticket_for(make_key("figures:read", partners=("OCC",))[4:12])
    invisible = client.get(f"/board?ticket={ticket}&partner=HCC")
    unknown = client.get(f"/board?ticket={ticket}&partner=XYZ")
    assert (invisible.status_code, unknown.status_code) == (404, 404)
    assert invisible.get_data(as_text=True).replace("HCC", "XYZ") == unknown.get_data(as_text=True)


def test_too_few_answers_are_not_shown(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    shown = page(client, make_key("figures:read"), "&partner=HCC")
    assert "too few answers to show" in shown
    assert "<strong>" in shown
    assert "0 %</strong> <span>0" not in shown


@pytest.mark.parametrize("address", ["&period=2026-13", "&service=magic", "&partner=<script>"])
def test_a_wrong_address_gets_a_page_that_helps(
    client: FlaskClient, make_key: MakeKey, answers: None, address: str
) -> None:
    ticket = ticket_for(make_key("figures:read")[4:12])
    answer = client.get(f"/board?ticket={ticket}{address}")
    assert answer.status_code in (404, 422)
    assert b"<script>" not in answer.data
    assert b"Show the last twelve months" in answer.data


def test_it_stays_out_of_caches_and_frames(
    client: FlaskClient, make_key: MakeKey, answers: None
) -> None:
    answer = client.get(f"/board?ticket={ticket_for(make_key('figures:read')[4:12])}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_months_without_closures_leave_gaps(
    app: Flask, client: FlaskClient, make_key: MakeKey, partnership: None
) -> None:
    before = now() - timedelta(days=400)
    ticket = ticket_for(make_key("figures:read")[4:12])
    answer = client.get(f"/board?ticket={ticket}&period={before:%Y}..{now():%Y}")
    assert answer.status_code == 200
    assert b"<polyline" not in answer.data


def test_without_a_valid_address_it_says_where_to_get_one(client: FlaskClient) -> None:
    for address in ("/board", "/board?ticket=nonsense"):
        answer = client.get(address)
        assert answer.status_code == 401
        assert answer.mimetype == "text/html"
        assert b"survey ticket" in answer.data
