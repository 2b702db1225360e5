"""Two workers, one or the other killed again and again, against a server that refuses and drops.

Every reason for not asking is mixed in. `KILLING_CLOSURES=10000 pytest` this file for the whole
measure; the suite tries a smaller one. Kills come by what has arrived and not by the clock, and a
dead worker's claim is not waited for but made to have passed, once all are dead.
"""

import itertools
import os
import signal
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, or_, select

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import db
from survey.invitations import claiming
from survey.invitations.model import Invitation, Person
from tests.build import make_closure, make_person
from tests.invitations.test_killing import until, working
from tests.post.server import Desk, serving

CLOSURES = int(os.environ.get("KILLING_CLOSURES", "48"))
CONNECTIONS = 2
KINDS = 8
QUIET_SECONDS = 3.0


class HardDesk(Desk):
    """Refuses who is gone, puts off every seventeenth, hangs up on every twenty-third."""

    def __init__(self) -> None:
        super().__init__(pipelining=True)
        self.rcpts, self.mails = itertools.count(1), itertools.count(1)

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if next(self.mails) % 23 == 0:
            self.hang_up_at = {"MAIL"}
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address.startswith("gone"):
            return "550 5.1.1 no such user"
        if next(self.rcpts) % 17 == 0:
            return "450 4.2.0 later"
        return await super().handle_RCPT(server, session, envelope, address, options)


def make_mixed(number: int) -> None:
    """One closure: half are asked, of the others each for a reason of its own."""
    kind, address = number % KINDS, f"p{number}@hants.example"
    if kind < 3:
        make_closure(email=address)
    elif kind == 3:
        make_closure(email=f"gone{number}@hants.example")
    elif kind == 4:
        make_closure(email=None)
    elif kind == 5:
        # The same person as three before: within the quiet period.
        make_closure(email=f"p{number - 3}@hants.example")
    elif kind == 6:
        make_closure(email=address, closed_at=clock.now() - timedelta(days=40))
    else:
        make_person(address, opted_out_at=clock.now())
        make_closure(email=address)


def left() -> int:
    """Closures not decided, invitations neither sent nor refused, letters to be sent again."""
    unsent = Invitation.asked & Invitation.sent_at.is_(None) & Invitation.refused_at.is_(None)
    again = Invitation.sent_at.is_not(None) & Invitation.next_attempt_at.is_not(None)
    undecided = select(func.count(Closure.id)).where(Closure.taken_up_at.is_(None))
    waiting = select(func.count(Invitation.id)).where(or_(unsent, again))
    found = (db.session.scalar(undecided) or 0) + (db.session.scalar(waiting) or 0)
    db.session.rollback()
    return found


def let_time_pass() -> None:
    """What the dead held is free, and what was put off is due."""
    claiming.note(Invitation.claimed_by.is_not(None), claimed_until=clock.now())
    claiming.note(Invitation.next_attempt_at > clock.now(), next_attempt_at=clock.now())
    db.session.commit()


def until_arrived(desk: Desk, letters: int, workers: list[subprocess.Popen[bytes]]) -> None:
    """So many letters have arrived, or the workers find nothing more to do.

    They find nothing either where all that is left is claimed by the dead: those claims run out
    only after a minute, which is not waited for.
    """
    seen, since = len(desk.received), time.monotonic()

    def over() -> bool:
        nonlocal seen, since
        if len(desk.received) > seen:
            seen, since = len(desk.received), time.monotonic()
        quiet = time.monotonic() - since > QUIET_SECONDS and not free()
        return seen >= letters or quiet or all(w.poll() is not None for w in workers)

    until(over)


def free() -> int:
    """Closures not decided, and letters that are due and nobody's."""
    now = clock.now()
    due = Invitation.next_attempt_at <= now
    nobodys = or_(Invitation.claimed_until.is_(None), Invitation.claimed_until <= now)
    unfinished = Invitation.asked & Invitation.refused_at.is_(None)
    undecided = select(func.count(Closure.id)).where(Closure.taken_up_at.is_(None))
    waiting = select(func.count(Invitation.id)).where(unfinished, due, nobodys)
    found = (db.session.scalar(undecided) or 0) + (db.session.scalar(waiting) or 0)
    db.session.rollback()
    return found


def work_and_be_killed(app: Flask, desk: Desk, letters: int) -> int:
    """Two workers; each is killed in turn after so many letters, and in the end both; how often."""
    with ExitStack() as stack:

        def start() -> subprocess.Popen[bytes]:
            return stack.enter_context(working(app))

        workers = [start(), start()]
        for turn in (0, 1):
            until_arrived(desk, len(desk.received) + letters, workers)
            workers[turn].send_signal(signal.SIGKILL)
            workers[turn].wait()
            workers[turn] = start()
        until_arrived(desk, len(desk.received) + letters, workers)
    return 4


@pytest.mark.usefixtures("partnership")
def test_however_often_workers_are_killed_everybody_is_asked_once(app: Flask) -> None:
    for number in range(CLOSURES):
        make_mixed(number)
    db.session.commit()
    desk, kills = HardDesk(), 0
    app.config["SURVEY_MAIL_CONNECTIONS"] = CONNECTIONS
    with serving(desk) as port:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        while left():
            kills += work_and_be_killed(app, desk, max(CLOSURES // 20, 8))
            let_time_pass()
    assert_every_closure_has_one_decision()
    assert_everybody_asked_got_one_letter(desk, kills * CONNECTIONS)


def assert_every_closure_has_one_decision() -> None:
    reasons = dict(
        db.session.execute(
            select(Invitation.reason, func.count()).group_by(Invitation.reason)
        ).all()
    )
    each = CLOSURES // KINDS
    assert sum(reasons.values()) == CLOSURES
    assert reasons == {
        None: 4 * each,
        "no_address": each,
        "quiet_period": each,
        "too_old": each,
        "opted_out": each,
    }


def assert_everybody_asked_got_one_letter(desk: Desk, repeats: int) -> None:
    asked = select(Invitation).where(Invitation.asked)
    rows = db.session.scalars(asked).all()
    assert len({row.person_id for row in rows}) == len(rows)
    sent = {f"<{row.uuid}@survey.test>" for row in rows if row.sent_at and not row.refused_at}
    letters = Counter(message_from_bytes(mail)["Message-ID"] for mail in desk.received)
    assert set(letters) == sent
    assert len(set(desk.receivers)) == len(sent)
    assert sum(letters.values()) - len(sent) <= repeats
    assert sum(row.refused_at is not None for row in rows) == CLOSURES // KINDS
    refused = select(func.count(Person.id)).where(Person.bounced_at.is_not(None))
    assert db.session.scalar(refused) == CLOSURES // KINDS
    held = or_(Invitation.claimed_by.is_not(None), Invitation.claimed_until.is_not(None))
    assert db.session.scalar(select(func.count(Invitation.id)).where(held)) == 0
