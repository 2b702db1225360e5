"""Real processes that read all again, killed half-way: nothing lost, doubled or seen by halves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from survey.comments import forgetting, reading
from survey.comments.counted import current_readings
from survey.comments.model import MentionRow, Reading, ReadingEdition
from survey.comments.understanding import METHOD
from survey.foundation.database import db, table_of
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from survey.responses import forgetting as responses
from survey.responses.model import Response
from tests.build import make_closure, make_invitation, make_response
from tests.processes import PATIENCE, wait_until

pytestmark = pytest.mark.usefixtures("partnership")
READ = Step("read", reading.read_comments, reading.oldest_due)
COMMENTS = 400


def plant() -> None:
    """Many answers by one person, one by Jo, all read by today's method."""
    first = make_response(comment="Good")
    row = {
        column.name: getattr(first, column.name)
        for column in table_of(Response).columns
        if column.name not in ("id", "uuid")
    }
    many = [row | {"nonce": f"many-{number}"} for number in range(COMMENTS - 2)]
    db.session.execute(insert(Response), many)
    make_response(make_invitation(make_closure(email="jo@hants.example")), comment="Good")
    db.session.commit()
    run(READ)


@contextmanager
def rereading(app: Flask) -> Iterator[subprocess.Popen[bytes]]:
    config = app.config
    settings = {
        "SURVEY_DATABASE_URL": config["SQLALCHEMY_DATABASE_URI"],
        "SURVEY_SECRET_KEY": "a-secret-for-tests-that-is-long-enough",
        "SURVEY_DATA_KEY": "a-data-key-for-tests-that-is-long-enough",
        **{name: config[name] for name in ("SURVEY_PUBLIC_URL", "SURVEY_MAIL_URL")},
        "SURVEY_MAIL_FROM": config["SURVEY_MAIL_FROM"],
    }
    command = [sys.executable, "-m", "tests.comments.worker", "comments", "reread"]
    process = subprocess.Popen(
        [*command, "--processes", "2"],
        env=os.environ | settings,
        start_new_session=True,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stderr:
            process.stderr.close()


def current() -> dict[str, int]:
    """How many readings count, by method."""
    rows = db.session.execute(
        select(Reading.method, func.count()).where(current_readings()).group_by(Reading.method)
    )
    found = {row[0]: row[1] for row in rows}
    db.session.rollback()
    return found


def read_again() -> int:
    slow = select(func.count(Reading.id)).where(Reading.method == "slow")
    found = db.session.scalar(slow) or 0
    db.session.rollback()
    return found


def members_of(parent: int) -> list[int]:
    """The processes that a process has begun."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def test_killed_half_way_it_goes_on_and_changes_over_whole(app: Flask) -> None:
    plant()
    with rereading(app) as first:
        wait_until(lambda: read_again() > 20, "some readings")
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    left = read_again()
    assert 20 < left < COMMENTS
    assert current() == {METHOD: COMMENTS}
    jo = keys().person_hash("jo@hants.example")
    assert forgetting.forget_person(jo) == 1
    responses.forget_person(jo)
    make_response(comment="Late")
    db.session.commit()
    run(READ)
    with rereading(app) as second:
        wait_until(lambda: read_again() > left + 20, "more readings")
        os.kill(members_of(second.pid)[0], signal.SIGKILL)
        assert current() == {METHOD: COMMENTS}
        assert second.wait(PATIENCE) == 0
    assert current() == {"slow": COMMENTS}
    # One each, and nothing of the old edition.
    assert db.session.scalar(select(func.count(Reading.id))) == COMMENTS
    assert db.session.scalar(select(func.count(Reading.response_id.distinct()))) == COMMENTS
    assert db.session.scalar(select(func.count(MentionRow.id))) == COMMENTS
    assert db.session.scalar(select(func.count(ReadingEdition.id))) == 1


def test_interrupted_it_finishes_what_it_holds_and_says_how_to_go_on(app: Flask) -> None:
    plant()
    with rereading(app) as process:
        assert process.stderr is not None
        wait_until(lambda: read_again() > 5, "some readings")
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE) == 1
        said = process.stderr.read().decode()
    assert said == "Error: stopped before all was read: run it again to go on\n"
    assert current() == {METHOD: COMMENTS}


def test_when_it_is_killed_the_processes_it_began_end_too(app: Flask) -> None:
    plant()
    with rereading(app) as process:
        wait_until(lambda: read_again() > 5, "some readings")
        members = members_of(process.pid)
        assert len(members) == 2
        process.kill()
        process.wait()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in members), "the end")
    assert current() == {METHOD: COMMENTS}
    assert read_again() < COMMENTS
