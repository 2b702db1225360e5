"""An answer is held once at a time: whoever comes second finds that it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread, get_ident
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from survey.foundation.clock import now
from survey.foundation.database import db
from survey.responses.holding import BURST, hold
from survey.responses.model import Hold
from tests.build import make_response

pytestmark = pytest.mark.usefixtures("partnership")
# SQLite lets the second begin only once the first has ended, so there is nothing to wait for.
SECOND_WAITS = {"postgresql": 20.0, "sqlite": 0.1}


@contextmanager
def writes_of(thread: Thread) -> Iterator[Event]:
    """Tells when a thread is about to write a hold, having found that there is none."""
    about_to = Event()

    def sees(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("INSERT INTO hold") and thread.ident == get_ident():
            about_to.set()

    event.listen(db.engine, "before_cursor_execute", sees)
    try:
        yield about_to
    finally:
        event.remove(db.engine, "before_cursor_execute", sees)


def test_of_two_connections_that_hold_the_same_answers_at_once_one_does(app: Flask) -> None:
    mine, theirs, both = (make_response().id for _ in range(3))
    db.session.commit()
    held: list[int] = []

    def second() -> None:
        with app.app_context(), db.engine.begin() as connection:
            signs = {both: BURST, theirs: ("too_fast",)}
            held.append(hold(connection, signs, now()))

    other = Thread(target=second)
    with writes_of(other) as about_to:
        with db.engine.begin() as connection:
            held.append(hold(connection, {both: ("too_fast",), mine: BURST}, now()))
            other.start()
            about_to.wait(SECOND_WAITS[db.engine.dialect.name])
        other.join()
    assert held == [2, 1]
    rows = db.session.execute(select(Hold.response_id, Hold.signs).order_by(Hold.response_id)).all()
    assert rows == [(mine, [*BURST]), (theirs, ["too_fast"]), (both, ["too_fast"])]


def test_what_was_held_twice_before_is_held_once_from_the_earliest_on(app: Flask) -> None:
    twice, once, released = (make_response().id for _ in range(3))
    db.session.commit()
    downgrade(revision="0021")
    first, later = now() - timedelta(hours=2), now() - timedelta(hours=1)
    given = {"held_at": later, "signs": ["too_fast", "several_scores"]}
    db.session.add_all(
        [
            Hold(response_id=twice, **given),
            Hold(response_id=twice, held_at=first, signs=["several_scores", "writes_over"]),
            Hold(response_id=twice, **given),
            Hold(response_id=once, **given),
            *(Hold(response_id=released, released_at=later, **given) for _ in range(2)),
        ]
    )
    db.session.commit()
    upgrade()
    columns = (Hold.response_id, Hold.held_at, Hold.signs, Hold.released_at)
    rows = db.session.execute(select(*columns).order_by(Hold.response_id)).all()
    assert rows == [
        (twice, first, ["several_scores", "writes_over", "too_fast"], None),
        (once, later, given["signs"], None),
        *[(released, later, given["signs"], later)] * 2,
    ]
    db.session.add(Hold(response_id=twice, **given))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()
