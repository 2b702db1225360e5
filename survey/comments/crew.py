"""Several processes on one machine that read comments again, each on a core of its own.

None holds anything that another needs: one that is killed, or all of them, lose a batch of work at
most, which is read by the others or in the next run.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from ctypes import c_longlong
from multiprocessing import get_context
from multiprocessing.sharedctypes import RawArray
from typing import Any

from survey.comments import rereading
from survey.foundation import steps
from survey.foundation.database import db
from survey.foundation.logs import configure_logs

LOOK_EVERY = 0.2


def work_together(processes: int, watch: Callable[[int], None]) -> None:
    """Do what is to be reread in so many processes; `watch` is told how many comments they read."""
    # Connections are not for sharing: each process makes its own.
    db.session.remove()
    db.engine.dispose()
    # No lock, since one who is killed would keep it: each counts in a place of its own.
    done = RawArray(c_longlong, processes)
    context = get_context("fork")
    members = [
        context.Process(target=_member, args=(done, place, os.getpid()))
        for place in range(processes)
    ]
    for member in members:
        member.start()
    try:
        while any(member.is_alive() for member in members):
            time.sleep(LOOK_EVERY)
            watch(sum(done))
    except BaseException:
        for member in members:
            member.terminate()
        raise
    finally:
        for member in members:
            member.join()
        watch(sum(done))


def _member(done: Any, place: int, parent: int) -> None:
    """One process: does the step, and stops after the bite it is at when it is asked to."""
    configure_logs()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, steps.stopping.set)
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()

    def work() -> Iterator[int]:
        for count in rereading.reread():
            done[place] += count
            yield count

    try:
        steps.run(steps.Step("reread", work, rereading.oldest_due))
    finally:
        db.session.remove()
        db.engine.dispose()


def _follow(parent: int) -> None:
    """Stop when the process that began all this is gone."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    steps.stopping.set()
