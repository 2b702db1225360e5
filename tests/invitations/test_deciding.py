"""The step that decides, on both databases: every closure once, nobody asked too often."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys, token_hash
from survey.foundation.steps import Step, run
from survey.invitations import deciding, people
from survey.invitations.model import Invitation, Person
from survey.partnership.directory import directory, forget_directory
from survey.partnership.model import PartnerRow, PartnershipRow, ServiceRow
from tests.build import make_closure

pytestmark = pytest.mark.usefixtures("partnership")
STEP = Step("decide", deciding.decide, deciding.oldest_due)


def decide() -> int:
    db.session.commit()
    forget_directory()
    return run(STEP)


def decision(closure: Closure) -> Invitation:
    return db.session.scalars(select(Invitation).where(Invitation.closure_id == closure.id)).one()


def set_asking(**given: int) -> None:
    row = db.session.scalars(select(PartnershipRow)).one()
    row.settings = row.settings | {"asking": row.settings["asking"] | given}


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_closure_is_asked_about_and_its_address_moves_to_the_person(app: Flask) -> None:
    closure = make_closure(email="Ada@Hants.example")
    assert decide() == 1
    row, person = decision(closure), db.session.scalars(select(Person)).one()
    assert (row.asked, row.reason, row.person_id) == (True, None, person.id)
    assert row.token_hash == token_hash(keys().link_token(row.uuid))
    assert row.expires_at == row.decided_at + timedelta(days=21)
    assert row.next_attempt_at == row.decided_at == closure.taken_up_at == person.last_asked_at
    assert closure.address is None
    assert person.address is not None
    assert keys().decrypt(person.address) == "Ada@Hants.example"
    assert person.hash == keys().person_hash("ada@hants.example")


def test_each_reason_is_found_in_the_tables(app: Flask) -> None:
    people.opt_out(keys().person_hash("out@hants.example"), clock.now())
    db.session.add(Person(hash=keys().person_hash("gone@hants.example"), bounced_at=clock.now()))
    asked_lately = clock.now() - timedelta(days=29)
    rested = clock.now() - timedelta(days=31)
    for name, when in (("lately", asked_lately), ("rested", rested)):
        email = f"{name}@hants.example"
        db.session.add(Person(hash=keys().person_hash(email), last_asked_at=when))
    db.session.execute(update(PartnerRow).where(PartnerRow.code == "HC").values(asks=False))
    ended = {"ended_at": clock.now()}
    closures = {
        "no_address": make_closure(email=None),
        "partner_off": make_closure(partner="HC"),
        "service_off": make_closure(service="pensions"),
        "outcome_off": make_closure(outcome="withdrawn"),
        "too_old": make_closure(closed_at=clock.now() - timedelta(days=15)),
        "opted_out": make_closure(email="out@hants.example"),
        "bounced": make_closure(email="gone@hants.example"),
        "quiet_period": make_closure(email="lately@hants.example"),
        None: make_closure(email="rested@hants.example"),
    }
    db.session.execute(update(ServiceRow).where(ServiceRow.code == "pensions").values(ended))
    assert decide() == len(closures)
    assert {reason: decision(closure).reason for reason, closure in closures.items()} == {
        reason: reason for reason in closures
    }


def test_who_is_not_asked_leaves_no_address_and_no_link(app: Flask) -> None:
    closure = make_closure(outcome="withdrawn")
    decide()
    row = decision(closure)
    assert closure.address is None
    assert (row.token_hash, row.expires_at, row.next_attempt_at, row.person_id) == (None,) * 4
    assert db.session.scalar(select(func.count(Person.id))) == 0


def test_of_several_enquiries_of_one_person_only_the_oldest_is_asked_about(app: Flask) -> None:
    newer = make_closure(email="ada@hants.example", closed_at=clock.now() - timedelta(days=1))
    older = make_closure(email="ADA@hants.example", closed_at=clock.now() - timedelta(days=2))
    decide()
    assert decision(older).asked
    assert decision(newer).reason == "quiet_period"


def test_without_a_quiet_period_every_enquiry_is_asked_about(app: Flask) -> None:
    set_asking(quiet_days=0)
    closures = [make_closure(email="ada@hants.example") for _ in range(3)]
    decide()
    assert all(decision(closure).asked for closure in closures)


def test_a_fresh_closure_waits_and_says_since_when_it_is_due(app: Flask) -> None:
    closed_at = clock.now() - timedelta(minutes=59)
    waiting = make_closure(closed_at=closed_at)
    assert decide() == 0
    assert deciding.oldest_due() is None
    set_asking(delay_minutes=30)
    db.session.commit()
    forget_directory()
    assert deciding.oldest_due() == closed_at + timedelta(minutes=30)
    assert decide() == 1
    assert decision(waiting).asked
    assert deciding.oldest_due() is None


def test_an_old_closure_is_due_only_since_it_came_in(app: Flask) -> None:
    received_at = clock.now() - timedelta(minutes=5)
    make_closure(closed_at=clock.now() - timedelta(days=700), received_at=received_at)
    assert deciding.oldest_due() == received_at


def test_deciding_again_changes_nothing(app: Flask) -> None:
    closure = make_closure()
    decide()
    uuid = decision(closure).uuid
    assert decide() == 0
    assert decision(closure).uuid == uuid


def test_a_batch_of_old_closures_costs_no_round_trip_for_each(
    app: Flask, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = clock.now() - timedelta(days=400)
    for _ in range(4):
        make_closure(closed_at=old)
    monkeypatch.setattr(deciding, "BATCH", 1)
    db.session.commit()
    directory()
    few = _statements_for(1, statements)
    monkeypatch.setattr(deciding, "BATCH", 3)
    many = _statements_for(3, statements)
    assert few == many


def _statements_for(closures: int, statements: list[str]) -> int:
    statements.clear()
    assert next(deciding.decide()) == closures
    db.session.commit()
    return len(statements)


def test_nobody_is_asked_who_opts_out_while_the_decision_is_made(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    closure = make_closure(email="ada@hants.example")
    remember = people.remember

    def slowly(addresses: dict[bytes, bytes]) -> dict[bytes, int]:
        people.opt_out(keys().person_hash("ada@hants.example"), clock.now())
        return remember(addresses)

    monkeypatch.setattr(people, "remember", slowly)
    decide()
    assert not decision(closure).asked


def test_four_workers_at_once_decide_each_closure_once_and_ask_each_person_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "BATCH", 10)
    for n in range(160):
        make_closure(email=f"p{n * 7 % 40}@hants.example")
    db.session.commit()
    done: list[int] = []

    def work() -> None:
        with app.app_context():
            done.append(run(STEP))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 160
    asked = db.session.scalars(select(Invitation.person_id).where(Invitation.asked)).all()
    assert len(asked) == len(set(asked)) == 40


def test_every_closure_is_asked_pending_or_not_asked(app: Flask) -> None:
    now: datetime = clock.now()
    for hours in (0, 2, 4, 24 * 20):
        make_closure(closed_at=now - timedelta(hours=hours))
        make_closure(closed_at=now - timedelta(hours=hours), email=None)
    decide()
    counts: dict[bool, int] = dict(
        db.session.execute(select(Invitation.asked, func.count()).group_by(Invitation.asked)).all()
    )
    pending = db.session.scalar(select(func.count(Closure.id)).where(Closure.taken_up_at.is_(None)))
    assert (counts[True], counts[False], pending) == (2, 4, 2)
