"""The step that decides, on both databases: every closure once, nobody asked too often."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, select, update

from survey.enquiries.model import Closure, OpenEnquiry
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys, token_hash
from survey.foundation.steps import Step, run
from survey.invitations import deciding, people
from survey.invitations.model import Invitation, PartnerOptOut, Person
from survey.partnership.directory import directory, forget_directory
from survey.partnership.model import PartnerRow, PartnershipRow, ServiceRow
from tests.build import at, make_closure, make_person

pytestmark = pytest.mark.usefixtures("partnership", "noon")
STEP = Step("decide", deciding.decide, deciding.oldest_due)
# A Wednesday, in the middle of the working day.
NOON = at("2026-11-18T12:00:00Z")


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """Working time passes while it is being tested, whenever that is."""
    with time_machine.travel(NOON) as traveller:
        yield traveller


def decide() -> int:
    db.session.commit()
    forget_directory()
    return run(STEP)


def decision(closure: Closure) -> Invitation:
    return db.session.scalars(select(Invitation).where(Invitation.closure_id == closure.id)).one()


def set_asking(**given: Any) -> None:
    row = db.session.scalars(select(PartnershipRow)).one()
    row.settings = row.settings | {"asking": row.settings["asking"] | given}


def set_narrower(group: str, code: str, **given: Any) -> None:
    row = db.session.scalars(select(PartnershipRow)).one()
    row.settings = row.settings | {"narrower": {group: {code: {"asking": given}}}}


def make_open(email: str, reference: str = "OTHER", **given: Any) -> OpenEnquiry:
    known = directory()
    values: dict[str, Any] = {
        "source_id": known.sources["portal"].id,
        "reference": reference,
        "partner_id": known.partners["HFRS"].id,
        "opened_at": clock.now() - timedelta(days=3),
        "person_hash": keys().person_hash(email),
        "sent_digest": b"told",
        "received_at": clock.now(),
    }
    row = OpenEnquiry(**values | given)
    db.session.add(row)
    db.session.flush()
    return row


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
    own = update(PartnerRow).where(PartnerRow.code == "OCC")
    db.session.execute(own.values(domains=["occ.example"]))
    set_asking(answering_team=["desk@hants.example"])
    set_narrower("services", "income", share=0)
    partly = make_person("partly@hants.example")
    hcc = directory().partners["HCC"].id
    db.session.add(PartnerOptOut(person_id=partly.id, partner_id=hcc, opted_out_at=clock.now()))
    make_closure(reference="AGAIN", closed_at=clock.now() - timedelta(hours=1, minutes=30))
    ended = {"ended_at": clock.now()}
    closures = {
        "no_address": make_closure(email=None),
        "partner_off": make_closure(partner="HC"),
        "service_off": make_closure(service="pensions"),
        "outcome_off": make_closure(outcome="withdrawn"),
        "too_old": make_closure(closed_at=clock.now() - timedelta(days=15)),
        "opted_out": make_closure(email="out@hants.example"),
        "bounced": make_closure(email="gone@hants.example"),
        "foreign_address": make_closure(partner="OCC", email="pupil@home.example"),
        "shared_mailbox": make_closure(email="payroll@hants.example"),
        "answering_team": make_closure(email="Desk@hants.example"),
        "sampled_out": make_closure(service="income"),
        "reopened": make_closure(reference="AGAIN"),
        "quiet_period": make_closure(email="lately@hants.example"),
        None: make_closure(email="rested@hants.example"),
    }
    db.session.execute(update(ServiceRow).where(ServiceRow.code == "pensions").values(ended))
    others = [
        make_closure(email="partly@hants.example", partner="HFRS"),
        make_closure(partner="OCC", email="ada@sub.occ.example"),
    ]
    out_of_one = make_closure(email="partly@hants.example")
    assert decide() == len(closures) + len(others) + 2
    assert all(decision(closure).asked for closure in others)
    assert decision(out_of_one).reason == "opted_out"
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


def test_a_fresh_closure_waits_until_it_is_ripe_and_no_run_looks_at_it_before(
    app: Flask, noon: time_machine.Traveller, statements: list[str]
) -> None:
    waiting = make_closure(closed_at=NOON - timedelta(minutes=59))
    assert deciding.oldest_due() == waiting.received_at
    assert decide() == 0
    assert waiting.look_at == NOON + timedelta(minutes=1)
    assert deciding.oldest_due() is None
    looked = _looks(statements)
    assert decide() == 0
    # One look that finds nothing, and no second.
    assert _looks(statements) == looked + 1
    noon.move_to(NOON + timedelta(minutes=1))
    assert deciding.oldest_due() == waiting.look_at
    assert decide() == 1
    assert decision(waiting).asked
    assert deciding.oldest_due() is None


def _looks(statements: list[str]) -> int:
    return sum("FROM closure LEFT OUTER JOIN person" in one for one in statements)


def test_the_delay_counts_the_partners_working_time_only(
    app: Flask, noon: time_machine.Traveller
) -> None:
    evening = at("2026-11-20T16:30:00Z")
    noon.move_to(evening + timedelta(hours=3))
    as_all, early, odd = (
        make_closure(partner=code, closed_at=evening) for code in ("HCC", "HC", "OCC")
    )
    row = db.session.scalars(select(PartnershipRow)).one()
    early_bird = {"opens": "07:00", "closes": "17:00"}
    narrower = {"HC": {"opening": early_bird}, "OCC": {"asking": {"delay_minutes": 30}}}
    row.settings = row.settings | {"narrower": {"partners": narrower}}
    assert decide() == 1
    assert decision(odd).asked
    # Friday has half an hour left, Monday brings the other half.
    assert as_all.look_at == at("2026-11-23T09:00:00Z")
    assert early.look_at == at("2026-11-23T07:30:00Z")


def test_a_link_that_its_source_sends_is_there_at_once_and_nothing_is_due_to_be_sent(
    app: Flask,
) -> None:
    closure = make_closure(closed_at=NOON, deliver="link")
    decide()
    row = decision(closure)
    assert row.asked
    assert row.token_hash is not None
    assert row.next_attempt_at is None


def test_the_narrowest_settings_win(app: Flask) -> None:
    set_narrower("services", "pensions", expires_days=5, outcomes=["withdrawn"])
    closures = [make_closure(service=code, outcome="withdrawn") for code in ("pensions", "payroll")]
    decide()
    pensions, payroll = map(decision, closures)
    assert pensions.expires_at == pensions.decided_at + timedelta(days=5)
    assert payroll.reason == "outcome_off"


def test_while_another_enquiry_of_the_person_is_open_it_is_waited_for_and_then_asked(
    app: Flask, noon: time_machine.Traveller
) -> None:
    make_open("ada@hants.example")
    closure = make_closure(email="Ada@hants.example", closed_at=at("2026-11-17T12:00:00Z"))
    assert decide() == 0
    looks = [closure.look_at]
    for _ in range(200):
        noon.move_to(looks[-1])
        if decide():
            break
        looks.append(closure.look_at)
    assert timedelta(hours=1) < looks[1] - looks[0] <= timedelta(hours=2, seconds=1)
    # Five working days after it was closed, and not a moment later.
    assert looks[-1] == at("2026-11-24T12:00:00Z")
    assert decision(closure).asked


def test_once_the_other_enquiry_is_closed_nobody_waits_for_it(
    app: Flask, noon: time_machine.Traveller
) -> None:
    other = make_open("ada@hants.example")
    yesterday = clock.now() - timedelta(days=1)
    closure = make_closure(email="ada@hants.example", closed_at=yesterday)
    assert decide() == 0
    end = {"source": "portal", "reference": other.reference, "email": "ada@hants.example"}
    make_closure(**end, closed_at=other.opened_at - timedelta(seconds=1))
    noon.move_to(closure.look_at)
    decide()
    assert closure.taken_up_at is None
    make_closure(**end, closed_at=clock.now() - timedelta(minutes=5))
    noon.move_to(closure.look_at)
    decide()
    assert closure.taken_up_at is not None


def test_an_open_enquiry_of_somebody_else_or_the_enquiry_itself_as_told_before_holds_up_nobody(
    app: Flask,
) -> None:
    make_open("bob@hants.example")
    closure = make_closure(source="portal", reference="SAME", email="ada@hants.example")
    make_open("ada@hants.example", reference="SAME", opened_at=closure.opened_at)
    assert decide() == 1
    assert decision(closure).asked


def test_an_address_is_opened_only_where_nothing_else_decides_and_one_that_cannot_be_is_none(
    app: Flask,
) -> None:
    old = make_closure(closed_at=NOON - timedelta(days=400))
    new = make_closure()
    old.address = new.address = b"sealed with another key"
    assert decide() == 2
    assert decision(old).reason == "too_old"
    assert decision(new).reason == "no_address"


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
