"""Real worker processes on one database, one of them killed in mid-work: nothing lost or doubled.

The mail server is slow, so that the kill comes while a letter may be on the wire; a claim's minute
is not waited for but made to have passed.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import db
from survey.invitations import claiming
from survey.invitations.model import Invitation
from tests.build import make_closure
from tests.post.server import Desk, serving

PATIENCE = 120


class SlowDesk(Desk):
    """Takes its time over every letter until `slow` is unset."""

    slow = True

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(0.3 * self.slow)
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def working(app: Flask) -> Iterator[subprocess.Popen[bytes]]:
    config = app.config
    settings = {
        "SURVEY_DATABASE_URL": config["SQLALCHEMY_DATABASE_URI"],
        "SURVEY_SECRET_KEY": "a-secret-for-tests-that-is-long-enough",
        "SURVEY_DATA_KEY": "a-data-key-for-tests-that-is-long-enough",
        **{name: config[name] for name in ("SURVEY_PUBLIC_URL", "SURVEY_MAIL_URL")},
        "SURVEY_MAIL_FROM": config["SURVEY_MAIL_FROM"],
        "SURVEY_MAIL_CONNECTIONS": str(config["SURVEY_MAIL_CONNECTIONS"]),
    }
    command = [sys.executable, "-m", "tests.invitations.worker"]
    process = subprocess.Popen(command, env=os.environ | settings)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def held_by() -> set[str]:
    names = {name for name in db.session.scalars(select(Invitation.claimed_by)) if name}
    # On SQLite, even a look takes the lock that the workers wait for.
    db.session.rollback()
    return names


@pytest.mark.usefixtures("partnership")
def test_a_worker_killed_between_two_mails_loses_none_and_repeats_at_most_one(app: Flask) -> None:
    # More than one worker claims at once.
    people = claiming.BATCH + 30
    older = clock.now() - timedelta(days=8)
    for n in range(people):
        make_closure(email=f"p{n}@hants.example")
        make_closure(email=f"p{n}@hants.example", closed_at=older)
        make_closure(email=None)
    db.session.commit()
    desk = SlowDesk()
    with serving(desk) as port:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        app.config["SURVEY_MAIL_CONNECTIONS"] = 1
        with working(app) as first:
            until(lambda: desk.received)
            (doomed,) = held_by()
            with working(app) as second:
                until(lambda: desk.connects == 2)
                together = len(desk.received)
                until(lambda: len(desk.received) > together + 6)
                assert first.poll() is None
                first.send_signal(signal.SIGKILL)
                first.wait()
                claiming.note(Invitation.claimed_by == doomed, claimed_until=clock.now())
                db.session.commit()
                desk.slow = False
                assert second.wait(PATIENCE) == 0
    assert_everybody_was_asked_once(desk, people)


def assert_everybody_was_asked_once(desk: Desk, people: int) -> None:
    sent = db.session.scalars(select(Invitation.uuid).where(Invitation.sent_at.is_not(None))).all()
    letters = Counter(message_from_bytes(mail)["Message-ID"] for mail in desk.received)
    assert set(letters) == {f"<{uuid}@survey.test>" for uuid in sent}
    assert len(letters) == len(set(desk.receivers)) == people
    assert sum(letters.values()) - people <= 1
    reasons = db.session.execute(
        select(Invitation.reason, func.count()).group_by(Invitation.reason)
    )
    assert dict(reasons.all()) == {None: people, "quiet_period": people, "no_address": people}
    assert db.session.scalar(select(func.count(Closure.id))) == 3 * people
    assert held_by() == set()
