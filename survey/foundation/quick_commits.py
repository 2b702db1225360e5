"""Commits that do not wait for the disk, for steps that note down one small thing after another.

A commit usually waits until the disk has it, for milliseconds. A note such as "this letter went
out" must survive a killed process, and it does; that a loss of power may take back the last few of
them, so that a letter goes out again with the same Message-ID, is the price (see
`docs/decisions/0008-notes-of-sending-do-not-wait-for-the-disk.md`). The whole database is as sound
afterwards as ever: only what was committed last may be missing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from survey.foundation.database import db

QUICK = {"postgresql": "SET synchronous_commit = off", "sqlite": "PRAGMA synchronous = NORMAL"}
USUAL = {"postgresql": "RESET synchronous_commit", "sqlite": "PRAGMA synchronous = FULL"}


@contextmanager
def quick_commits() -> Iterator[Callable[[], None]]:
    """Gives what to call where a transaction of the session begins that need not wait.

    All of them go over one connection, which gets its usual ways back in the end.
    """
    with db.engine.connect() as connection:
        _tell(connection, QUICK)
        try:
            yield lambda: _join(connection)
        finally:
            _put_back(connection)


def _put_back(connection: Connection) -> None:
    """Give it its usual ways; what an exception left undone on it is undone first."""
    try:
        if connection.in_transaction():
            db.session.rollback()
        _tell(connection, USUAL)
    except Exception:
        # It is gone, or nobody knows its state: the pool makes another.
        connection.invalidate()


def _tell(connection: Connection, words: dict[str, str]) -> None:
    # Past SQLAlchemy, which would begin a transaction for it.
    driver: Any = connection.connection.driver_connection
    driver.execute(words[connection.dialect.name])


def _join(connection: Connection) -> None:
    """A transaction that the session has begun already simply waits for the disk."""
    if not db.session().in_transaction():
        db.session.connection(bind_arguments={"bind": connection})
