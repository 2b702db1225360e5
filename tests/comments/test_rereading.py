"""Reading all again: whole old or whole new figures, whatever comes in or goes meanwhile."""

from collections import Counter
from collections.abc import Generator

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey.comments import editions, forgetting, reading, rereading
from survey.comments.counted import current_readings
from survey.comments.model import MentionRow, Reading, ReadingEdition, UrgentNotice
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from survey.responses import forgetting as responses
from survey.responses.model import Response
from tests.build import make_closure, make_invitation, make_response
from tests.comments.made_up import danger, read_as, understood

pytestmark = pytest.mark.usefixtures("partnership")
READ = Step("read", reading.read_comments, reading.oldest_due)
REREAD = Step("reread", rereading.reread, rereading.oldest_due)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "BATCH", 2)
    monkeypatch.setattr(editions, "CLEARED_AT_ONCE", 2)


def counted() -> dict[tuple[str, str], int]:
    """How many readings count, by method and sentiment."""
    found = Counter(
        (row.method, row.sentiment)
        for row in db.session.execute(
            select(Reading.method, Reading.sentiment).where(current_readings())
        )
    )
    db.session.rollback()
    return dict(found)


def read_old(monkeypatch: pytest.MonkeyPatch, count: int = 5) -> list[Response]:
    """Comments that an old method has read, which the next will read differently."""
    mentions = (("speed", "negative"),)
    read_as(monkeypatch, lambda *_, **__: understood("negative", mentions=mentions), "old")
    there = [
        make_response(
            make_invitation(make_closure(email=f"p{number}@hants.example")), comment="Well"
        )
        for number in range(count)
    ]
    db.session.commit()
    run(READ)
    read_as(monkeypatch, lambda *_, **__: understood("positive"), "new")
    return there


def begin() -> Generator[int, None, None]:
    """Open an edition and let a worker begin with it; each bite is committed."""
    editions.open_for(rereading.method())
    db.session.commit()
    for bite in rereading.reread():
        db.session.commit()
        yield bite


def test_figures_are_the_old_ones_until_all_is_read_and_then_the_new_ones(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_old(monkeypatch)
    old, new = {("old", "negative"): 5}, {("new", "positive"): 5}
    seen = [counted() for _ in begin()]
    assert seen[0] == old
    assert seen[-1] == new
    assert all(each in (old, new) for each in seen)
    assert seen == sorted(seen, key=lambda each: each == new)
    # Of the old edition nothing is left.
    assert db.session.scalar(select(func.count(Reading.id))) == 5
    assert db.session.scalars(select(MentionRow)).all() == []
    assert db.session.scalars(select(ReadingEdition.method)).all() == ["new"]


def test_what_comes_in_meanwhile_is_in_the_new_edition_before_it_counts(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_old(monkeypatch)
    for number, _ in enumerate(begin()):
        if number == 3:
            make_response(comment="Late")
            db.session.commit()
            run(READ)
        assert sum(counted().values()) == 5 + (number >= 3)
    assert counted() == {("new", "positive"): 6}


def test_who_is_forgotten_meanwhile_is_in_no_edition(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = read_old(monkeypatch)
    work = begin()
    next(work)
    # One whose comment the worker holds in its hands at this moment, and one it comes to later.
    for number in (0, 4):
        person = keys().person_hash(f"p{number}@hants.example")
        assert forgetting.forget_person(person) == 1
        responses.forget_person(person)
        db.session.commit()
    list(work)
    assert counted() == {("new", "positive"): 3}
    left = set(db.session.scalars(select(Reading.response_id)))
    assert left == {response.id for response in there[1:4]}


def test_a_reading_whose_original_is_gone_is_carried_over_with_its_method_and_themes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = read_old(monkeypatch)
    for response in (there[0], there[4]):
        response.comment = None
    db.session.commit()
    work = begin()
    next(work)
    there[1].comment = None
    db.session.commit()
    list(work)
    assert counted() == {("old", "negative"): 3, ("new", "positive"): 2}
    themes = db.session.execute(select(MentionRow.theme, MentionRow.sentiment)).all()
    assert [tuple(row) for row in themes] == [("speed", "negative")] * 3
    told = db.session.scalars(select(Reading.told).where(Reading.method == "old")).all()
    assert told == [None] * 3


def test_what_a_worker_left_behind_is_read_by_the_next(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_old(monkeypatch)
    work = begin()
    # Its first claim is committed, and it dies with it.
    next(work)
    work.close()
    run(REREAD)
    assert counted() == {("new", "positive"): 5}


def test_opened_again_it_goes_on_and_for_another_method_it_begins_anew(app: Flask) -> None:
    first = editions.open_for("one")
    assert editions.open_for("one") == first
    second = editions.open_for("two")
    assert second > first
    assert not editions.switch(first)
    assert editions.switch(second)
    assert not editions.switch(second)
    db.session.commit()
    for _ in editions.clear_away():
        db.session.commit()
    assert db.session.scalars(select(ReadingEdition.id)).all() == [second]


def test_a_worker_with_another_method_leaves_an_edition_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_old(monkeypatch)
    editions.open_for("of the future")
    db.session.commit()
    assert rereading.oldest_due() is None
    assert run(REREAD) == 0
    assert counted() == {("old", "negative"): 5}


def test_without_an_open_edition_there_is_nothing_to_do(app: Flask) -> None:
    assert (run(REREAD), rereading.oldest_due()) == (0, None)


def test_what_failed_is_tried_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    read_as(monkeypatch, fail, "old")  # type: ignore[arg-type]
    make_response(comment="Well")
    db.session.commit()
    run(READ)
    assert counted() == {("old", "unread"): 1}
    read_as(monkeypatch, lambda *_, **__: understood("positive"), "old")
    list(begin())
    assert counted() == {("old", "positive"): 1}


def test_danger_that_was_told_of_is_not_told_of_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_as(monkeypatch, danger, "old")
    make_response(comment="danger")
    db.session.commit()
    run(READ)
    before = db.session.scalars(select(UrgentNotice)).one()
    before.sent_at = clock.now()
    uuid = before.uuid
    db.session.commit()
    read_as(monkeypatch, danger, "new")
    list(begin())
    after = db.session.scalars(select(UrgentNotice)).one()
    assert after.uuid == uuid
    assert after.sent_at is not None
