"""Commits that do not wait for the disk: only where asked for, and never left behind."""

import pytest
from flask import Flask
from sqlalchemy import text

from survey.foundation.database import db
from survey.foundation.quick_commits import quick_commits


def waits() -> bool:
    """Whether a commit of the session's transaction waits for the disk."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    said = db.session.scalar(text("PRAGMA synchronous" if on_sqlite else "SHOW synchronous_commit"))
    db.session.rollback()
    return said in (2, "on")


def test_a_commit_waits_unless_it_was_begun_as_quick(app: Flask) -> None:
    with quick_commits() as begin:
        begin()
        assert not waits()
        assert waits()
        begin()
        assert not waits()
    assert waits()


def test_the_connection_gets_its_ways_back_after_an_error(app: Flask) -> None:
    def work() -> None:
        with quick_commits() as begin:
            begin()
            db.session.execute(text("SELECT 1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    for _ in range(3):
        assert waits()


def test_what_was_noted_is_committed_by_the_session(app: Flask) -> None:
    with quick_commits() as begin:
        begin()
        db.session.execute(text("CREATE TABLE noted (n INTEGER)"))
        db.session.execute(text("INSERT INTO noted VALUES (1)"))
        db.session.commit()
    assert db.session.scalar(text("SELECT count(*) FROM noted")) == 1
    db.session.rollback()


def test_a_transaction_begun_already_goes_on_as_it_is(app: Flask) -> None:
    with quick_commits() as begin:
        db.session.execute(text("SELECT 1"))
        begin()
        assert waits()
