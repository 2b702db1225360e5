"""The peer as a service: django-survey-and-report, as its documentation says, for production.

It gets an environment of its own, in a folder that is removed: its package is named `survey` as
ours is, so the two can never share one. It gets whatever makes it fast without making it another
product: the same gunicorn and driver as ours, in the same versions, with connections that are kept,
and the same PostgreSQL, or an SQLite as durable as ours.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, create_engine, make_url, text

from benchmarks.deployment import Deployment, free_port, kept_running
from benchmarks.load import wait_for
from survey.app import THREADS
from survey.foundation.clock import now
from survey.questionnaire.questions import FALLBACK_LANGUAGE, Question
from survey.questionnaire.shipped import current
from survey.web import WORKERS

SITE = Path(__file__).with_name("peer_site")
PEER = "django-survey-and-report==1.5.0"
# The newest that runs on Python 3.11; the peer itself takes any below 7.
DJANGO = "Django==5.2.19"
DATABASE = "peer"
SURVEY = 1
PAGE = f"/survey/{SURVEY}/"
KINDS = {"comment": "text"}
CHOSEN = "radio"


class NotFetched(Exception):
    """The package index did not give it."""


@dataclass(frozen=True)
class Peer:
    """The peer, ready to run: its environment's programs, its variables, and its database."""

    programs: Path
    environment: dict[str, str]
    database: URL
    folder: Path

    def django(self, *arguments: str) -> None:
        """Run one of Django's commands to its end."""
        command = [str(self.programs / "django-admin"), *arguments]
        settings = ["--pythonpath", str(SITE), "--settings", "settings"]
        subprocess.run(command + settings, env=self.environment, check=True, capture_output=True)

    def stored(self) -> tuple[int, int]:
        """How many people's answers there are, and how many answers to single questions."""
        engine = create_engine(self.database)
        with engine.connect() as connection:
            people, answers = (
                connection.scalar(text(f"SELECT count(*) FROM {table}"))
                for table in ("survey_response", "survey_answer")
            )
        engine.dispose()
        return people, answers


def fetch(folder: Path) -> Path:
    """Make the peer's environment in this folder; where its programs are.

    Raises:
        NotFetched: with the last that pip said.
    """
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    ours = [f"{name}=={version(name)}" for name in ("gunicorn", "psycopg", "psycopg-binary")]
    options = ["--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    done = subprocess.run(
        [str(folder / "bin" / "pip"), "install", *options, PEER, DJANGO, *ours],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotFetched((done.stderr.strip() or "pip failed").splitlines()[-1])
    return folder / "bin"


def set_up(programs: Path, made: Deployment) -> Peer:
    """Give the peer its tables and its survey, beside a deployment of ours."""
    database = _database(made)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PEER_DATABASE"] = json.dumps(_in_django(database))
    environment["DJANGO_SETTINGS_MODULE"] = "settings"
    peer = Peer(programs, environment, database, made.folder)
    peer.django("migrate", "--verbosity", "0")
    survey = made.folder / "peer.json"
    survey.write_text(json.dumps(_survey()))
    peer.django("loaddata", str(survey))
    return peer


@contextmanager
def serving(peer: Peer) -> Iterator[int]:
    """Keep the peer's gunicorn running; its port."""
    port = free_port()
    settings = {
        "bind": f"127.0.0.1:{port}",
        "worker-class": "gthread",
        "workers": str(WORKERS),
        "threads": str(THREADS),
        "keep-alive": "5",
        "worker-tmp-dir": "/dev/shm" if Path("/dev/shm").is_dir() else str(peer.folder),
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    app = "django.core.wsgi:get_wsgi_application()"
    command = [str(peer.programs / "gunicorn"), "--no-control-socket", *options, app]
    with kept_running(command, peer.environment, peer.folder / "peer.log", SITE):
        wait_for(port)
        yield port


def filled(given: Mapping[str, str]) -> dict[str, str]:
    """The fields of the peer's form, with the answers of ours; an option is known by its words."""
    fields = {}
    for number, question in enumerate(current().questions, 1):
        value = given[question.key]
        words = question.texts[FALLBACK_LANGUAGE].options.get(value)
        fields[f"question_{number}"] = words.lower().replace(" ", "-") if words else value
    return fields


def _database(made: Deployment) -> URL:
    """A database of the peer's own in the same server, or a file beside ours."""
    ours = make_url(made.config.database_url)
    if ours.drivername == "sqlite":
        return ours.set(database=str(made.folder / f"{DATABASE}.db"))
    # By the plain driver: in our engines everything is in a transaction, which this may not be.
    with psycopg.connect(made.plain_database, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}".encode())
    return ours.set(database=DATABASE)


def _in_django(database: URL) -> dict[str, Any]:
    """The database as Django wants it told.

    Whether a request is one transaction is what was measured to be faster. With PostgreSQL it waits
    for the disk once then, and not for every question. With SQLite it would have to be one that
    writes from its start, and everybody would wait for it to end.
    """
    kept: dict[str, Any] = {"NAME": database.database, "CONN_MAX_AGE": None}
    if database.drivername == "sqlite":
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        options = {"timeout": 20, "init_command": pragmas}
        return kept | {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": options}
    return kept | {
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": True,
        "HOST": database.host or database.query["host"],
        "PORT": database.port or "",
        "USER": database.username,
        "PASSWORD": database.password or "",
    }


def _survey() -> list[dict[str, Any]]:
    """Our questions as a survey of the peer's, open to everybody, on one page."""
    today = now().date()
    survey = {
        "name": "How did we do?",
        "description": "",
        "is_published": True,
        "need_logged_user": False,
        "publish_date": str(today - timedelta(days=1)),
        "expire_date": str(today + timedelta(days=7)),
    }
    rows: list[dict[str, Any]] = [{"model": "survey.survey", "pk": SURVEY, "fields": survey}]
    for number, question in enumerate(current().questions, 1):
        rows.append({"model": "survey.question", "pk": number, "fields": _question(question)})
        rows[-1]["fields"] |= {"survey": SURVEY, "order": number}
    return rows


def _question(question: Question) -> dict[str, Any]:
    words = question.texts[FALLBACK_LANGUAGE]
    return {
        "text": words.asks,
        "required": question.required,
        "type": KINDS.get(question.kind, CHOSEN),
        "choices": ",".join(words.options.values()),
    }
