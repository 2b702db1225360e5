"""The step that reads comments, on both databases: what fails, what is new, who shares."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select
from structlog.testing import capture_logs

from survey.comments import reader, reading
from survey.comments.model import Reading
from survey.comments.sentiment.mood import Sentiment
from survey.comments.understanding import METHOD
from survey.foundation.database import db
from survey.foundation.steps import Step, run
from survey.responses.model import Response
from tests.build import at, make_response

pytestmark = pytest.mark.usefixtures("partnership")
STEP = Step("read", reading.read_comments, reading.oldest_due)


def readings() -> dict[int, Reading]:
    db.session.expire_all()
    return {found.response_id: found for found in db.session.scalars(select(Reading))}


def test_every_comment_is_read_once_and_answers_without_one_are_not(app: Flask) -> None:
    happy = make_response(comment="Very helpful, thank you").id
    empty = make_response(comment="n/a").id
    make_response(comment=None)
    db.session.commit()
    assert (run(STEP), run(STEP)) == (2, 0)
    found = readings()
    assert {id_: one.sentiment for id_, one in found.items()} == {happy: "positive", empty: "none"}
    assert (found[happy].polarity or 0) > 0
    assert found[empty].polarity is None
    assert {one.method for one in found.values()} == {METHOD}


def test_comments_are_read_in_batches_each_committed(app: Flask) -> None:
    for _ in range(reading.BATCH + 1):
        make_response(comment="Good")
    db.session.commit()
    bites = []
    for bite in reading.read_comments():
        db.session.commit()
        bites.append(bite)
    assert bites == [reading.BATCH, 1]


def test_what_is_due_counts_from_the_oldest_unread_comment(app: Flask) -> None:
    assert reading.oldest_due() is None
    for moment in ("2026-07-02T10:00", "2026-07-01T10:00"):
        make_response(comment="Good", answered_at=at(moment))
    make_response(comment=None, answered_at=at("2026-06-01T10:00"))
    db.session.commit()
    assert reading.oldest_due() == at("2026-07-01T10:00")
    run(STEP)
    assert reading.oldest_due() is None


def test_a_comment_that_cannot_be_opened_is_unread_and_its_response_untouched(app: Flask) -> None:
    broken = make_response(comment="Good")
    broken.comment = b"not sealed with our key"
    fine = make_response(comment="Good").id
    db.session.commit()
    before = db.session.execute(select(Response.__table__).order_by(Response.id)).all()
    with capture_logs() as logs:
        assert run(STEP) == 2
    found = readings()
    assert (found[broken.id].sentiment, found[broken.id].failure) == ("unread", "InvalidToken")
    assert found[fine].sentiment == "positive"
    assert db.session.execute(select(Response.__table__).order_by(Response.id)).all() == before
    assert [(entry["event"], entry["failure"]) for entry in logs] == [
        ("comment not read", "InvalidToken")
    ]
    assert run(STEP) == 0


def test_a_failure_never_quotes_the_comment(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str, **_: object) -> Sentiment:
        raise RuntimeError(f"cannot read {text}")

    monkeypatch.setattr(reader, "understand", fail)
    response = make_response(comment="My name is Ada").id
    db.session.commit()
    with capture_logs() as logs:
        run(STEP)
    assert readings()[response].failure == "RuntimeError"
    assert "Ada" not in str(logs)


def test_two_workers_at_once_share_the_comments(app: Flask) -> None:
    responses = {make_response(comment="Good").id for _ in range(3 * reading.BATCH)}
    db.session.commit()
    together = threading.Barrier(2)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                together.wait(30)
                run(STEP)
        except BaseException as error:
            failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert failures == []
    assert set(readings()) == responses


# SQLite has one writer at a time, so nobody there can meet a held comment.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_comment_another_worker_holds_is_left_to_it(app: Flask) -> None:
    for _ in range(2):
        make_response(comment="Good")
    db.session.commit()
    claimed = reading._claim(after=0)
    found: list[int] = []

    def work() -> None:
        with app.app_context():
            found.append(run(STEP))

    other = threading.Thread(target=work)
    other.start()
    other.join(60)
    assert (len(claimed), found) == (2, [0])
    db.session.rollback()
