"""The step that counts months: each that is over, once, and again whenever something of it changed.

A month is announced first, so that changes are noted from then on. On PostgreSQL it is counted once
every transaction has ended that might have looked for announced months before; on SQLite there is
one writer at a time. What is noted while it is counted stays noted, and it is counted again.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, delete, exists, func, insert, or_, select, text, update

from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import change, db, insert_into, table_of
from survey.partnership.directory import Directory, directory
from survey.partnership.working_time import month_start
from survey.reports.counting import count_cells, squares_of_cells
from survey.reports.eligible import eligible_by_directorate
from survey.reports.monthly.cells import cell_of
from survey.reports.monthly.model import (
    MonthlyChange,
    MonthlyCount,
    MonthlyEligible,
    MonthlyMonth,
    MonthlySquares,
    MonthlyWindow,
)
from survey.reports.monthly.shapes import SHAPES, SQUARED, Shape, as_text, usual_windows
from survey.reports.monthly.stored import as_stored
from survey.reports.periods import Period, next_month, parse
from survey.reports.tally import Tally

# Links to answer by have ended by then, but for the last few.
OVER_AFTER = timedelta(days=35)
# The oldest transaction that may still be running.
OLDEST = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
FINEST: Shape = ("partner", "service", "directorate", "channel", "target")


def count_months() -> Iterator[int]:
    """Announce months that are over, count those that are not or changed, and their windows."""
    known = directory()
    yield _announce(known)
    yield _wait()
    for month in _to_count():
        yield _count(month, known)
    # Each by itself, since on SQLite nobody else writes meanwhile.
    for window, shape in _missing_windows():
        yield _count_window(window, shape, known)


def _announce(known: Directory) -> int:
    first, last = db.session.execute(
        select(func.min(Closure.closed_month), func.max(Closure.closed_month))
    ).one()
    months = parse(f"{first}..{last}").months if first else ()
    over = [m for m in months if month_start(next_month(m), known.zone) + OVER_AFTER <= now()]
    rows = [{"month": month, "ready": False} for month in over]
    if not rows:
        return 0
    return change(insert_into(MonthlyMonth).values(rows).on_conflict_do_nothing())


def _wait() -> int:
    """Note, for months announced in a transaction before, which transactions must have ended."""
    now_on = text("pg_current_xact_id()::text::bigint") if _concurrent() else 0
    return change(update(MonthlyMonth).where(MonthlyMonth.since.is_(None)).values(since=now_on))


def _concurrent() -> bool:
    return db.engine.dialect.name == "postgresql"


def _to_count() -> list[str]:
    """Months to be counted, the newest first."""
    changed = exists().where(MonthlyChange.month == MonthlyMonth.month)
    oldest = 1
    if _concurrent():
        oldest = db.session.scalar(text(f"SELECT {OLDEST}"))
    due = (
        select(MonthlyMonth.month)
        .where(
            or_(
                and_(~MonthlyMonth.ready, MonthlyMonth.since < oldest),
                and_(MonthlyMonth.ready, changed),
            )
        )
        .order_by(MonthlyMonth.month.desc())
    )
    return list(db.session.scalars(due))


def _count(month: str, known: Directory) -> int:
    # The row first: whoever counts a window with this month in it holds it, and ends before.
    counted = {"ready": True, "edition": uuid4().hex}
    change(update(MonthlyMonth).where(MonthlyMonth.month == month).values(counted))
    change(delete(MonthlyChange).where(MonthlyChange.month == month))
    for model in (MonthlyCount, MonthlyEligible):
        change(delete(model).where(model.month == month))
    within = (MonthlyWindow.first <= month, MonthlyWindow.last >= month)
    windows = select(MonthlyWindow.id).where(*within)
    change(delete(MonthlySquares).where(MonthlySquares.window_id.in_(windows)))
    change(delete(MonthlyWindow).where(*within))
    _store(MonthlyCount, _counts(month, known))
    _store(MonthlyEligible, [{"month": month} | row for row in eligible_by_directorate(month)])
    return 1


def _counts(month: str, known: Directory) -> list[dict[str, Any]]:
    """The rows of every shape, added up of the finest."""
    shapes: dict[tuple[Shape, tuple[Any, ...]], Tally] = defaultdict(Tally)
    for key, tally in count_cells(parse(month), FINEST, known).items():
        at = dict(zip(FINEST, key, strict=True))
        for shape in SHAPES:
            shapes[shape, tuple(at[name] for name in shape)].add(tally)
    return [
        {"month": month, "shape": as_text(shape), "counts": as_stored(tally)} | cell_of(shape, key)
        for (shape, key), tally in shapes.items()
    ]


def _missing_windows() -> list[tuple[Period, Shape]]:
    ready = db.session.scalars(
        select(MonthlyMonth.month).where(MonthlyMonth.ready).order_by(MonthlyMonth.month)
    )
    there = {
        tuple(row)
        for row in db.session.execute(
            select(MonthlyWindow.first, MonthlyWindow.last, MonthlyWindow.shape)
        )
    }
    return [
        (window, shape)
        for window in usual_windows(list(ready))
        for shape in SQUARED
        if (window.months[0], window.months[-1], as_text(shape)) not in there
    ]


def _count_window(window: Period, shape: Shape, known: Directory) -> int:
    months = window.months
    held = select(MonthlyMonth.ready).where(MonthlyMonth.month.between(months[0], months[-1]))
    ready = db.session.scalars(held.with_for_update(read=True)).all()
    row = {"first": months[0], "last": months[-1], "shape": as_text(shape)}
    made = insert_into(MonthlyWindow).values(row).on_conflict_do_nothing()
    number = db.session.scalar(made.returning(MonthlyWindow.id)) if all(ready) else None
    if number is None:
        return 0
    found = squares_of_cells(window, shape, known).items()
    rows = [{"window_id": number, "squares": n} | cell_of(shape, key) for key, n in found]
    _store(MonthlySquares, rows)
    return 1


def _store(model: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table_of(model)), rows)
