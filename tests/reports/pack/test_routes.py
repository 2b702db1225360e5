"""Packs by the button: asked for by a form of ours alone, and had by whoever sees all of it."""

from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from survey.access.model import AuditEntry
from survey.access.tickets import ticket_for
from survey.cli import cli
from survey.erasure import forget_person
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.steps import run
from survey.journey import STATIONS
from survey.reports.pack import needed
from survey.reports.pack.asking import MOST_WAITING
from survey.reports.pack.model import Pack
from tests.access.signing import BOARD_OF_HCC, BROWSER, JOINT_BOARD, hidden_in, sign_in
from tests.conftest import MakeKey
from tests.reports.blocks.given import give_many, seal_all

pytestmark = pytest.mark.usefixtures("can_print", "partnership")

PERIOD = "2026-Q1"


def packs() -> list[Pack]:
    db.session.expire_all()
    return list(db.session.scalars(select(Pack).order_by(Pack.id)))


def press(client: FlaskClient, address: str = "", **fields: str) -> TestResponse:
    """Press the button on the board page of an address, with these fields instead of its own."""
    page = client.get(f"/board?period={PERIOD}{address}", headers=BROWSER)
    form = hidden_in(page)
    assert {"form", "period", "partner"} <= form.keys(), page.get_data(as_text=True)
    ticket = address.partition("ticket=")[2]
    return client.post(
        "/board/packs", query_string={"ticket": ticket} if ticket else {}, data=form | fields
    )


@pytest.fixture
def answers(partnership: None) -> None:
    give_many([5] * 9 + [2] * 3, partner="OCC")
    give_many([4] * 12, partner="HCC")
    seal_all()


def test_a_board_asks_waits_and_fetches(app: Flask, client: FlaskClient, answers: None) -> None:
    sign_in(client, BOARD_OF_HCC)
    asked = press(client, language="cy")
    assert asked.status_code == 303
    (pack,) = packs()
    assert (pack.period, pack.partner, pack.partners) == ("2026-01..2026-03", None, ["HCC"])
    assert (pack.language, pack.asked_by) == ("cy", "Leonora Wickham")
    waiting = client.get(asked.location)
    assert b"board-pack.pdf" not in waiting.data
    assert "January 2026 – March 2026 · Hampshire County Council" in waiting.text
    assert client.get(f"{asked.location}/board-pack.pdf").status_code == 404
    assert run(STATIONS["packs"].step) == 1
    ready = client.get(asked.location)
    # A page that changes by itself interrupts whoever has it read aloud.
    assert not any(b'http-equiv="refresh"' in page.data for page in (waiting, ready))
    fetched = client.get(f"{asked.location}/board-pack.pdf")
    assert fetched.data.startswith(b"%PDF-1.7")
    assert (fetched.mimetype, fetched.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert "board-pack-HCC-2026-01-to-2026-03-cy.pdf" in fetched.headers["Content-Disposition"]
    # What it was made of is not kept beside it.
    assert packs()[0].html is None
    assert db.session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "pack asked for")
    )


def test_the_same_content_is_made_once_and_other_content_is_another_pack(
    client: FlaskClient, answers: None
) -> None:
    sign_in(client, BOARD_OF_HCC)
    first, again = press(client), press(client)
    assert first.location == again.location
    assert press(client, language="cy").location != first.location
    sign_in(client, JOINT_BOARD)
    assert press(client).location != first.location
    assert len(packs()) == 3


