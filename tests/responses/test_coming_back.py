"""What comes back, by each of its ways in: the maildir, the pipe, the calls of a provider."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from time_machine import travel

from survey.cli import cli
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.metrics import exposition
from survey.foundation.steps import run
from survey.invitations.model import Invitation, Person
from survey.journey import STATIONS
from survey.responses import coming_back
from tests.build import at, make_closure, make_invitation, make_person, make_response
from tests.post.test_returned import EXPECTED, MESSAGE_ID, sample
from tests.processes import PATIENCE, ROOT, Deployment

pytestmark = pytest.mark.usefixtures("partnership")
Headers = dict[str, str]
STEP = STATIONS["returned"].step
HARD, SOFT, AWAY = "qmail-no-mailbox", "postfix-mailbox-full", "outlook-automatic-reply"


@dataclass
class Asked:
    """The invitation that every sample is about."""

    row: Invitation

    @property
    def person(self) -> Person:
        return db.session.get_one(Person, self.row.person_id)


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    with travel(at("2026-11-23T12:00"), tick=False):
        yield


@pytest.fixture
def asked(app: Flask) -> Asked:
    person = make_person("pat.lee@hants.example")
    sent_at = at("2026-11-23T09:00")
    row = make_invitation(
        make_closure(email="pat.lee@hants.example", closed_at=sent_at - timedelta(hours=2)),
        uuid=UUID(MESSAGE_ID.partition("@")[0]),
        person_id=person.id,
        sent_at=sent_at,
        remind_at=sent_at + timedelta(days=3),
    )
    db.session.commit()
    return Asked(row)


@pytest.fixture
def maildir(app: Flask, tmp_path: Path) -> Path:
    place = tmp_path / "returned"
    for folder in ("new", "cur", "tmp"):
        (place / folder).mkdir(parents=True)
    app.config["SURVEY_MAIL_RETURNED"] = f"maildir:{place}"
    return place


@pytest.fixture
def operator(make_key: Callable[..., str], auth: Callable[..., Headers]) -> Headers:
    return auth(make_key("operate"))


def put(maildir: Path, name: str, content: bytes | None = None) -> None:
    (maildir / "new" / name).write_bytes(sample(name) if content is None else content)


def left(maildir: Path) -> list[str]:
    return sorted(path.name for path in (maildir / ".unknown").glob("new/*"))


def counted(kind: str) -> float:
    wanted = f'survey_mail_returned_total{{kind="{kind}"}} '
    lines = exposition().decode().splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(wanted)), 0.0)


def test_a_bounce_in_the_maildir_stops_asking_and_is_removed(asked: Asked, maildir: Path) -> None:
    put(maildir, HARD)
    before = counted("hard bounce")
    assert STEP.oldest_due() is not None
    assert run(STEP) == 1
    assert STEP.oldest_due() is None
    assert asked.row.bounced_at == asked.person.bounced_at == now()
    assert left(maildir) == []
    assert counted("hard bounce") == before + 1


def test_all_samples_are_read_and_what_no_program_understands_is_left_to_people(
    asked: Asked, maildir: Path
) -> None:
    for name in EXPECTED:
        put(maildir, name)
    assert run(STEP) == len(EXPECTED)
    assert left(maildir) == ["empty", "human-reply", "not-spam-report", "spam"]
    assert [path for path in maildir.glob("*/*") if path.is_file()] == []
    assert asked.person.bounced_at == asked.person.opted_out_at == now()


def test_what_is_about_no_letter_of_ours_is_left_to_people_and_counted(
    asked: Asked, maildir: Path
) -> None:
    asked.row.uuid = UUID(int=7)
    db.session.commit()
    put(maildir, HARD)
    before = counted("not ours")
    assert run(STEP) == 1
    assert left(maildir) == [HARD]
    assert (asked.row.bounced_at, counted("not ours")) == (None, before + 1)


def test_a_message_whose_reader_was_killed_before_removing_it_is_read_again_to_no_harm(
    asked: Asked, maildir: Path
) -> None:
    put(maildir, SOFT)
    work = coming_back.empty_inbox()
    assert next(work) == 1
    db.session.commit()
    del work
    db.session.refresh(asked.row)
    assert asked.row.returns == 1
    with travel(now() + timedelta(minutes=2), tick=False):
        assert run(STEP) == 1
    assert asked.row.returns == 1
    assert STEP.oldest_due() is None


def test_without_the_setting_nothing_is_read(app: Flask) -> None:
    assert run(STEP) == 0
    assert STEP.oldest_due() is None


def test_a_bounce_for_now_after_an_answer_does_not_send_again(asked: Asked, maildir: Path) -> None:
    make_response(asked.row)
    db.session.commit()
    put(maildir, SOFT)
    run(STEP)
    assert (asked.row.returns, asked.row.sent_at is None) == (0, False)
    assert left(maildir) == []


def piped(name: str) -> Any:
    return CliRunner().invoke(cli, ["mail", "returned"], input=sample(name))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (HARD, "hard bounce\n"),
        (AWAY, "out of office\n"),
        ("human-reply", "not understood\n"),
        ("spam", "not understood, about no letter of ours\n"),
    ],
)
def test_a_message_can_be_piped_in(asked: Asked, name: str, said: str) -> None:
    outcome = piped(name)
    assert (outcome.exit_code, outcome.stdout) == (0, said)
    db.session.rollback()
    assert (asked.row.bounced_at is not None) == (name == HARD)
    if name == AWAY:
        assert asked.row.remind_at is not None
        assert asked.row.remind_at.date() == at("2026-12-08").date()


@pytest.mark.parametrize(
    "wrong",
    [
        {"SURVEY_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        {"SURVEY_DATA_KEY": ""},
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_mail_server_is_asked_to_try_again_while_nothing_can_be_stored(
    database_url: str, tmp_path: Path, wrong: dict[str, str]
) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "survey", "mail", "returned"],
        env=Deployment(database_url, tmp_path, extra=wrong).environment,
        cwd=ROOT,
        input=sample(HARD),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert outcome.returncode == 75
    assert outcome.stderr.startswith(b"Error: not now: ")
    assert b"pat.lee" not in outcome.stderr


def hand_in(client: FlaskClient, headers: Headers, content: bytes, **more: Any) -> Any:
    more = {"content_type": "message/rfc822"} | more
    return client.post("/api/v1/mail/returned", data=content, headers=headers, **more)


def test_a_provider_can_hand_a_message_in(
    asked: Asked, client: FlaskClient, operator: Headers
) -> None:
    answer = hand_in(client, operator, sample(HARD))
    assert (answer.status_code, answer.get_json()) == (200, {"kind": "hard bounce", "ours": True})
    db.session.rollback()
    assert asked.row.bounced_at == now()
    answer = hand_in(client, operator, b"\x00\xff")
    assert answer.get_json() == {"kind": "not understood", "ours": False}


def test_a_message_must_come_as_one_and_within_bounds(
    client: FlaskClient, operator: Headers
) -> None:
    assert hand_in(client, operator, b"x", content_type="text/plain").status_code == 415
    assert hand_in(client, operator, b"x" * (3 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize("path", ["returned", "receipts"])
def test_only_who_operates_the_service_may_hand_in(
    client: FlaskClient, make_key: Callable[..., str], auth: Callable[..., Headers], path: str
) -> None:
    url = f"/api/v1/mail/{path}"
    assert client.post(url).status_code == 401
    assert client.post(url, headers=auth(make_key("enquiries:write"))).status_code == 403


def test_a_key_for_another_partner_touches_nothing(
    asked: Asked,
    client: FlaskClient,
    make_key: Callable[..., str],
    auth: Callable[..., Headers],
) -> None:
    theirs, ours = (auth(make_key("operate", partners=(code,))) for code in ("OCC", "HCC"))
    assert not hand_in(client, theirs, sample(HARD)).get_json()["ours"]
    db.session.rollback()
    assert asked.row.bounced_at is None
    assert hand_in(client, ours, sample(HARD)).get_json()["ours"]


def receipt(client: FlaskClient, headers: Headers, status: str, **more: Any) -> Any:
    told = {
        "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
        "reference": f"<{MESSAGE_ID}>",
        "to": "pat.lee@hants.example",
        "status": status,
        "created_at": "2026-11-23T09:00:00.000000Z",
        "completed_at": "2026-11-23T09:00:10.000000Z",
        "sent_at": None,
        "notification_type": "email",
        "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
        "template_version": 1,
    }
    return client.post("/api/v1/mail/receipts", json=told | more, headers=headers)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("delivered", "delivered"),
        ("permanent-failure", "hard bounce"),
        ("temporary-failure", "soft bounce"),
        ("technical-failure", "soft bounce"),
        ("created", "not understood"),
    ],
)
def test_receipts_of_notify_are_read(
    asked: Asked,
    client: FlaskClient,
    operator: Headers,
    status: str,
    kind: str,
) -> None:
    for _ in range(2):
        answer = receipt(client, operator, status)
        assert (answer.status_code, answer.get_json()) == (200, {"kind": kind, "ours": True})
    db.session.rollback()
    assert (asked.row.bounced_at is not None) == (kind == "hard bounce")
    again = kind == "soft bounce"
    assert (asked.row.returns, asked.row.next_attempt_at is not None) == (int(again), again)


def test_a_receipt_of_a_letter_that_is_not_ours_changes_nothing(
    asked: Asked, client: FlaskClient, operator: Headers
) -> None:
    for reference in (None, "", "12345678", "<" * 10_000):
        answer = receipt(client, operator, "permanent-failure", reference=reference)
        assert answer.get_json() == {"kind": "hard bounce", "ours": False}
    assert client.post("/api/v1/mail/receipts", json=[], headers=operator).status_code == 422
