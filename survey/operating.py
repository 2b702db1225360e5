"""What the operator's machines ask: alive, ready, and how much is waiting since when."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from survey.comments import alerting
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.metrics import exposition
from survey.foundation.problems import Problem
from survey.foundation.separation import policies_bind
from survey.journey import JOURNEY
from survey.partnership.directory import NotLoaded, directory

probes = Blueprint("probes", __name__)

# Whether the database itself keeps partners apart; SQLite has nothing for that.
ROW_SECURITY = {True: "in force", False: "not in force", None: "none"}
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@probes.get("/healthz")
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="alive")


@probes.get("/readyz")
def readyz() -> Response:
    """The database answers and is up to date; and how old the oldest due work of each step is."""
    try:
        db.session.execute(text("SELECT 1"))
        wanted, present = _revisions()
        if wanted != present:
            raise Problem(503, "Not ready", "The database is not up to date: run `survey upgrade`.")
        directory()  # Raises where none is loaded: nothing could be taken in.
        return jsonify(
            status="ready", oldest_due_seconds=_ages(), row_security=ROW_SECURITY[policies_bind()]
        )
    except SQLAlchemyError as error:
        raise Problem(503, "Not ready", "The database does not answer.") from error


@probes.get("/metrics")
def metrics() -> Response:
    """Counters of all processes, and the age of the oldest due work, for Prometheus."""
    return Response(exposition() + _gauges().encode(), content_type=PROMETHEUS)


def _gauges() -> str:
    lines = ["# TYPE survey_oldest_due_seconds gauge"]
    # The counters are worth having even while the database cannot be asked.
    with suppress(NotLoaded, SQLAlchemyError):
        lines += [f'survey_oldest_due_seconds{{step="{k}"}} {age}' for k, age in _ages().items()]
        lines += ["# TYPE survey_urgent_unsent gauge"]
        lines += [
            f'survey_urgent_unsent{{partner="{k}"}} {n}' for k, n in alerting.unsent().items()
        ]
    return "\n".join([*lines, ""])


def _ages() -> dict[str, float]:
    now = clock.now()
    return {s.step.name: _age(s.step.oldest_due(), now) for s in JOURNEY}


def _age(since: datetime | None, now: datetime) -> float:
    return round((now - since).total_seconds(), 1) if since else 0.0


def _revisions() -> tuple[Any, Any]:
    config = current_app.extensions["migrate"].migrate.get_config()
    context = MigrationContext.configure(db.session.connection())
    return ScriptDirectory.from_config(config).get_current_head(), context.get_current_revision()
