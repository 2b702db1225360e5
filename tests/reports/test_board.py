"""The board page shows what the API answers, to whom may see it, and nothing else."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.access.tickets import ticket_for
from survey.foundation.clock import now
from tests.conftest import MakeKey
from tests.reports.blocks.given import give_many, seal_all

PERIOD = "2026-Q1"


@pytest.fixture
def answers(partnership: None) -> None:
    """Twelve answers for OCC payroll, nine satisfied, and three for HCC pensions; sealed."""
    give_many([5] * 9 + [2] * 3, partner="OCC")
    give_many([1] * 3, partner="HCC", service="pensions")
    seal_all()


def page(client: FlaskClient, secret: str, address: str = "", period: str = PERIOD) -> str:
    """The board page as the holder of a key sees it."""
    ticket = ticket_for(secret[4:12])
    answer = client.get(f"/board?ticket={ticket}&period={period}{address}")
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


def test_more_is_said_of_whole_quarters_and_which_they_are(
    client: FlaskClient, make_key: MakeKey, partnership: None
) -> None:
    for response in give_many([5, 4, 3] * 12, partner="OCC"):
        response.resolved = "yes"
    seal_all()
    secret = make_key("figures:read", partners=("OCC",))
    shown = page(client, secret, period="2025-12..2026-04")
    assert "told of whole quarters: from 2026-01-01 to 2026-03-31" in shown
    assert "<dt>able to do what they needed</dt> <dd><strong>100 %</strong>" in shown
    alone = page(client, secret, period="2026-01")
    assert "<dt>able to do what they needed</dt> <dd><strong>–</strong>" in alone


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
