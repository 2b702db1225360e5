"""The queue: a wake-up arrives, soon, at most once a second, and its failure harms nobody."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from survey import queue as queues
from survey.enquiries.intake import closures_arrived
from survey.queue import JsonSerializer, Queue, prepare_queue, queue


def waiting(app: Flask) -> int:
    """How many wake-ups are in the queue, due now or in a moment."""
    storage = queue().huey.storage
    return int(storage.schedule_size() + storage.queue_size())


def test_many_signals_are_one_wake_up_now_and_one_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "WAKE_AT_MOST_EVERY", 3600.0)
    prepare_queue()
    for _ in range(50):
        closures_arrived.send()
    assert waiting(app) == 2


def test_a_queue_that_is_away_fails_no_request(app: Flask) -> None:
    app.extensions["survey.queue"] = Queue("sqlite:////nowhere/queue.db", queues.nothing_to_do)
    closures_arrived.send()


def test_a_wake_up_reaches_whoever_empties_the_queue(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'queue.db'}"
    done: list[str] = []
    worker = Queue(url, done.append, create=True)
    Queue(url, queues.nothing_to_do).wake("send")
    end = time.monotonic() + 30
    while not done and time.monotonic() < end:
        for task in worker.huey.read_schedule():
            worker.huey.execute(task)
        task = worker.huey.dequeue()
        if task is not None:
            worker.huey.execute(task)
    assert done == ["send"]


def test_tasks_travel_as_json(app: Flask) -> None:
    serializer = JsonSerializer()
    at = datetime(2026, 7, 1, tzinfo=UTC)
    sent = serializer.serialize(("id", "name", at, 0, 0, None, ["send"], {}))
    assert json.loads(sent)[1] == "name"
    received = serializer.deserialize(sent)
    assert (received.eta, received.args) == (at, ("send",))
