"""The conditional update that keeps anybody from being asked twice."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask

from survey.foundation import clock
from survey.foundation.database import db
from survey.invitations import people
from survey.invitations.model import Person
from tests.build import make_person

pytestmark = pytest.mark.usefixtures("partnership")


@pytest.mark.parametrize(
    ("days_ago", "may"), [(None, True), (0, False), (29, False), (30, True), (400, True)]
)
def test_a_person_is_asked_when_the_quiet_period_is_over(
    app: Flask, days_ago: int | None, may: bool
) -> None:
    now = clock.now()
    asked = None if days_ago is None else now - timedelta(days=days_ago)
    person = make_person(last_asked_at=asked)
    assert people.ask([person.id], now, 30) == ({person.id} if may else set())
    db.session.refresh(person)
    assert person.last_asked_at == (now if may else asked)


@pytest.mark.parametrize("mark", ["opted_out_at", "bounced_at"])
def test_whoever_opted_out_or_bounced_is_never_asked(app: Flask, mark: str) -> None:
    now = clock.now()
    person = make_person()
    setattr(person, mark, now - timedelta(days=4000))
    db.session.flush()
    assert people.ask([person.id], now, 30) == set()


def test_remembering_somebody_again_keeps_the_row_and_takes_the_newest_address(app: Flask) -> None:
    first = people.remember({b"a" * 32: b"old", b"b" * 32: b"bob"})
    again = people.remember({b"a" * 32: b"new"})
    assert again == {b"a" * 32: first[b"a" * 32]}
    assert db.session.get_one(Person, first[b"a" * 32]).address == b"new"


def test_eight_workers_at_once_ask_one_person_once(app: Flask) -> None:
    now, start = clock.now(), Barrier(8)
    person = make_person().id
    db.session.commit()
    asked: list[set[int]] = []

    def work() -> None:
        with app.app_context():
            start.wait()
            asked.append(people.ask([person], now, 30))
            db.session.commit()

    together(work, 8)
    assert sorted(map(len, asked)) == [0] * 7 + [1]


def test_workers_who_remember_the_same_people_do_not_lock_each_other_out(app: Flask) -> None:
    hashes = [bytes([n]) * 32 for n in range(100)]
    start = Barrier(4)
    ids: list[dict[bytes, int]] = []

    def work() -> None:
        with app.app_context():
            start.wait()
            mixed = hashes[len(ids) :] + hashes[: len(ids)]
            ids.append(people.remember(dict.fromkeys(reversed(mixed), b"sealed")))
            db.session.commit()

    together(work, 4)
    assert len(ids) == 4
    assert all(found == ids[0] for found in ids)


def together(work: Callable[[], None], workers: int) -> None:
    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
