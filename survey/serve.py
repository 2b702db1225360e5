"""`survey serve`: the whole service on one machine, web and worker as two children of one process.

It brings the database up to date, starts both, starts one that died again, passes a stop on and
waits until each has finished what it holds.
"""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from types import FrameType

import structlog

log = structlog.get_logger()

RESTART_AFTER = 1.0
LOOK_EVERY = 0.2
PR_SET_PDEATHSIG = 1


class Child:
    """One half of the service in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        self.name = arguments[0]
        self.command = [sys.executable, "-m", "survey", *arguments]
        self.started = 0.0
        self.start()

    def start(self) -> None:
        """Start it, in a session of its own, so that Ctrl-C reaches it through us alone."""
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  # no threads run here
        )
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Start it again when it died."""
        if self.process.poll() is None or time.monotonic() < self.started + RESTART_AFTER:
            return
        log.warning("child.died", child=self.name, status=self.process.returncode)
        self.start()

    def stop(self) -> None:
        """Ask it to finish what it holds and end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)


class Stop(Exception):
    """A signal asked us to stop."""


def serve(host: str, port: int) -> None:
    """Run web and worker until SIGTERM or SIGINT; returns when both have ended."""
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, _raise_stop)
    with tempfile.TemporaryDirectory(prefix="survey-metrics-") as metrics:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics
        children: list[Child] = []
        try:
            children.append(Child("web", "--host", host, "--port", str(port)))
            children.append(Child("work"))
            while True:
                for child in children:
                    child.look_after()
                time.sleep(LOOK_EVERY)
        except Stop:
            log.info("stopping")
        finally:
            _stop_all(children)


def _stop_all(children: list[Child]) -> None:
    # A second Ctrl-C must not leave a child half stopped.
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, signal.SIG_IGN)
    for child in children:
        child.stop()
    for child in children:
        child.process.wait()


def _raise_stop(_signum: int, _frame: FrameType | None) -> None:
    raise Stop


def _die_with_parent() -> None:
    # On Linux a child of a parent that was killed outright is asked to stop, too.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
