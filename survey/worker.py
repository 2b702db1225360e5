"""The worker: runs the steps of the journey, woken through the queue and swept on a schedule.

`work` is `survey work`: Huey's consumer with a few threads, which on SIGTERM or SIGINT finishes the
bite it holds and stops. `work_until_idle` does all that is due now without any queue.
"""

import signal
import threading
import time
from types import FrameType

import structlog
from flask import Flask
from huey import crontab
from huey.consumer import Consumer

from survey.foundation import steps
from survey.foundation.database import db
from survey.foundation.metrics import STEP_ITEMS
from survey.journey import JOURNEY, STATIONS
from survey.partnership.directory import NotLoaded
from survey.queue import Queue

log = structlog.get_logger()

# Sending and reminding may wait for hours for what the paces let out, and three more may take long;
# one is left for the others, so that nobody who wants to sign in waits for any of these.
THREADS = 6
LOOK_AGAIN_AFTER = 0.5


class Runner:
    """Does steps in this process, each in one thread at a time."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.queue = Queue(app.config["SURVEY_QUEUE_URL"], self.do_step, create=True)
        self.busy = {name: threading.Lock() for name in STATIONS}
        self.asked_again = {name: threading.Event() for name in STATIONS}

    def do_step(self, name: str) -> None:
        """Do a step until nothing of it is due; when another thread is at it, have that go on."""
        self.asked_again[name].set()
        while self.asked_again[name].is_set() and self.busy[name].acquire(blocking=False):
            try:
                self.asked_again[name].clear()
                if self._run(name):
                    for following in STATIONS[name].then:
                        self.queue.wake(following)
            finally:
                self.busy[name].release()

    def sweep(self, *, hourly: bool) -> None:
        """Ask every step whether something is due."""
        for station in JOURNEY:
            if station.hourly == hourly and not steps.stopping.is_set():
                self.do_step(station.step.name)

    def _run(self, name: str) -> int:
        with self.app.app_context():
            try:
                return run_counted(name)
            except NotLoaded as error:
                log.warning("step.waits", step=name, reason=str(error))
                return 0
            except Exception:
                # The next sweep tries again; one failing step must not stop the others.
                log.exception("step.failed", step=name)
                return 0
            finally:
                db.session.remove()


def run_counted(name: str) -> int:
    """Run a step once and note how much it did."""
    done = steps.run(STATIONS[name].step)
    if done:
        STEP_ITEMS.labels(step=name).inc(done)
        log.info("step.done", step=name, items=done)
    return done


def work(app: Flask) -> None:
    """Empty the queue and sweep, until a signal says stop."""
    runner = Runner(app)
    huey = runner.queue.huey
    huey.periodic_task(crontab(minute="*"), name="sweep")(lambda: runner.sweep(hourly=False))
    huey.periodic_task(crontab(minute="7"), name="tidy")(lambda: runner.sweep(hourly=True))
    consumer = GracefulConsumer(huey, workers=THREADS, max_delay=1.0, graceful_signal="TERM")
    # What was left behind while no worker ran need not wait for the minute to end.
    for station in JOURNEY:
        runner.queue.wake(station.step.name)
    consumer.run()


class GracefulConsumer(Consumer):  # type: ignore[misc]
    """Huey's consumer; but a step hears at once that the process is asked to stop."""

    def _set_signal_handlers(self) -> None:
        super()._set_signal_handlers()
        signal.signal(signal.SIGINT, self._handle_signal)

    def _handle_signal(self, signum: int, frame: FrameType | None) -> None:
        steps.stopping.set()
        super()._handle_signal(signal.SIGTERM, frame)


def work_until_idle() -> int:
    """Do everything that is due now; how many things were done.

    Work that another worker holds is waited for: either that one finishes it, or its claim lapses.
    """
    total = 0
    while not steps.stopping.is_set():
        done = sum(run_counted(station.step.name) for station in JOURNEY)
        total += done
        if done:
            continue
        held_elsewhere = any(station.step.oldest_due() for station in JOURNEY)
        # On SQLite even looking takes the lock, which others are waiting for.
        db.session.rollback()
        if not held_elsewhere:
            break
        time.sleep(LOOK_AGAIN_AFTER)
    return total
