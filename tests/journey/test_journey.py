"""The whole journey in one process: an enquiry comes in, and a board's figure changes."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.invitations.model import Person
from survey.partnership.model import PartnershipRow
from survey.responses.model import Response
from survey.worker import work_until_idle
from tests.comments.made_up import danger, read_as
from tests.conftest import MakeKey, bearer

PEOPLE = 12


@pytest.fixture
def asks_at_once(partnership: None) -> None:
    """The founding partnership, asking without delay."""
    whole = db.session.scalars(select(PartnershipRow)).one()
    asking = whole.settings["asking"] | {"delay_minutes": 0}
    whole.settings = whole.settings | {"asking": asking}
    db.session.commit()


def enquiry(number: int) -> dict[str, object]:
    """An enquiry closed a minute ago."""
    closed = now().replace(microsecond=0) - timedelta(minutes=1)
    return {
        "source": "portal",
        "reference": f"E-{number}",
        "partner": "OCC",
        "service": "payroll",
        "channel": "portal",
        "opened_at": (closed - timedelta(days=1)).isoformat(),
        "closed_at": closed.isoformat(),
        "outcome": "resolved",
        "email": f"person{number}@occ.example",
    }


def letters(app: Flask) -> list[EmailMessage]:
    """The letters that were sent."""
    folder = Path(app.config["SURVEY_MAIL_URL"].removeprefix("maildir:")) / "new"
    found = [message_from_bytes(file.read_bytes(), policy=default) for file in folder.glob("*")]
    return [letter for letter in found if isinstance(letter, EmailMessage)]


def link_in(letter: EmailMessage) -> str:
    """The path of the link in the letter's text."""
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://survey\.test(/a/[\w-]+)", body.get_content())
    assert found
    return found[1]


def answer(client: FlaskClient, link: str, **form: str) -> int:
    """Fill in the form as a person would, within half a minute, and give the status."""
    with time_machine.travel(now() - timedelta(seconds=30)):
        page = client.get(link).get_data(as_text=True)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return client.post(link, data=hidden | form).status_code


def figures(client: FlaskClient, key: str) -> dict[str, object]:
    """The total of this year's figures and last year's: around New Year an hour ago was then."""
    years = f"{now() - timedelta(days=1):%Y}..{now():%Y}"
    found = client.get(f"/api/v1/figures?period={years}", headers=bearer(key)).get_json()
    total: dict[str, object] = found["total"]
    return total


def test_from_a_closed_enquiry_to_a_boards_figure(
    app: Flask, client: FlaskClient, asks_at_once: None, make_key: MakeKey
) -> None:
    analyst = make_key("figures:explore")
    sent = client.post(
        "/api/v1/enquiries",
        json={"enquiries": [enquiry(number) for number in range(PEOPLE)]},
        headers=bearer(make_key("enquiries:write")),
    )
    assert sent.get_json()["accepted"] == PEOPLE
    work_until_idle()
    assert len(letters(app)) == PEOPLE

    before = figures(client, analyst)
    assert (before["n"], before["withheld"]) == (None, "disclosure")
    for position, letter in enumerate(letters(app)):
        rating = "5" if position < 9 else "1"
        words = "Very helpful, thank you" if position < 9 else "A terrible, useless answer"
        form = {"rating": rating, "resolved": "yes", "comment": words}
        assert answer(client, link_in(letter), **form) == 303
    assert work_until_idle() == PEOPLE

    after = figures(client, analyst)
    assert after["n"] == PEOPLE
    assert after["csat"] == {"value": 0.75, "n": 12, "low": 0.4677, "high": 0.9111}
    sentiment = after["sentiment"]
    assert isinstance(sentiment, dict)
    assert (sentiment["positive"], sentiment["negative"]) == (9, 3)
    assert work_until_idle() == 0


def test_nobody_is_asked_again_within_the_quiet_period(
    app: Flask, client: FlaskClient, asks_at_once: None, make_key: MakeKey
) -> None:
    key = bearer(make_key("enquiries:write", "enquiries:read"))
    first, second = enquiry(1), enquiry(2) | {"email": "Person1@OCC.example "}
    for item in (first, second):
        client.post("/api/v1/enquiries", json=item, headers=key)
        work_until_idle()
    assert len(letters(app)) == 1
    told = client.get("/api/v1/enquiries/portal/E-2", headers=key).get_json()
    assert told["closures"][0]["decision"] == "not_asked"
    assert told["closures"][0]["reason"] == "quiet_period"


def test_a_failure_in_reading_never_touches_the_answer(
    app: Flask, client: FlaskClient, asks_at_once: None, make_key: MakeKey
) -> None:
    client.post("/api/v1/enquiries", json=enquiry(1), headers=bearer(make_key("enquiries:write")))
    work_until_idle()
    assert answer(client, link_in(letters(app)[0]), rating="2", comment="unreadable soon") == 303
    db.session.execute(update(Response).values(comment=b"not what was sealed"))
    db.session.commit()
    work_until_idle()
    reading = db.session.scalars(select(Reading)).one()
    assert (reading.sentiment, reading.failure is not None) == ("unread", True)
    assert db.session.scalar(select(Response.rating)) == 2


def test_addresses_are_kept_in_one_place_and_encrypted(
    app: Flask, client: FlaskClient, asks_at_once: None, make_key: MakeKey
) -> None:
    client.post("/api/v1/enquiries", json=enquiry(1), headers=bearer(make_key("enquiries:write")))
    work_until_idle()
    assert db.session.scalar(select(func.count(Closure.address))) == 0
    address = db.session.scalars(select(Person.address)).one()
    assert address is not None
    assert b"occ.example" not in address


def test_of_danger_the_nominated_person_is_told_without_being_asked_for(
    app: Flask,
    client: FlaskClient,
    asks_at_once: None,
    make_key: MakeKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read_as(monkeypatch, danger)
    client.post("/api/v1/enquiries", json=enquiry(1), headers=bearer(make_key("enquiries:write")))
    work_until_idle()
    (asking,) = letters(app)
    assert answer(client, link_in(asking), rating="1", comment="I am in danger") == 303
    work_until_idle()
    told = [letter for letter in letters(app) if letter["To"] == "ambrose.cumnor@occ.example"]
    assert [letter["Subject"] for letter in told] == ["Please look at enquiry E-1"]
    assert work_until_idle() == 0
