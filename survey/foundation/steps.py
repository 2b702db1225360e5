"""Steps: work that waits in the tables, done in small committed bites.

A step's `work` is a generator. Each `yield n` says "this much is done, commit it": the runner
commits, counts, and may stop there when the process is asked to end, so that a worker finishes what
it holds and loses nothing. Nothing below the runner commits.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from survey.foundation.database import db


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


stopping = threading.Event()


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
