"""Signing in by a link sent by mail: once, by a button, for whoever the partnership file names."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.access.model import AuditEntry, SignIn, SignInLink
from survey.access.tickets import ticket_for
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import run
from survey.partnership.commands import partnership_group
from tests.access.signing import (
    BOARD_OF_HCC,
    BROWSER,
    COORDINATOR_OF_OCC,
    JOINT_BOARD,
    PROVIDER,
    STEP,
    ask,
    body_of,
    hidden_in,
    letters,
    link_for,
    link_in,
    press,
    sign_in,
)
from tests.conftest import MakeKey
from tests.databases import FOUNDING

Row = TypeVar("Row", SignIn, SignInLink)
pytestmark = pytest.mark.usefixtures("partnership")


def signed_in(client: FlaskClient) -> bool:
    status = client.get("/board", headers=BROWSER).status_code
    assert status in (200, 303)
    return status == 200


def rows(model: type[Row]) -> list[Row]:
    db.session.expire_all()
    return list(db.session.scalars(select(model)))


def test_the_whole_way_leads_to_the_page_asked_for_and_out_again(client: FlaskClient) -> None:
    led = client.get("/board?partner=HCC&period=2026-10", headers=BROWSER)
    assert led.status_code == 303
    page = client.get(led.headers["Location"])
    client.post("/sign-in", data=hidden_in(page) | {"email": f" {BOARD_OF_HCC.upper()} "})
    assert run(STEP) == 1
    (letter,) = letters()
    assert (letter["To"], letter["Subject"]) == (
        BOARD_OF_HCC,
        "Sign in: Hampshire Shared Services survey",
    )
    answer = press(client, link_in(letter))
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/board?partner=HCC&period=2026-10",
    )
    board = client.get(answer.headers["Location"])
    assert "Signed in as Leonora Wickham (board of HCC)" in board.get_data(as_text=True)
    out = client.post("/sign-out", data=hidden_in(board, "/sign-out"))
    assert (out.status_code, signed_in(client), rows(SignIn)) == (200, False, [])
    assert "survey_sign_in=;" in out.headers["Set-Cookie"]


def test_the_letter_says_what_to_do_and_nothing_of_any_figures(client: FlaskClient) -> None:
    link = link_for(client, COORDINATOR_OF_OCC)
    (letter,) = letters()
    for kind in ("plain", "html"):
        body = body_of(letter, kind)
        assert f"http://survey.test{link}" in body
        assert re.search(r"works once, until \d\d:\d\d\.", body)
        assert not re.search("OCC|Oxford|coordinator|board|satisf", body, re.IGNORECASE)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<{rows(SignInLink)[0].uuid}@survey.test>"


def test_looking_at_a_link_changes_nothing_and_it_signs_in_once(
    app: Flask, client: FlaskClient
) -> None:
    link = link_for(client, BOARD_OF_HCC)
    scanner = app.test_client()
    seen = [scanner.get(link) for _ in range(3)] + [scanner.head(link), scanner.post(link)]
    assert {answer.status_code for answer in seen} == {200}
    assert not any("Set-Cookie" in answer.headers for answer in seen)
    assert (rows(SignIn), rows(SignInLink)[0].used_at) == ([], None)
    form = hidden_in(client.get(link))
    assert client.post(link, data=form).status_code == 303
    assert rows(SignInLink)[0].used_at is not None
    again = [client.post(link, data=form), client.get(link), scanner.get(link)]
    assert [answer.status_code for answer in again] == [404] * 3
    assert len(rows(SignIn)) == 1


def test_a_link_is_good_for_a_quarter_of_an_hour(client: FlaskClient) -> None:
    link, start = link_for(client, BOARD_OF_HCC), now()
    form = hidden_in(client.get(link))
    with time_machine.travel(start + timedelta(minutes=14, seconds=50), tick=False):
        assert client.get(link).status_code == 200
    with time_machine.travel(start + timedelta(minutes=15), tick=False):
        assert client.get(link).status_code == 404
        assert client.post(link, data=form).status_code == 404
    assert rows(SignIn) == []


def test_a_form_serves_its_own_link_only(client: FlaskClient) -> None:
    mine, hers = link_for(client, BOARD_OF_HCC), link_for(client, JOINT_BOARD)
    answer = client.post(hers, data=hidden_in(client.get(mine)))
    assert (answer.status_code, rows(SignIn)) == (200, [])
    assert "Sign in as Jocelyn Selborne" in answer.get_data(as_text=True)


def test_known_or_not_the_answer_is_the_same_and_so_is_what_is_done(client: FlaskClient) -> None:
    answers = [ask(client, one) for one in (BOARD_OF_HCC, "stranger@hcc.example", "a@b")]
    assert len({(answer.status_code, answer.data) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1
    assert len(rows(SignInLink)) == 3
    assert run(STEP) == 3
    # Of strangers nothing is kept, not even for the hour.
    assert [row.person for row in rows(SignInLink)] == [keys().person_hash(BOARD_OF_HCC)]
    assert [letter["To"] for letter in letters()] == [BOARD_OF_HCC]


def test_nobodys_mailbox_is_flooded_and_nobody_is_locked_out(
    app: Flask, client: FlaskClient
) -> None:
    for number in range(6):
        with app.test_request_context():
            visitor = app.test_client()
        visitor.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        ask(visitor, BOARD_OF_HCC)
    run(STEP)
    assert len(letters()) == 3
    assert press(client, link_in(letters()[0])).status_code == 303
    with time_machine.travel(now() + timedelta(minutes=16)):
        link_for(client, BOARD_OF_HCC)


def test_who_asks_too_often_is_told_to_wait(client: FlaskClient) -> None:
    form = hidden_in(client.get("/sign-in"))
    answers = [client.post("/sign-in", data=form | {"email": "a@b.example"}) for _ in range(62)]
    assert answers[0].status_code == 200
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "60")
    assert 30 <= len(rows(SignInLink)) <= 60
    client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert ask(client, BOARD_OF_HCC).status_code == 200


@pytest.mark.parametrize("typed", ["", "leonora", "@hcc.example", "a@b c", "a@b@c", "a\n@b"])
def test_what_is_no_address_is_told_and_a_strange_one_does_no_harm(
    client: FlaskClient, typed: str
) -> None:
    answer = ask(client, typed)
    assert answer.status_code == 422
    assert b"Enter an e-mail address" in answer.data
    assert rows(SignInLink) == []


def test_only_our_own_form_asks_and_not_for_ever(client: FlaskClient) -> None:
    data = {"email": BOARD_OF_HCC}
    form = hidden_in(client.get("/sign-in", query_string={"to": "/board?partner=HCC"}))
    assert client.post("/sign-in", data=data).status_code == 422
    with time_machine.travel(now() + timedelta(hours=13)):
        answer = client.post("/sign-in", data=form | data)
    assert answer.status_code == 422
    assert f'value="{BOARD_OF_HCC}"' in answer.get_data(as_text=True)
    assert rows(SignInLink) == []


@pytest.mark.parametrize(
    ("address", "role", "sees"),
    [
        (BOARD_OF_HCC, "board of HCC", {"HCC"}),
        (JOINT_BOARD, "joint-board", {"HCC", "HFRS", "HC", "OCC"}),
        (PROVIDER, "provider", {"HCC", "HFRS", "HC", "OCC"}),
        (COORDINATOR_OF_OCC, "coordinator of OCC", {"OCC"}),
    ],
)
def test_each_role_sees_its_partners_and_no_other(
    client: FlaskClient, address: str, role: str, sees: set[str]
) -> None:
    sign_in(client, address)
    page = client.get("/board").get_data(as_text=True)
    assert f"({role})</p>" in page
    for partner in ("HCC", "HFRS", "HC", "OCC"):
        expected = 200 if partner in sees else 404
        assert client.get(f"/board?partner={partner}").status_code == expected
    # A sign-in is for pages: programs have keys.
    assert client.get("/api/v1/figures").status_code == 401
    assert client.get("/api/v1/comments").status_code == 401


def load(file: Path, *replacements: tuple[str, str]) -> None:
    """Load the founding example with these pieces of text replaced."""
    text = FOUNDING.read_text("utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    done = CliRunner().invoke(partnership_group, ["load", str(file)])
    assert done.exit_code == 0, done.output


def test_who_is_named_no_longer_is_out_at_once_and_for_good(
    client: FlaskClient, tmp_path: Path
) -> None:
    file = tmp_path / "changed.toml"
    sign_in(client, BOARD_OF_HCC)
    other = link_for(client, BOARD_OF_HCC)
    form = hidden_in(client.get(other))
    assert signed_in(client)
    load(file, ("leonora.wickham@", "nora.wickham@"))
    assert not signed_in(client)
    assert client.post(other, data=form).status_code == 404
    ask(client, BOARD_OF_HCC)
    run(STEP)
    assert len(letters()) == 2
    load(file)
    assert not signed_in(client)


def test_another_seat_is_seen_at_the_next_request(client: FlaskClient, tmp_path: Path) -> None:
    sign_in(client, BOARD_OF_HCC)
    file = tmp_path / "changed.toml"
    load(file, ('role = "board"\npartner = "HCC"', 'role = "board"\npartner = "OCC"'))
    assert client.get("/board?partner=HCC").status_code == 404
    assert client.get("/board?partner=OCC").status_code == 200


@pytest.mark.parametrize(
    ("used_after", "lasts"),
    [
        ((11.9,), True),
        ((12.1,), False),
        ((11, 22, 33), True),
        (tuple(range(11, 7 * 24, 11)), True),
        ((*range(11, 7 * 24, 11), 7 * 24 + 0.1), False),
    ],
)
def test_a_sign_in_lasts_half_a_day_unused_and_a_week_at_most(
    client: FlaskClient, used_after: tuple[float, ...], lasts: bool
) -> None:
    sign_in(client, BOARD_OF_HCC)
    start, seen = now(), True
    for hours in used_after:
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            seen = signed_in(client)
    assert seen == lasts


def test_a_cookie_of_a_browser_is_no_other_sites_or_scripts(
    app: Flask, client: FlaskClient
) -> None:
    cookie = sign_in(client, BOARD_OF_HCC).headers["Set-Cookie"]
    assert cookie.startswith("survey_sign_in=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"} <= set(cookie.split("; "))
    token = cookie.partition("=")[2].partition(";")[0]
    assert token.encode() not in rows(SignIn)[0].token_hash
    app.config["SURVEY_PUBLIC_URL"] = "https://survey.test"
    cookie = sign_in(client, BOARD_OF_HCC).headers["Set-Cookie"]
    assert cookie.startswith("__Host-survey_sign_in=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("token", ["", "x", "é" * 300, "a" * 43])
def test_a_made_up_cookie_is_nobodys(client: FlaskClient, token: str) -> None:
    client.set_cookie("survey_sign_in", token)
    assert not signed_in(client)


def test_signing_in_again_ends_the_sign_in_of_before(client: FlaskClient) -> None:
    sign_in(client, BOARD_OF_HCC)
    sign_in(client, JOINT_BOARD)
    assert [row.person for row in rows(SignIn)] == [keys().person_hash(JOINT_BOARD)]


def test_no_other_site_signs_anybody_out(app: Flask, client: FlaskClient) -> None:
    sign_in(client, BOARD_OF_HCC)
    other = app.test_client()
    sign_in(other, JOINT_BOARD)
    hers = hidden_in(other.get("/board"), "/sign-out")
    for data in ({}, hers, {"form": "nonsense"}):
        assert client.post("/sign-out", data=data).status_code == 422
    assert signed_in(client)
    assert client.get("/sign-out").status_code == 405
    # The page that says so has the right form.
    page = client.post("/sign-out")
    assert client.post("/sign-out", data=hidden_in(page, "/sign-out")).status_code == 200
    assert not signed_in(client)
    assert signed_in(other)
    # Once more makes no difference.
    assert client.post("/sign-out", data=hidden_in(page, "/sign-out")).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_no_other_site_sends_a_form_on_that_was_shown_to_it(client: FlaskClient, site: str) -> None:
    elsewhere = {"Sec-Fetch-Site": site}
    data = hidden_in(client.get("/sign-in")) | {"email": BOARD_OF_HCC}
    assert client.post("/sign-in", data=data, headers=elsewhere).status_code == 422
    link = link_for(client, BOARD_OF_HCC)
    form = hidden_in(client.get(link))
    answer = client.post(link, data=form, headers=elsewhere)
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    assert (
        client.post(link, data=form, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    )


def test_use_is_noted_and_nothing_else_by_looking(client: FlaskClient) -> None:
    sign_in(client, BOARD_OF_HCC)
    (before,) = rows(SignIn)
    kept = (before.token_hash, before.person, before.created_at)
    later = now() + timedelta(hours=2)
    with time_machine.travel(later, tick=False):
        client.get("/board")
    (after,) = rows(SignIn)
    assert (after.token_hash, after.person, after.created_at) == kept
    assert abs(after.last_used_at - later) < timedelta(seconds=1)


def test_a_sign_in_is_audited_by_name_and_role(client: FlaskClient) -> None:
    sign_in(client, BOARD_OF_HCC)
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.actor, entry.action, entry.subject) == (
        "Leonora Wickham",
        "signed in",
        "Leonora Wickham",
    )
    assert entry.detail == {"roles": ["board of HCC"]}


def test_a_program_without_a_key_is_refused_and_not_led_anywhere(client: FlaskClient) -> None:
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert client.get("/board", headers=headers).status_code == 401
    # Nor is who comes with an address that opens no more: it is said why.
    answer = client.get("/board?ticket=old", headers=BROWSER)
    assert answer.status_code == 401
    assert b"/sign-in" in answer.data


def test_a_ticket_shows_what_its_key_sees_to_whoever_is_signed_in_too(
    client: FlaskClient, make_key: MakeKey
) -> None:
    sign_in(client, BOARD_OF_HCC)
    ticket = ticket_for(make_key("figures:read", partners=("OCC",))[4:12])
    by_ticket = client.get(f"/board?ticket={ticket}&partner=OCC")
    assert by_ticket.status_code == 200
    assert b"Sign out" not in by_ticket.data
    assert client.get(f"/board?ticket={ticket}&partner=HCC").status_code == 404
    # One that opens no more is as none.
    own = client.get("/board?ticket=old&partner=HCC")
    assert own.status_code == 200
    assert b"Sign out" in own.data


def test_the_name_may_be_long(client: FlaskClient, tmp_path: Path) -> None:
    name = "L" * 120
    load(tmp_path / "long.toml", ('"Leonora Wickham"', f'"{name}"'))
    assert sign_in(client, BOARD_OF_HCC).status_code == 303
    assert db.session.scalars(select(AuditEntry.actor)).all()[-1] == name[:80]


def test_of_two_who_press_at_once_one_is_signed_in(app: Flask, client: FlaskClient) -> None:
    link = link_for(client, BOARD_OF_HCC)
    form = hidden_in(client.get(link))
    db.session.rollback()
    ready = Barrier(6)

    def pressing(_: int) -> int:
        ready.wait()
        return app.test_client().post(link, data=form).status_code

    with ThreadPoolExecutor(6) as together:
        statuses = sorted(together.map(pressing, range(6)))
    assert statuses == [303] + [404] * 5
    assert len(rows(SignIn)) == 1
