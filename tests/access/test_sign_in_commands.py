"""`survey sign-ins …`, and what is forgotten of signing in as time goes by."""

from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.access.model import AuditEntry, SignIn, SignInLink
from survey.access.sign_in_commands import sign_ins_group
from survey.erasure import forget_expired, forget_person
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.steps import Step, run
from tests.access.signing import BOARD_OF_HCC, JOINT_BOARD, ask, sign_in

pytestmark = pytest.mark.usefixtures("partnership")
FORGET = Step("forget", forget_expired, lambda: None)


def typed(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(sign_ins_group, words, env={"COLUMNS": "120"})
    return done.exit_code, done.output


def kept() -> tuple[int, int]:
    """How many links, and how many sign-ins."""
    db.session.expire_all()
    return tuple(  # type: ignore[return-value]
        db.session.scalar(select(func.count()).select_from(model)) for model in (SignInLink, SignIn)
    )


def test_who_is_signed_in_is_listed_without_addresses(app: Flask, client: FlaskClient) -> None:
    sign_in(client, BOARD_OF_HCC)
    sign_in(app.test_client(), JOINT_BOARD)
    code, out = typed("list")
    assert code == 0
    assert "Leonora Wickham" in out
    assert "board of HCC" in out
    assert "Jocelyn Selborne" in out
    assert "@" not in out


def test_ending_signs_out_everywhere_and_nobody_else(app: Flask, client: FlaskClient) -> None:
    for browser in (client, app.test_client()):
        sign_in(browser, BOARD_OF_HCC)
    other = app.test_client()
    sign_in(other, JOINT_BOARD)
    assert typed("end", "Leonora Wickham") == (
        0,
        "Leonora Wickham was signed out; sign-ins ended: 2\n",
    )
    assert client.get("/board").status_code == 401
    assert other.get("/board").status_code == 200
    assert db.session.scalars(select(AuditEntry.action)).all()[-1] == "sign-ins ended"
    assert typed("end", "Leonora Wickham")[1].endswith("ended: 0\n")


def test_a_name_that_nobody_has_is_told_with_the_nearest(app: Flask) -> None:
    code, out = typed("end", "Leonora Wikham")
    assert code == 1
    assert "nearest: Leonora Wickham" in out


def test_what_is_over_is_forgotten_each_in_its_time(client: FlaskClient) -> None:
    start = now()
    sign_in(client, BOARD_OF_HCC)
    ask(client, JOINT_BOARD)
    for hours, left in ((0.9, (2, 1)), (1.1, (0, 1)), (11.9, (0, 1)), (12.1, (0, 0))):
        with time_machine.travel(start + timedelta(hours=hours)):
            run(FORGET)
        assert kept() == left


def test_a_sign_in_that_is_used_is_forgotten_after_a_week(client: FlaskClient) -> None:
    start = now()
    sign_in(client, BOARD_OF_HCC)
    for hours in range(10, 7 * 24 + 1, 10):
        with time_machine.travel(start + timedelta(hours=hours)):
            assert client.get("/board").status_code == 200
            run(FORGET)
            assert kept()[1] == 1
    with time_machine.travel(start + timedelta(days=7, minutes=1)):
        run(FORGET)
        assert kept() == (0, 0)


def test_who_is_forgotten_is_signed_out(client: FlaskClient) -> None:
    sign_in(client, BOARD_OF_HCC)
    assert forget_person(BOARD_OF_HCC)["sign-ins"] == 2
    db.session.commit()
    assert kept() == (0, 0)
