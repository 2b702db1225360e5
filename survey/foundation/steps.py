"""Steps: work that waits in the tables, done in small committed bites.

A step's `work` is a generator. Each `yield n` says "this much is done, commit it": the runner
commits, counts, and may stop there when the process is asked to end, so that a worker finishes what
it holds and loses nothing. Nothing below the runner commits.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from survey.foundation.database import db

LOOK_EVERY = 0.2


@dataclass(frozen=True)
class Step:
    """One kind of work.

    Attributes:
        name: as shown in logs and metrics.
        work: does what is due now, yielding how many things the bite did.
        oldest_due: since when the oldest undone work is due, another worker's included; None: none.
    """

    name: str
    work: Callable[[], Iterator[int]]
    oldest_due: Callable[[], datetime | None]


class Stopping:
    """Whether the process is asked to end.

    It may be set where a signal is handled, even in the middle of handling another: unlike
    `threading.Event`, it has no lock that the interrupted code could hold.
    """

    def __init__(self) -> None:
        self._is_set = False

    def set(self, *_: object) -> None:
        """Ask it to end."""
        self._is_set = True

    def clear(self) -> None:
        """Take that back."""
        self._is_set = False

    def is_set(self) -> bool:
        """Whether it is asked to end."""
        return self._is_set

    def wait(self, seconds: float) -> bool:
        """Wait for so many seconds, or until shortly after it is asked to end; whether it is."""
        end = time.monotonic() + seconds
        while not self._is_set and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, LOOK_EVERY))
        return self._is_set


stopping = Stopping()


def run(step: Step) -> int:
    """Do what is due of one step, committing after each bite; how many things were done."""
    done = 0
    try:
        with closing(step.work()) as bites:  # type: ignore[type-var]
            for count in bites:
                db.session.commit()
                done += count
                if stopping.is_set():
                    break
        # What the step did while it was being closed, such as giving claims back.
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return done
