"""The letters with links: sent over real SMTP, kept while the server is away, unknown to logs."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from structlog.testing import capture_logs

from survey.access import sending_links
from survey.access.model import SignInLink
from survey.access.sign_in_links import ask_for_link
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.steps import run
from tests.access.signing import BOARD_OF_HCC, JOINT_BOARD, PROVIDER, STEP, link_in, press
from tests.post.server import Desk, serving

pytestmark = pytest.mark.usefixtures("partnership")


def asked(*addresses: str) -> None:
    for address in addresses:
        ask_for_link(address, "/board")
    db.session.commit()


def links() -> list[SignInLink]:
    db.session.expire_all()
    return list(db.session.scalars(select(SignInLink).order_by(SignInLink.id)))


def test_a_letter_goes_out_over_smtp_and_its_link_signs_in(app: Flask, client: FlaskClient) -> None:
    asked(BOARD_OF_HCC)
    with serving(desk := Desk()) as port:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        assert (run(STEP), run(STEP)) == (1, 0)
    (raw,) = desk.received
    assert desk.receivers == [BOARD_OF_HCC]
    letter = message_from_bytes(raw, policy=policy.default)
    assert press(client, link_in(letter)).status_code == 303
    assert sending_links.oldest_due() is None


def test_while_the_server_is_away_it_waits_and_the_link_is_good_from_then(
    app: Flask, client: FlaskClient
) -> None:
    asked(BOARD_OF_HCC, JOINT_BOARD)
    start = now()
    with serving(desk := Desk()) as port, capture_logs() as logs:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        desk.replies["RCPT"] = ["450 4.2.0 greylisted"]
        assert run(STEP) == 1
        assert [len(desk.received), run(STEP)] == [1, 0]
        with time_machine.travel(start + timedelta(minutes=5), tick=False):
            assert sending_links.oldest_due() is not None
            assert run(STEP) == 1
    assert len(desk.received) == 2
    late = link_in(message_from_bytes(desk.received[1], policy=policy.default))
    with time_machine.travel(start + timedelta(minutes=19)):
        assert press(client, late).status_code == 303
    assert [entry["event"] for entry in logs if "sign_in" in entry["event"]] == ["sign_in.delayed"]
    assert not any("@" in str(entry) for entry in logs)


def test_with_no_server_at_all_it_stops_and_is_given_up_in_the_end(app: Flask) -> None:
    asked(BOARD_OF_HCC, JOINT_BOARD, PROVIDER)
    app.config["SURVEY_MAIL_URL"] = "smtp://127.0.0.1:9"
    start = now()
    assert run(STEP) == 0
    # One try was enough to know; the others were not tried.
    assert [link.attempts for link in links()] == [1, 0, 0]
    assert all(link.claimed_by is None for link in links())
    with time_machine.travel(start + timedelta(minutes=16)):
        assert sending_links.oldest_due() is None
        assert run(STEP) == 0
    assert [link.attempts for link in links()] == [1, 0, 0]


def test_what_a_server_refuses_for_good_is_dropped(app: Flask) -> None:
    asked(BOARD_OF_HCC, JOINT_BOARD)
    with serving(desk := Desk()) as port, capture_logs() as logs:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        desk.replies["RCPT"] = [f"550 5.1.1 <{BOARD_OF_HCC}> no such user"]
        assert run(STEP) == 2
    assert desk.receivers == [JOINT_BOARD]
    assert len(links()) == 1
    assert any(entry["event"] == "sign_in.refused" for entry in logs)
    assert "leonora" not in str(logs)


def test_a_killed_workers_letter_goes_out_again_as_the_same(
    app: Flask, client: FlaskClient
) -> None:
    asked(BOARD_OF_HCC)
    with serving(desk := Desk()) as port:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        run(STEP)
        # As it stands in the tables after a kill between the letter and its note.
        db.session.execute(
            update(SignInLink).values(
                sent_at=None, claimed_by="gone", claimed_until=now() + timedelta(minutes=1)
            )
        )
        db.session.commit()
        assert run(STEP) == 0
        assert sending_links.oldest_due() is not None
        with time_machine.travel(now() + timedelta(minutes=2)):
            assert run(STEP) == 1
    first, second = (message_from_bytes(raw, policy=policy.default) for raw in desk.received)
    assert first["Message-ID"] == second["Message-ID"]
    assert link_in(first) == link_in(second)
    assert press(client, link_in(first)).status_code == 303


def test_no_transaction_is_open_while_a_letter_is_handed_over(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite everybody would wait for the mail server."""
    asked(BOARD_OF_HCC)
    open_then: list[bool] = []

    class Watching:
        def __init__(self, _url: str) -> None: ...
        def __enter__(self) -> "Watching":
            return self

        def __exit__(self, *_: object) -> None: ...
        def send(self, _letter: object) -> None:
            open_then.append(db.session.registry().in_transaction())

    monkeypatch.setattr(sending_links, "open_office", Watching)
    assert run(STEP) == 1
    assert open_then == [False]