def test_only_who_sees_all_that_it_shows_finds_it(client: FlaskClient, make_key: MakeKey) -> None:
    def ticket(*partners: str) -> str:
        return ticket_for(make_key("figures:read", partners=partners)[4:12])

    joint, both, occ, hcc = ticket(), ticket("HCC", "OCC"), ticket("OCC"), ticket("HCC")
    made = {
        press(client, f"&ticket={joint}").location.partition("?")[0]: (joint,),
        press(client, f"&ticket={both}").location.partition("?")[0]: (joint, both),
        press(client, f"&partner=OCC&ticket={joint}").location.partition("?")[0]: (
            *(joint, both, occ),
        ),
    }
    # What it holds is of no matter here, and this takes no time to print.
    db.session.execute(update(Pack).values(html='<html lang="en"><title>Pack</title><p>Pack'))
    db.session.commit()
    run(STATIONS["packs"].step)
    unknown = "/board/packs/00000000-0000-0000-0000-000000000000"
    assert len(made) == 3
    for place, may in (made | {unknown: ()}).items():
        for seen_by in (joint, both, occ, hcc):
            for address in (place, f"{place}/board-pack.pdf"):
                answer = client.get(address, query_string={"ticket": seen_by})
                assert answer.status_code == (200 if seen_by in may else 404)
    assert client.get(next(iter(made)), headers=BROWSER).status_code == 303
    assert client.get(next(iter(made))).status_code == 401


def test_a_form_that_is_not_ours_or_asks_for_the_invisible_makes_nothing(
    client: FlaskClient,
) -> None:
    sign_in(client, BOARD_OF_HCC)
    ours = hidden_in(client.get(f"/board?period={PERIOD}"))
    assert client.post("/board/packs", data=ours | {"form": "x"}).status_code == 422
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/board/packs", data=ours, headers=elsewhere).status_code == 422
    assert press(client, partner="OCC").status_code == 404
    assert press(client, period="2026-13").status_code == 422
    sign_in(client, JOINT_BOARD)
    assert client.post("/board/packs", data=ours).status_code == 422
    # A GET asks for nothing, whoever is led to it.
    assert client.get("/board/packs", query_string=ours).status_code == 405
    assert packs() == []


def test_who_asks_for_too_many_waits(client: FlaskClient) -> None:
    sign_in(client, BOARD_OF_HCC)
    answered = [press(client, period=f"{2000 + n}").status_code for n in range(MOST_WAITING + 1)]
    assert answered == [303] * MOST_WAITING + [429]
    assert press(client, period="2000").status_code == 303


def test_packs_are_forgotten_a_week_after_they_were_last_asked_for(client: FlaskClient) -> None:
    sign_in(client, BOARD_OF_HCC)
    press(client)
    start = now()
    with time_machine.travel(start + timedelta(days=6), tick=False):
        run(STATIONS["forget"].step)
        assert len(packs()) == 1
        sign_in(client, BOARD_OF_HCC)
        press(client)
    with time_machine.travel(start + timedelta(days=12), tick=False):
        run(STATIONS["forget"].step)
        assert len(packs()) == 1
    with time_machine.travel(start + timedelta(days=14), tick=False):
        run(STATIONS["forget"].step)
        assert packs() == []


def test_with_whoever_is_forgotten_all_packs_go_since_they_hold_what_people_wrote(
    client: FlaskClient,
) -> None:
    sign_in(client, BOARD_OF_HCC)
    press(client)
    assert forget_person("somebody1@hants.example")["packs"] == 1
    assert packs() == []


def test_where_something_is_missing_there_is_no_button_and_it_is_said_what_to_install(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, BOARD_OF_HCC)
    form = hidden_in(client.get(f"/board?period={PERIOD}"))
    monkeypatch.setitem(needed.LIBRARIES, "no-such-library", "libnosuch0")
    needed.lacking.cache_clear()
    try:
        assert b"/board/packs" not in client.get(f"/board?period={PERIOD}").data
        refused = client.post("/board/packs", data=form)
        assert (refused.status_code, b"libnosuch0" in refused.data) == (503, True)
        said = CliRunner().invoke(cli, ["pack", "--output", "none.pdf"])
        assert said.exit_code == 1
        assert said.stderr == "Error: packs need WeasyPrint: apt-get install libnosuch0\n"
    finally:
        monkeypatch.undo()
        needed.lacking.cache_clear()
