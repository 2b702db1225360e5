"""Waiting for a database: only for one that may come back, and not by all threads at once."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import psycopg
import pytest

from survey.foundation.patience import MOST_WAITING, patiently

AWAY = psycopg.OperationalError("away")


def test_where_enough_wait_the_next_is_told_at_once() -> None:
    all_wait, back = Barrier(MOST_WAITING + 1), Event()

    def wait() -> str:
        tried = iter((AWAY, None))

        def work() -> str:
            error = next(tried)
            if error:
                raise error
            all_wait.wait()
            back.wait()
            return "done"

        return patiently(work)

    with ThreadPoolExecutor(MOST_WAITING) as threads:
        waiting = [threads.submit(wait) for _ in range(MOST_WAITING)]
        all_wait.wait()
        assert tries_of(AWAY) == 1
        back.set()
    assert [done.result() for done in waiting] == ["done"] * MOST_WAITING


def test_nobody_waits_for_what_is_no_outage_of_a_server() -> None:
    assert tries_of(sqlite3.OperationalError("unable to open database file")) == 1
    assert tries_of(psycopg.errors.CheckViolation("rating_in_range")) == 1


def tries_of(error: Exception) -> int:
    """How often work that fails like this is tried."""
    tries = 0

    def work() -> None:
        nonlocal tries
        tries += 1
        raise error

    with pytest.raises(type(error)):
        patiently(work)
    return tries
