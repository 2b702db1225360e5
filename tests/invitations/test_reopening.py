"""Closed, reopened, closed again: a first invitation not yet sent is withdrawn, others stay."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from survey.enquiries.model import Closure, OpenEnquiry
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.steps import Step, run
from survey.invitations import deciding, sending
from survey.invitations.model import Invitation, Person
from tests.build import at, make_closure, make_invitation, make_person

pytestmark = pytest.mark.usefixtures("partnership", "noon")
DECIDE = Step("decide", deciding.decide, deciding.oldest_due)
SEND = Step("send", sending.send, sending.oldest_due)
NOON = at("2026-11-18T12:00:00Z")
EMAIL = "ada@hants.example"


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """Working time passes while it is being tested, whenever that is."""
    with time_machine.travel(NOON) as traveller:
        yield traveller


def first_asked(**given: Any) -> Invitation:
    """An enquiry closed two days ago whose invitation is due and not sent."""
    moment = NOON - timedelta(days=2)
    closure = make_closure(reference="R-1", email=EMAIL, closed_at=moment)
    person = make_person(EMAIL, last_asked_at=moment)
    values = {"decided_at": moment, "next_attempt_at": moment, "sent_at": None, "attempts": 0}
    return make_invitation(closure, person_id=person.id, **values | given)


def closed_again() -> Closure:
    return make_closure(reference="R-1", email=EMAIL, closed_at=NOON - timedelta(hours=3))


def decision(closure: Closure) -> Invitation:
    return db.session.scalars(select(Invitation).where(Invitation.closure_id == closure.id)).one()


def do(step: Step) -> int:
    db.session.commit()
    done = run(step)
    db.session.expire_all()
    return done


def last_asked() -> datetime | None:
    return db.session.scalars(select(Person.last_asked_at)).one()


def is_withdrawn(invitation: Invitation) -> bool:
    nothing = (invitation.person_id, invitation.token_hash, invitation.expires_at)
    return (invitation.asked, invitation.reason) == (False, "reopened") and nothing == (None,) * 3


def test_the_later_closure_withdraws_the_first_invitation_and_is_asked_about_itself(
    app: Flask,
) -> None:
    first, again = first_asked(), closed_again()
    assert do(DECIDE) == 1
    assert is_withdrawn(first)
    assert decision(again).asked
    assert last_asked() == decision(again).decided_at


def test_what_was_sent_stays_and_the_later_closure_falls_into_its_quiet_period(
    app: Flask,
) -> None:
    first, again = first_asked(sent_at=NOON - timedelta(days=1)), closed_again()
    do(DECIDE)
    assert first.asked
    assert decision(again).reason == "quiet_period"


def test_a_link_that_its_source_sends_is_not_withdrawn(app: Flask) -> None:
    first, again = first_asked(next_attempt_at=None), closed_again()
    do(DECIDE)
    assert first.asked
    assert decision(again).reason == "quiet_period"


def test_what_a_worker_is_handing_over_is_waited_for(
    app: Flask, noon: time_machine.Traveller
) -> None:
    until = NOON + timedelta(seconds=40)
    first, again = first_asked(claimed_by="worker", claimed_until=until), closed_again()
    assert do(DECIDE) == 0
    assert first.asked
    assert again.look_at == until
    # Put off or given back meanwhile.
    first.claimed_by = first.claimed_until = None
    noon.move_to(until)
    assert do(DECIDE) == 1
    assert is_withdrawn(first)
    assert decision(again).asked


def test_what_a_killed_worker_held_may_be_with_the_person_and_stays_asked(app: Flask) -> None:
    dead = {"claimed_by": "worker", "claimed_until": NOON - timedelta(seconds=1)}
    first, again = first_asked(**dead), closed_again()
    do(DECIDE)
    assert first.asked
    assert decision(again).reason == "quiet_period"


def test_right_before_it_is_handed_over_a_letter_about_a_reopened_enquiry_is_called_off(
    app: Flask,
) -> None:
    first = first_asked()
    other = make_invitation(
        make_closure(email=EMAIL), person_id=first.person_id, decided_at=NOON - timedelta(days=90)
    )
    reopen(first)
    assert do(SEND) == 1
    assert is_withdrawn(first)
    # As if they had not been asked: the time before counts again.
    assert last_asked() == other.decided_at


def test_whoever_was_asked_nothing_else_was_never_asked(app: Flask) -> None:
    first = first_asked()
    closed_again()
    assert do(SEND) == 1
    assert is_withdrawn(first)
    assert last_asked() is None


def test_four_workers_at_once_withdraw_each_first_invitation_and_ask_each_person_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "BATCH", 5)
    moment = NOON - timedelta(days=2)
    for n in range(40):
        email = f"p{n * 7 % 20}@hants.example"
        closed = {"reference": f"R-{n}", "email": email}
        if n < 20:
            person = make_person(email, last_asked_at=moment)
            values = {"decided_at": moment, "next_attempt_at": moment, "sent_at": None}
            make_invitation(make_closure(**closed, closed_at=moment), person_id=person.id, **values)
        make_closure(**closed, closed_at=NOON - timedelta(hours=3))
    db.session.commit()
    done: list[int] = []

    def work() -> None:
        with app.app_context():
            done.append(run(DECIDE))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 40
    counts = dict(
        db.session.execute(
            select(Invitation.reason, func.count()).group_by(Invitation.reason)
        ).all()
    )
    assert counts == {None: 20, "reopened": 20, "quiet_period": 20}
    asked = db.session.scalars(select(Invitation.person_id).where(Invitation.asked)).all()
    assert len(set(asked)) == 20


@pytest.mark.parametrize("days", [2, 3])
def test_an_enquiry_reopened_not_later_than_it_was_closed_is_written_to(
    app: Flask, days: int
) -> None:
    first = first_asked()
    reopen(first, NOON - timedelta(days=days))
    do(SEND)
    assert first.sent_at is not None


def reopen(invitation: Invitation, moment: datetime | None = None) -> None:
    closure = db.session.get_one(Closure, invitation.closure_id)
    db.session.add(
        OpenEnquiry(
            source_id=closure.source_id,
            reference=closure.reference,
            partner_id=closure.partner_id,
            opened_at=closure.opened_at,
            reopened_at=moment or clock.now(),
            person_hash=closure.person_hash,
            sent_digest=b"told",
            received_at=clock.now(),
        )
    )
