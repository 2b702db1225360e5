"""`survey responses …` as the operator types it: what is held is listed, and released for good."""

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.access.model import AuditEntry
from survey.cli import cli
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.responses.commands import responses_group
from survey.responses.holding import weigh_again
from survey.responses.model import Hold, Response
from tests.build import make_closure, make_invitation, make_response, token_of
from tests.responses.answering import asked, filled, responses
from tests.responses.behaviours import counted

pytestmark = pytest.mark.usefixtures("partnership")


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(responses_group, words)
    return done.exit_code, done.stdout, done.stderr


def held(client: FlaskClient) -> tuple[str, Response]:
    """The link of somebody in whose place a machine answered, and that answer."""
    token = asked(email="ada@hants.example", reference="ADA-1", partner="OCC")
    client.post(f"/a/{token}", data=filled(client, token, rating="2", leave_empty="x", comment="Y"))
    return token, responses()[-1]


def test_what_is_held_is_listed_with_its_signs_and_nothing_about_the_person(
    client: FlaskClient,
) -> None:
    _, answer = held(client)
    make_response(make_invitation(make_closure(service="pensions")))
    db.session.commit()
    code, out, _ = run("held")
    assert code == 0
    assert f"{answer.uuid} │ {answer.answered_at:%Y-%m-%d %H:%M:%S} │ OCC" in out
    assert "│ payroll │ 2     │ trap_field │" in out
    assert "pensions" not in out
    for secret in ("ada", "ADA-1", "comment"):
        assert secret not in out


def test_the_newest_come_first_and_no_more_than_asked_for(client: FlaskClient) -> None:
    answers = [held(client)[1] for _ in range(3)]
    out = run("held")[1]
    places = [out.index(str(answer.uuid)) for answer in answers]
    assert places == sorted(places, reverse=True)
    assert str(answers[0].uuid) not in run("held", "--last", "2")[1]


def test_a_released_answer_counts_from_then_on_and_the_audit_says_why(client: FlaskClient) -> None:
    token, answer = held(client)
    assert counted(token) is None
    code, out, _ = run("release", str(answer.uuid), "--reason", "theirs, they say")
    assert code == 0
    assert "counts from now on" in out
    assert counted(token) == 2
    (hold,) = db.session.scalars(select(Hold)).all()
    assert hold.released_at
    assert abs((hold.released_at - now()).total_seconds()) < 60
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert (entry.actor, entry.action) == ("command line", "response released")
    assert entry.subject == f"response {answer.uuid}"
    assert (entry.detail["reason"], entry.detail["signs"]) == ("theirs, they say", ["trap_field"])
    assert str(answer.uuid) not in run("held")[1]


def test_what_was_released_is_not_held_again(client: FlaskClient) -> None:
    invitation = make_invitation()
    pair = [make_response(invitation, rating=rating, visitor=b"v" * 16) for rating in (1, 5)]
    uuids = [str(answer.uuid) for answer in pair]
    list(weigh_again())
    db.session.commit()
    assert counted(token_of(db.session.merge(invitation))) is None
    for uuid in uuids:
        assert run("release", uuid, "--reason", "both theirs")[0] == 0
    list(weigh_again())
    db.session.commit()
    assert counted(token_of(db.session.merge(invitation))) == 5


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("release", "x", "--reason", "y"), 2, "not a valid UUID"),
        (("release", "0b6a1c1e-5f0e-4f0a-9f39-6d0c6c8e2f11"), 2, "--reason"),
        (("release", "0b6a1c1e-5f0e-4f0a-9f39-6d0c6c8e2f11", "--reason", " "), 2, "one line"),
        (("release", "0b6a1c1e-5f0e-4f0a-9f39-6d0c6c8e2f11", "--reason", "y"), 1, "no answer"),
        (("held", "--last", "0"), 2, "--last"),
    ],
)
def test_mistakes_are_told(app: Flask, words: tuple[str, ...], code: int, said: str) -> None:
    status, _, error = run(*words)
    assert status == code
    assert said in error


def test_only_what_is_held_can_be_released_and_only_once(client: FlaskClient) -> None:
    _, answer = held(client)
    free = make_response()
    uuid = str(free.uuid)
    db.session.commit()
    assert "was never held" in run("release", uuid, "--reason", "y")[2]
    run("release", str(answer.uuid), "--reason", "y")
    assert "was released before" in run("release", str(answer.uuid), "--reason", "y")[2]


def test_nobody_can_hold_an_answer_by_hand() -> None:
    assert set(responses_group.commands) == {"held", "release"}
    names = {name for name in cli.commands if "hold" in name}
    assert names == set()
