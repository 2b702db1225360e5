"""Storing under pressure: two at once, months by the local clock, nothing readable on the disk."""

from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from survey.foundation.database import db
from tests.responses.answering import asked, filled, responses

pytestmark = pytest.mark.usefixtures("partnership")
AT_ONCE = 6


def test_one_form_sent_by_many_clients_at_once_is_one_response(
    app: Flask, client: FlaskClient
) -> None:
    token = asked()
    form = filled(client, token, rating="5", comment="At once")
    start = Barrier(AT_ONCE)

    def send(_: int) -> int:
        start.wait()
        return app.test_client().post(f"/a/{token}", data=form).status_code

    with ThreadPoolExecutor(AT_ONCE) as clients:
        assert list(clients.map(send, range(AT_ONCE))) == [303] * AT_ONCE
    assert len(responses()) == 1


def test_forms_of_many_people_at_once_are_all_stored(app: Flask, client: FlaskClient) -> None:
    forms = [(token, filled(client, token, rating="3")) for token in [asked() for _ in range(12)]]
    start = Barrier(AT_ONCE)

    def send(number: int) -> list[int]:
        start.wait()
        mine = app.test_client()
        return [mine.post(f"/a/{t}", data=f).status_code for t, f in forms[number::AT_ONCE]]

    with ThreadPoolExecutor(AT_ONCE) as clients:
        statuses = list(chain.from_iterable(clients.map(send, range(AT_ONCE))))
    assert statuses == [303] * len(forms)
    assert len(responses()) == len(forms)


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2026-06-30T22:59:59+00:00", "2026-06"),
        ("2026-06-30T23:00:00+00:00", "2026-07"),
        ("2026-12-31T23:59:59+00:00", "2026-12"),
    ],
)
def test_an_answer_belongs_to_the_month_on_the_partnerships_calendar(
    client: FlaskClient, moment: str, month: str
) -> None:
    with time_machine.travel(moment, tick=False):
        token = asked()
        client.post(f"/a/{token}", data=filled(client, token, rating="5"))
    (stored,) = responses()
    assert stored.answered_month == month


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_word_of_a_comment_is_readable_in_the_database_file(
    app: Flask, client: FlaskClient
) -> None:
    token = asked(reference="READABLE-REFERENCE")
    form = filled(client, token, rating="2", comment="Unmistakable marmalade")
    client.post(f"/a/{token}", data=form)
    db.session.remove()
    file = Path(str(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database))
    disk = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert b"READABLE-REFERENCE" in disk
    assert b"marmalade" not in disk
    assert token.encode() not in disk
