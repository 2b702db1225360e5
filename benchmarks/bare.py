"""The plainest Flask app that does the same work: what the service is measured against.

One route says hello, one stores a row as wide as an answer by a single INSERT through the plain
driver, in autocommit, each thread on a connection that it keeps. It reads no form and checks
nothing. It runs in the very gunicorn that `survey web` runs in, with the same settings.
"""

import json
import sqlite3
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from flask import Flask

from survey.web import WORKERS, Web

COMMENT = b"c" * 248

COLUMNS = {
    "uuid": "VARCHAR(32)",
    "invitation_id": "INTEGER",
    "nonce": "VARCHAR(32)",
    "questionnaire": "VARCHAR(40)",
    "version": "INTEGER",
    "language": "VARCHAR(20)",
    "rating": "INTEGER",
    "ease": "INTEGER",
    "resolved": "VARCHAR(10)",
    "answers": "JSON",
    "comment": "BLOB",
    "texts": "BLOB",
    "answered_at": "TIMESTAMP",
    "answered_month": "VARCHAR(7)",
}

Execute = Callable[[str, Mapping[str, Any]], object]


def connect(database: str) -> Execute:
    """A connection in autocommit, as durable as the service's own; gives what executes on it."""
    if not database.startswith("sqlite:///"):
        return psycopg.connect(database, autocommit=True).execute
    connection = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection.execute


def create_table(database: str) -> None:
    """Make the table that the route writes to."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    key = "id INTEGER PRIMARY KEY"
    if not database.startswith("sqlite"):
        key = "id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        columns = columns.replace("BLOB", "BYTEA")
    connect(database)(f"CREATE TABLE bare_answer ({key}, {columns})", {})


def _insert(database: str) -> str:
    mark = ":{}" if database.startswith("sqlite") else "%({})s"
    values = ", ".join(mark.format(name) for name in COLUMNS)
    return f"INSERT INTO bare_answer ({', '.join(COLUMNS)}) VALUES ({values})"


def _row() -> dict[str, Any]:
    uuid = uuid4().hex
    return {
        "uuid": uuid,
        "invitation_id": 1,
        "nonce": uuid,
        "questionnaire": "default",
        "version": 1,
        "language": "en",
        "rating": 4,
        "ease": 4,
        "resolved": "yes",
        "answers": json.dumps({}),
        "comment": COMMENT,
        "texts": None,
        "answered_at": datetime.now(UTC).isoformat(),
        "answered_month": "2026-11",
    }


def create_app(database: str) -> Flask:
    """The app with its two routes."""
    app = Flask("bare")
    kept = threading.local()
    statement = _insert(database)

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.post("/insert")
    def insert() -> str:
        if not hasattr(kept, "execute"):
            kept.execute = connect(database)
        kept.execute(statement, _row())
        return "stored"

    return app


class Bare(Web):
    """The service's own gunicorn around the bare app."""

    def __init__(self, port: int, database: str) -> None:
        self.database = database
        super().__init__("127.0.0.1", port, WORKERS)

    def load(self) -> Flask:
        """The app, made in each worker."""
        return create_app(self.database)


if __name__ == "__main__":
    Bare(int(sys.argv[1]), sys.argv[2]).run()
