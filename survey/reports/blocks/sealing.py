"""The step that seals months: five days after its end, a month's answers are copied for boards.

So a board has October in the first week of November. Each month is one transaction, in order; and
the row that says so is written first, so that of two workers one does it and the other waits.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import change, db, insert_into
from survey.partnership.directory import Directory, directory
from survey.partnership.working_time import month_start
from survey.reports.blocks.closing import count_month
from survey.reports.blocks.copying import copy_month
from survey.reports.blocks.crossing.sealing import cross_quarter
from survey.reports.blocks.forming import form_blocks
from survey.reports.blocks.gathering import there_by_now
from survey.reports.blocks.model import SealedMonth
from survey.reports.blocks.quarters import seal_quarter
from survey.reports.blocks.recounting import recount
from survey.reports.blocks.reopening import take_back
from survey.reports.blocks.restating import restate
from survey.reports.blocks.voices.sealing import seal_voices
from survey.reports.periods import next_month
from survey.responses.model import Response

# For answers by the last day, their reading, and what looks like a machine to be weighed.
AFTER = timedelta(days=5)


def seal() -> Iterator[int]:
    """Seal every month that is due, the oldest first."""
    take_back(lambda month: sealed_from(month, directory()) > now())
    while (month := _next()) and sealed_from(month, directory()) <= now():
        if not _seal(month, directory()):
            break
        yield 1


def oldest_due() -> datetime | None:
    """Since when the oldest month that is not sealed is due."""
    month = _next()
    due = sealed_from(month, directory()) if month else None
    return due if due and due <= now() else None


def sealed_from(month: str, known: Directory) -> datetime:
    """The moment from which a month may be sealed."""
    return month_start(next_month(month), known.zone) + AFTER


def last_sealed() -> str | None:
    """The last month that is sealed; None before the first."""
    return db.session.scalar(select(func.max(SealedMonth.month)))


def _next() -> str | None:
    """The month to be sealed next, due or not; None while nothing ever came in."""
    last = last_sealed()
    if last:
        return next_month(last)
    firsts = (
        db.session.scalar(select(func.min(column)))
        for column in (Closure.closed_month, Response.answered_month)
    )
    return min(filter(None, firsts), default=None)


def _seal(month: str, known: Directory) -> bool:
    """Seal a month; False where somebody else did meanwhile."""
    rhythm = _rhythm(month, known)
    row = {"month": month, "rhythm": rhythm, "sealed_at": now()} | there_by_now()
    if not change(insert_into(SealedMonth).values(row).on_conflict_do_nothing()):
        return False
    _look_up_rather_than_read_through()
    copy_month(month, known)
    count_month(month, month)
    form_blocks(month, rhythm, known.settings.minimum_base)
    seal_quarter(month)
    cross_quarter(month, known)
    seal_voices(month, known.settings.minimum_base)
    restate(month, known.settings.minimum_base)
    recount(month)
    return True


def _look_up_rather_than_read_through() -> None:
    """Until the transaction ends: rows of a month stand near each other, if not in their order.

    PostgreSQL takes rows that are looked up for scattered over a disk, and for those of one month
    it would read whole tables of all there ever were. And what was empty when it looked last it
    reads through for each answer, while these are filling it.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL random_page_cost = 1.1"))
        db.session.execute(text("SET LOCAL enable_seqscan = off"))


def _rhythm(month: str, known: Directory) -> str:
    """That of the year's months sealed before; a new one begins with a year."""
    begun = db.session.scalar(
        select(SealedMonth.rhythm).where(SealedMonth.month.startswith(month[:4])).limit(1)
    )
    return begun or known.settings.rhythm
