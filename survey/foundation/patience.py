"""Patience with a database that has just gone away: what was begun is tried again for a moment.

Where a connection breaks after a statement was sent, nobody can tell whether it reached the disk;
whoever asks for the same again learns it. So a restart of the database is noticed by nobody who was
just sending, and hardly anybody is told to send again what is stored already.
"""

import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from survey.foundation.straight import DATABASE_AWAY, POSTGRESQL_SAYS

T = TypeVar("T")

# A server that was killed and started again has recovered by then; people wait this long.
SECONDS = 5.0
TRIED_EVERY = 0.2
# Of the threads of a web process (`survey.app.THREADS`): the others still answer, if only this.
MOST_WAITING = 6
_places = BoundedSemaphore(MOST_WAITING)


def patiently(work: Callable[[], T]) -> T:
    """Do `work`, and again while PostgreSQL is away, for SECONDS at most.

    `work` must bear being done again: each time may have reached the disk. Where MOST_WAITING wait
    already, and on SQLite, which waits for its own locks, it is done once.

    Raises:
        DATABASE_AWAY: any of these, from the last time it was tried.
    """
    end = time.monotonic() + SECONDS
    try:
        return work()
    except DATABASE_AWAY as error:
        if not _may_pass(error) or not _places.acquire(blocking=False):
            raise
    try:
        return _until(end, work)
    finally:
        _places.release()


def _until(end: float, work: Callable[[], T]) -> T:
    while True:
        time.sleep(TRIED_EVERY)
        try:
            return work()
        except DATABASE_AWAY:
            if time.monotonic() > end:
                raise


def _may_pass(error: Exception) -> bool:
    said = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(said, POSTGRESQL_SAYS)
