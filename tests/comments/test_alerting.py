"""Danger is told of at once, by reference only, once, and never dropped."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from structlog.testing import capture_logs

from survey.comments import alerting, forgetting, reading
from survey.comments.model import UrgentNotice
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from survey.partnership.model import PartnerRow
from survey.post.office import Delayed, Refused
from survey.responses.model import Response
from tests.build import make_closure, make_invitation, make_response
from tests.comments.made_up import danger, read_as
from tests.post.server import Desk, serving

pytestmark = pytest.mark.usefixtures("partnership")
READ = Step("read", reading.read_comments, reading.oldest_due)
ALERT = Step("alert", alerting.alert, alerting.oldest_due)
NOMINATED = "ambrose.cumnor@occ.example"


@pytest.fixture(autouse=True)
def finds_danger(monkeypatch: pytest.MonkeyPatch) -> None:
    read_as(monkeypatch, danger)


def somebody_writes(reference: str = "INC 7/42", **given: Any) -> Response:
    closure = make_closure(
        **{
            "partner": "OCC",
            "service": "pensions",
            "source": "portal",
            "email": "jo.smith@occ.example",
            "reference": reference,
        }
        | given
    )
    response = make_response(make_invitation(closure), comment="I am in danger", rating=1)
    db.session.commit()
    run(READ)
    return response


def nominate(email: str | None) -> None:
    row = db.session.scalars(select(PartnerRow).where(PartnerRow.code == "OCC")).one()
    row.nominated_email = email
    db.session.commit()


def notice() -> UrgentNotice:
    db.session.expire_all()
    return db.session.scalars(select(UrgentNotice)).one()


def opened(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def test_the_nominated_person_is_sent_the_reference_and_nothing_else(app: Flask) -> None:
    somebody_writes()
    with serving(desk := Desk()) as port:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        assert (run(ALERT), run(ALERT)) == (1, 0)
    (raw,) = desk.received
    letter = opened(raw)
    assert (letter["To"], letter["Subject"]) == (NOMINATED, "Please look at enquiry INC 7/42")
    assert letter["Message-ID"] == f"<{notice().uuid}@survey.test>"
    plain, rich = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert rich is not None
    assert "survey comments show portal 'INC 7/42'" in plain.get_content()
    told = (str(letter) + plain.get_content() + rich.get_content()).lower()
    for secret in ("danger", "pension", "jo.smith", "jo smith", "urgent", "rating", "dissatisfied"):
        assert secret not in told, secret
    assert notice().sent_at is not None


@pytest.mark.parametrize(
    "failure", [Refused("RCPT: 550"), Delayed("DATA: 451"), RuntimeError("anything")]
)
def test_whatever_keeps_it_from_going_out_it_is_tried_for_ever(
    app: Flask, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    tried: list[str] = []

    class Closed:
        def __init__(self, _url: str) -> None: ...
        def __enter__(self) -> "Closed":
            return self

        def __exit__(self, *_: object) -> None: ...
        def send(self, letter: Any) -> None:
            tried.append(letter.message_id)
            raise failure

    monkeypatch.setattr(alerting, "open_office", Closed)
    somebody_writes()
    pauses = []
    for attempt in range(1, 13):
        began = clock.now()
        with capture_logs() as logs:
            assert run(ALERT) == 0
        assert run(ALERT) == 0
        row = notice()
        assert (row.attempts, len(tried), row.claimed_by, row.sent_at) == (
            attempt,
            attempt,
            None,
            None,
        )
        assert [entry["event"] for entry in logs] == ["urgent.delayed"]
        pauses.append(round((row.next_attempt_at - began) / timedelta(minutes=1)))
        row.next_attempt_at = clock.now()
        db.session.commit()
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == 60
    assert len(set(tried)) == 1


def test_without_a_nominated_person_it_waits_is_seen_and_goes_out_once_there_is_one(
    app: Flask, client: FlaskClient
) -> None:
    nominate(None)
    somebody_writes()
    with capture_logs() as logs:
        assert run(ALERT) == 0
    assert {"partner": "OCC", "notices": 1}.items() <= logs[0].items()
    assert logs[0]["event"] == "urgent.nobody_nominated"
    # Nothing that a worker could do something about, or `survey work --until-idle` never ended.
    assert alerting.oldest_due() is None
    assert 'survey_urgent_unsent{partner="OCC"} 1' in client.get("/metrics").text
    nominate(NOMINATED)
    assert alerting.oldest_due() is not None
    assert run(ALERT) == 1
    assert alerting.oldest_due() is None
    assert "survey_urgent_unsent{" not in client.get("/metrics").text


def test_a_worker_killed_on_the_way_repeats_the_same_letter_when_its_claim_is_over(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody_writes()
    dying = alerting.alert()
    next(dying)
    db.session.commit()
    assert run(ALERT) == 0
    row = notice()
    assert row.claimed_by is not None
    row.claimed_until = clock.now()
    db.session.commit()
    assert run(ALERT) == 1
    # It was slow, not dead: it takes nothing back.
    dying.close()  # type: ignore[attr-defined]
    db.session.commit()
    assert (run(ALERT), notice().sent_at is None) == (0, False)


def test_a_worker_that_is_stopped_gives_back_what_it_holds(app: Flask) -> None:
    somebody_writes()
    work = alerting.alert()
    next(work)
    db.session.commit()
    assert notice().claimed_by is not None
    work.close()  # type: ignore[attr-defined]
    db.session.commit()
    assert notice().claimed_by is None


def test_who_is_forgotten_is_told_of_no_more(app: Flask) -> None:
    somebody_writes()
    forgetting.forget_person(keys().person_hash("jo.smith@occ.example"))
    db.session.commit()
    assert db.session.scalars(select(UrgentNotice)).all() == []
    assert run(ALERT) == 0
