"""All comments as CSV over HTTP, beside the same rows bare, and what memory that takes.

Bare is a COPY on PostgreSQL, and the plain driver's cursor on SQLite: either gives what is stored,
sealed, and does nothing with it. Ours opens each comment and writes a line of all it is about.
"""

import http.client
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import psycopg
from flask import Flask

from benchmarks import many
from benchmarks.asking import key, memory, serving
from benchmarks.deployment import Deployment
from benchmarks.tables import print_table
from benchmarks.turns import spread
from survey.foundation.database import db
from survey.partnership.directory import directory
from survey.reports.periods import Period, parse
from survey.reports.query import ANSWERED, FiguresQuery
from survey.reports.said.every import every
from survey.reports.said.query import CommentsQuery

COMMENTS, ROUNDS = 300_000, 5
AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Exported:
    """Lines of the whole; seconds in each round; peak MiB of the workers, after a tenth and all."""

    lines: int
    bare: Sequence[float]
    ours: Sequence[float]
    after_a_tenth: float
    after_all: float


def export(made: Deployment, app: Flask, responses: int) -> Exported:
    """Measure on a deployment of so many responses."""
    whole, tenth = (_last_months(responses, part) for part in (1.0, 0.1))
    read_bare = _bare(made, app, whole)
    with serving(made, "survey", "web", "--port") as (port, process):
        ours = partial(_export, port, key(app, "comments:read"))
        ours(tenth)
        small = max(memory(process, "VmHWM"))
        lines, rounds = 0, []
        for _ in range(ROUNDS):
            bare = read_bare()
            started = time.perf_counter()
            lines = ours(whole)
            rounds.append((bare, time.perf_counter() - started))
        bare_seconds, our_seconds = zip(*rounds, strict=True)
        return Exported(lines, bare_seconds, our_seconds, small, max(memory(process, "VmHWM")))


def _last_months(responses: int, part: float) -> str:
    """The period of as many months as hold that part of the comments, at least one."""
    a_month = responses / 3 / len(many.MONTHS)
    months = many.MONTHS[-max(1, min(len(many.MONTHS), round(part * COMMENTS / a_month))) :]
    return f"{months[0]}..{months[-1]}"


def _export(port: int, secret: str, period: str) -> int:
    """Ask for the comments of a period; how many lines came."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {secret}"}
    connection.request("GET", f"/api/v1/comments?period={period}&format=csv", headers=headers)
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"comments: {answer.status}")
    lines = 0
    while part := answer.read(AT_ONCE):
        lines += part.count(b"\n")
    connection.close()
    return lines


def _bare(made: Deployment, app: Flask, period: str) -> Callable[[], float]:
    """What reads the same rows bare, and tells the seconds."""
    statement = _statement(app, parse(period))
    if made.plain_database.startswith("sqlite"):
        database = made.plain_database.removeprefix("sqlite:///")
        return partial(_timed, partial(_cursor, database, statement))
    return partial(_timed, partial(_copy, made.plain_database, statement))


def _statement(app: Flask, period: Period) -> str:
    with app.app_context():
        question = CommentsQuery(FiguresQuery(period, cohort=ANSWERED))
        compiled = every(question, None, directory()).compile(
            db.engine, compile_kwargs={"literal_binds": True}
        )
        db.session.remove()
        db.engine.dispose()
    return str(compiled)


def _timed(read: Callable[[], None]) -> float:
    started = time.perf_counter()
    read()
    return time.perf_counter() - started


def _copy(database: str, statement: str) -> None:
    copy = f"COPY ({statement}) TO STDOUT".encode()
    with psycopg.connect(database) as connection, connection.cursor().copy(copy) as rows:
        for _ in rows:
            pass


def _cursor(database: str, statement: str) -> None:
    connection = sqlite3.connect(database)
    for _ in connection.execute(statement):
        pass
    connection.close()


def print_exported(kind: str, exported: Exported) -> None:
    """Print the table."""
    ratios = [ours / bare for ours, bare in zip(exported.ours, exported.bare, strict=True)]
    print_table(
        f"{exported.lines - 1:,} comments as CSV, {kind}: {ROUNDS} rounds",
        ("", "median", "from", "to"),
        [
            ("the same rows bare, seconds", *spread(exported.bare, ".2f")),
            ("CSV over HTTP, seconds", *spread(exported.ours, ".2f")),
            ("CSV/bare, within each round", *spread(ratios, ".2f")),
        ],
    )
    print(
        f"Peak memory of the worker, MiB: {exported.after_a_tenth:.1f} after a tenth of them, "
        f"{exported.after_all:.1f} after all, {ROUNDS} times\n",
        flush=True,
    )
