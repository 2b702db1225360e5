"""How long it takes to seal a month, in plain scans of that month's answers.

A plain scan reads the month's answers once, each with its invitation and closure, and takes the
mean of a column of both ends. Months are sealed one after another by the real step, each between
two scans of it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import text

from benchmarks.many import MONTHS
from benchmarks.tables import print_table
from benchmarks.turns import spread
from survey.foundation.database import db
from survey.reports.blocks.sealing import seal

SCAN = text(
    "SELECT count(*), avg(response.rating), avg(closure.hours_to_close) FROM response "
    "JOIN invitation ON invitation.id = response.invitation_id "
    "JOIN closure ON closure.id = invitation.closure_id WHERE response.answered_month = :month"
)


@dataclass(frozen=True)
class Sealed:
    """One month: how many answers, and the seconds of sealing and of plain scans of it."""

    answers: int
    seconds: float
    scans: Sequence[float]

    @property
    def ratio(self) -> float:
        """Sealing it, in plain scans."""
        return self.seconds / median(self.scans)


def seal_all() -> list[Sealed]:
    """Seal every month there is, and measure."""
    work = seal()
    return [_seal(month, work.__next__) for month in MONTHS]


def _seal(month: str, seal_next: Callable[[], int]) -> Sealed:
    answers = db.session.execute(SCAN, {"month": month}).one()[0]
    before = _scan(month)
    started = time.perf_counter()
    seal_next()
    db.session.commit()
    seconds = time.perf_counter() - started
    return Sealed(answers, seconds, [before, _scan(month), _scan(month)])


def _scan(month: str) -> float:
    started = time.perf_counter()
    db.session.execute(SCAN, {"month": month}).all()
    seconds = time.perf_counter() - started
    db.session.rollback()
    return seconds


def print_sealing(kind: str, months: Sequence[Sealed]) -> None:
    """Print the table."""
    scans = [seconds for month in months for seconds in month.scans]
    print_table(
        f"Sealing {len(months)} months of {median(m.answers for m in months):,.0f} answers, {kind}",
        ("", "median", "from", "to"),
        [
            ("a plain scan, seconds", *spread(scans, ".3f")),
            ("sealing, seconds", *spread([month.seconds for month in months], ".3f")),
            ("ratio, within each month", *spread([month.ratio for month in months], ".1f")),
        ],
    )
