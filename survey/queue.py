"""The queue: wakes a worker for a step, through Huey, on SQLite, PostgreSQL or Redis.

A task carries nothing but the name of a step, and Huey is at-most-once; so a lost, doubled or late
task costs a minute and never a row, since what is left to do is always a query on the tables.
"""

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import structlog
from flask import Flask, current_app
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy.engine import make_url

from survey import journey

log = structlog.get_logger()

WAKE_AT_MOST_EVERY = 1.0


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Tasks as JSON: Huey's own pickles would run whatever stands in the queue."""

    def _serialize(self, data: tuple[Any, ...]) -> bytes:
        return json.dumps(data, default=datetime.isoformat).encode()

    def _deserialize(self, data: bytes) -> Message:
        message = Message(*json.loads(data))
        eta = datetime.fromisoformat(message.eta) if message.eta else None
        return message._replace(eta=eta, args=tuple(message.args))


def open_queue(url: str, *, create: bool = False) -> Huey:
    """The queue at a URL: `sqlite:///FILE`, `postgresql://…` or `redis://…`."""
    options: dict[str, Any] = {"results": False, "serializer": JsonSerializer()}
    if url.startswith("sqlite"):
        return SqliteHuey(
            "survey", filename=make_url(url).database, create_tables=create, **options
        )
    if url.startswith("redis"):
        return RedisHuey("survey", url=url, **options)
    return PostgresHuey("survey", dsn=url, create_tables=create, **options)


class Queue:
    """The queue of one app.

    `wake` asks for a step at most once a second a process; the last call is late, never lost.
    """

    def __init__(self, url: str, do_step: Callable[[str], None], *, create: bool = False) -> None:
        self.huey = open_queue(url, create=create)
        # Huey finds a task by its module and name, so the function must be one of this module.
        self._do_step = self.huey.task(name="do_step")(lambda step: do_step(step))  # noqa: PLW0108
        self._woken: dict[str, float] = {}
        self._lock = threading.Lock()

    def wake(self, step: str) -> None:
        """Have a worker do the step soon. A failure is logged: the sweep makes up for it."""
        delay = self._reserve(step)
        if delay is None:
            return
        try:
            self._do_step.schedule((step,), delay=delay)
        except Exception as error:
            log.warning("wake.failed", step=step, error=type(error).__name__)

    def _reserve(self, step: str) -> float | None:
        now = time.monotonic()
        with self._lock:
            last = self._woken.get(step, now - WAKE_AT_MOST_EVERY)
            if last > now:
                return None
            at = max(now, last + WAKE_AT_MOST_EVERY)
            self._woken[step] = at
            return at - now


def nothing_to_do(step: str) -> None:
    """What a process does that only fills the queue."""


def install_queue(app: Flask) -> None:
    """Give the app a queue to fill; `survey.worker` empties it."""
    app.extensions["survey.queue"] = Queue(app.config["SURVEY_QUEUE_URL"], nothing_to_do)


def prepare_queue() -> None:
    """Make the queue's own tables, where it has any and they are not there yet."""
    open_queue(current_app.config["SURVEY_QUEUE_URL"], create=True)


def queue() -> Queue:
    """The queue of the current app."""
    return cast(Queue, current_app.extensions["survey.queue"])


def wake(step: str) -> None:
    """Have a worker do the step soon."""
    queue().wake(step)


# Signals hold their receivers weakly, so somebody has to.
RECEIVERS = journey.connect(wake)
