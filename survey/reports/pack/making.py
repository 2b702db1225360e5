"""The step that makes the packs asked for.

A worker commits its claim before it begins, and the PDF when it is done; nothing is held meanwhile.
One that is killed leaves a claim that lapses, and another worker makes the pack. What fails a few
times is given up, which its page says, and the log says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from survey.foundation import clock
from survey.foundation.database import change, db
from survey.reports.pack.model import Pack
from survey.reports.pack.needed import printer

# The largest takes a slow machine half a minute.
HOLD = timedelta(minutes=3)
MOST_ATTEMPTS = 3
FIRST_PAUSE = timedelta(seconds=30)

RELEASED: dict[str, Any] = {"claimed_by": None, "claimed_until": None}

log = structlog.get_logger()


@dataclass(frozen=True)
class Claimed:
    """A pack that this worker makes; `attempts` counts this one."""

    id: int
    uuid: UUID
    html: str
    attempts: int


def make_packs() -> Iterator[int]:
    """Make every pack that is due."""
    worker = uuid4().hex
    while pack := _claim(worker):
        try:
            # From here on no transaction is open, which others would wait for.
            yield 0
        except GeneratorExit:
            _note(pack, attempts=pack.attempts - 1, **RELEASED)
            raise
        yield _make(pack)


def oldest_due() -> datetime | None:
    """Since when the pack that waits longest is due, whoever holds it."""
    return db.session.scalar(select(func.min(Pack.next_attempt_at)).where(_due()))


def _due() -> ColumnElement[bool]:
    return and_(
        Pack.made_at.is_(None), Pack.given_up_at.is_(None), Pack.next_attempt_at <= clock.now()
    )


def _claim(worker: str) -> Claimed | None:
    """Hold the pack that is due longest; others skip it once that is committed."""
    now = clock.now()
    free = or_(Pack.claimed_until.is_(None), Pack.claimed_until <= now)
    found = db.session.execute(
        select(Pack.id, Pack.uuid, Pack.html, Pack.attempts)
        .where(_due(), free)
        .order_by(Pack.next_attempt_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if found is None:
        return None
    pack = Claimed(found.id, found.uuid, found.html or "", found.attempts + 1)
    _note(pack, claimed_by=worker, claimed_until=now + HOLD, attempts=pack.attempts)
    return pack


def _make(pack: Claimed) -> int:
    """Make it and store it, or note that it failed; 1 where it was made."""
    if pack.attempts > MOST_ATTEMPTS:
        # Whoever tried last did not come back.
        return _give_up(pack)
    try:
        pdf = printer()(pack.html, _nobody_listens)
    except Exception:
        log.exception("pack.failed", pack=str(pack.uuid), attempts=pack.attempts)
        if pack.attempts == MOST_ATTEMPTS:
            return _give_up(pack)
        later = clock.now() + FIRST_PAUSE * (1 << pack.attempts - 1)
        _note(pack, next_attempt_at=later, **RELEASED)
        return 0
    return _note(pack, made_at=clock.now(), pdf=pdf, html=None, **RELEASED)


def _give_up(pack: Claimed) -> int:
    log.warning("pack.given_up", pack=str(pack.uuid))
    _note(pack, given_up_at=clock.now(), **RELEASED)
    return 0


def _nobody_listens(_done: int, _page: int | None) -> None:
    """Who waits for it sees from the table that it is being made."""


def _note(pack: Claimed, **values: Any) -> int:
    """Write something down of a pack that nobody else made meanwhile; 1 if that was so."""
    mine = and_(Pack.id == pack.id, Pack.made_at.is_(None))
    return change(update(Pack).where(mine).values(values))
