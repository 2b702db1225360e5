"""Answers sent while the database goes away for a moment: stored once, and nobody told otherwise.

The connections are really dropped; where one must break in the middle, the driver is made to say so
right after the statement was committed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Timer
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.foundation.clock import now
from survey.foundation.database import db
from survey.responses.model import Hold
from tests.responses.answering import asked, drop_connections, filled, hidden_field, responses

pytestmark = [
    pytest.mark.usefixtures("partnership"),
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]


@contextmanager
def away_for(seconds: float, url: str) -> Iterator[None]:
    """The database drops all connections, and takes none for so long."""
    db.session.remove()
    drop_connections(url, allow=False)
    back = Timer(seconds, lambda: drop_connections(url, allow=True))
    back.start()
    try:
        yield
    finally:
        back.join()


@pytest.fixture
def url(app: Flask) -> str:
    """The address of the database."""
    address: str = app.config["SQLALCHEMY_DATABASE_URI"]
    return address


def once_inserted(monkeypatch: pytest.MonkeyPatch, happens: Any) -> None:
    """Have something happen right after the next INSERT of an answer has been committed."""
    execute, done = psycopg.Connection.execute, Event()

    def run(self: Any, query: Any, *given: Any, **more: Any) -> Any:
        result = execute(self, query, *given, **more)
        if str(query).startswith("INSERT INTO response") and not done.is_set():
            done.set()
            happens()
        return result

    monkeypatch.setattr(psycopg.Connection, "execute", run)


def test_while_the_database_starts_anew_an_answer_waits_for_it(
    client: FlaskClient, url: str
) -> None:
    token = asked()
    form = filled(client, token, rating="2")
    with away_for(1, url):
        assert client.post(f"/a/{token}", data=form).status_code == 303
    assert len(responses()) == 1


def test_an_answer_stored_when_the_connection_broke_is_thanked_for_and_there_once(
    client: FlaskClient, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, back = asked(), Timer(1, lambda: drop_connections(url, allow=True))
    form = filled(client, token, rating="2")

    def broken() -> None:
        drop_connections(url, allow=False)
        back.start()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    once_inserted(monkeypatch, broken)
    assert client.post(f"/a/{token}", data=form).status_code == 303
    back.join()
    assert len(responses()) == 1


def test_what_is_stored_is_thanked_for_though_it_cannot_be_looked_at_more_closely(
    client: FlaskClient, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = asked()
    form = filled(client, token, rating="2")
    once_inserted(monkeypatch, lambda: drop_connections(url, allow=False))
    # Of what is sent by such a program it is looked how many links it answers.
    answer = client.post(f"/a/{token}", data=form, headers={"User-Agent": "curl/8.5.0"})
    drop_connections(url, allow=True)
    assert answer.status_code == 303
    assert len(responses()) == 1


def test_what_a_machine_sent_too_fast_is_held_however_long_the_database_kept_it_waiting(
    client: FlaskClient, url: str
) -> None:
    token = asked()
    with time_machine.travel(now() - timedelta(seconds=1)):
        form = {"form_nonce": hidden_field(client.get(f"/a/{token}").text), "rating": "5"}
    with away_for(2, url):
        assert client.post(f"/a/{token}", data=form).status_code == 303
    assert db.session.scalars(select(Hold.signs)).all() == [["too_fast"]]
