"""What holds of every table that workers share, tried on links to sign in."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from survey.access.model import SignInLink
from survey.access.sending_links import LINKS
from survey.access.sign_in_links import ask_for_link
from survey.foundation.claims import Taken, pause
from survey.foundation.clock import now
from survey.foundation.database import db


@pytest.fixture(autouse=True)
def stands_still(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now(), tick=False) as clock:
        yield clock


def wait_for_a_worker(rows: int) -> None:
    for number in range(rows):
        ask_for_link(f"person{number}@hcc.example", "/board")
    db.session.commit()


def take() -> Taken | None:
    taken = LINKS.take(select(SignInLink.uuid))
    db.session.commit()
    return taken


def taken_for_sure() -> Taken:
    taken = take()
    assert taken
    return taken


def test_workers_at_once_never_take_the_same(app: Flask) -> None:
    wait_for_a_worker(rows=24)
    found: list[int] = []

    def work() -> None:
        with app.app_context():
            while taken := take():
                found.append(taken.id)
                LINKS.settle(taken, sent_at=now())
            db.session.commit()
            db.session.remove()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(found) == sorted(db.session.scalars(select(SignInLink.id)))


def test_a_late_worker_leaves_the_claim_of_the_next_alone_and_only_one_has_done_it(
    stands_still: time_machine.Traveller,
) -> None:
    wait_for_a_worker(rows=1)
    late = taken_for_sure()
    stands_still.shift(LINKS.hold - timedelta(seconds=1))
    assert take() is None
    stands_still.shift(timedelta(seconds=1))
    second = taken_for_sure()
    assert (second.id, second.attempts) == (late.id, 2)
    LINKS.put_off(late)
    assert (take(), LINKS.oldest_due() is None) == (None, False)
    assert [LINKS.settle(each, sent_at=now()) for each in (late, second)] == [1, 0]
    stands_still.shift(timedelta(hours=1))
    assert take() is None


def test_what_failed_waits_and_what_was_never_begun_is_due_at_once_and_no_attempt(
    stands_still: time_machine.Traveller,
) -> None:
    wait_for_a_worker(rows=1)
    LINKS.put_off(taken_for_sure())
    assert (take(), LINKS.oldest_due()) == (None, None)
    stands_still.shift(LINKS.first_pause)
    beginning = LINKS.begin(again := taken_for_sure())
    next(beginning)
    beginning.close()  # type: ignore[attr-defined]
    assert taken_for_sure().attempts == again.attempts == 2


def test_pauses_double_and_end_somewhere() -> None:
    minute = timedelta(minutes=1)
    assert [pause(n, minute) / minute for n in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pause(10_000, minute) == timedelta(hours=1)
