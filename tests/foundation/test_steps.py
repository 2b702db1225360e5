"""The runner of steps: what it keeps, where it stops, and what an error leaves behind."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from survey.access.audit import record
from survey.access.model import AuditEntry
from survey.foundation import steps
from survey.foundation.database import db
from survey.foundation.steps import Step


@pytest.fixture(autouse=True)
def nobody_stops() -> Iterator[None]:
    """The event belongs to the process, which goes on after a test."""
    yield
    steps.stopping.clear()


def step(work: Callable[[], Iterator[int]]) -> Step:
    return Step("try", work, lambda: None)


def kept() -> list[str]:
    """What was noted and committed, as another connection sees it."""
    with db.engine.connect() as connection:
        return list(connection.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_each_bite_is_committed_before_the_next_begins(app: Flask) -> None:
    seen: list[list[str]] = []

    def work() -> Iterator[int]:
        for action in ("first", "second"):
            record(action, "")
            yield 1
            seen.append(kept())

    assert steps.run(step(work)) == 2
    assert seen == [["first"], ["first", "second"]]


def test_bites_are_added_up_whatever_their_size(app: Flask) -> None:
    assert steps.run(step(lambda: bites_of(3, 0, 4))) == 7
    assert steps.run(step(bites_of)) == 0


def test_what_follows_the_last_bite_is_committed_too(app: Flask) -> None:
    def work() -> Iterator[int]:
        yield 1
        record("afterwards", "")

    steps.run(step(work))
    assert kept() == ["afterwards"]


def test_asked_to_stop_it_keeps_the_bite_at_hand_and_begins_no_other(app: Flask) -> None:
    def work() -> Iterator[int]:
        record("first", "")
        steps.stopping.set()
        yield 1
        record("second", "")
        yield 1

    assert steps.run(step(work)) == 1
    assert kept() == ["first"]


def test_what_a_step_does_while_it_is_closed_is_committed(app: Flask) -> None:
    def work() -> Iterator[int]:
        try:
            steps.stopping.set()
            yield 1
        except GeneratorExit:
            record("given back", "")
            raise

    assert steps.run(step(work)) == 1
    assert kept() == ["given back"]


def test_an_error_undoes_the_bite_at_hand_and_no_earlier_one(app: Flask) -> None:
    def work() -> Iterator[int]:
        record("first", "")
        yield 1
        record("second", "")
        db.session.flush()
        raise RuntimeError("in the second bite")

    with pytest.raises(RuntimeError, match="in the second bite"):
        steps.run(step(work))
    # A transaction that failed and was left open would refuse this on PostgreSQL.
    assert db.session.scalar(select(func.count(AuditEntry.id))) == 1
    db.session.rollback()
    assert kept() == ["first"]


def test_an_error_of_the_database_leaves_a_session_that_works(app: Flask) -> None:
    def work() -> Iterator[int]:
        db.session.execute(text("SELECT * FROM no_such_table"))
        yield 1

    with pytest.raises(DBAPIError, match="no_such_table"):
        steps.run(step(work))
    assert db.session.scalar(text("SELECT 1")) == 1


def bites_of(*bites: int) -> Iterator[int]:
    yield from bites


def test_waiting_ends_when_the_time_is_over_or_when_asked() -> None:
    assert not steps.stopping.wait(0)
    steps.stopping.set()
    assert steps.stopping.wait(3600)
