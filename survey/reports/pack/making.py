"""The step that makes the packs asked for.

A worker commits its claim before it begins, and the PDF when it is done; nothing is held meanwhile.
One that is killed leaves a claim that lapses, and another worker makes the pack. What fails a few
times is given up, which its page says, and the log says why.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from survey.foundation import clock
from survey.foundation.claims import Claims, Taken
from survey.reports.pack.model import UNDONE, Pack
from survey.reports.pack.needed import printer

PACKS = Claims(
    Pack,
    undone=UNDONE,
    # The largest takes a slow machine half a minute.
    hold=timedelta(minutes=3),
    first_pause=timedelta(seconds=30),
)
MOST_ATTEMPTS = 3

log = structlog.get_logger()


def make_packs() -> Iterator[int]:
    """Make every pack that is due."""
    while pack := PACKS.take(select(Pack.uuid, Pack.html)):
        yield from PACKS.begin(pack)
        yield _make(pack)


def oldest_due() -> datetime | None:
    """Since when the pack that waits longest is due, whoever holds it."""
    return PACKS.oldest_due()


def _make(pack: Taken) -> int:
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
        PACKS.put_off(pack)
        return 0
    return PACKS.settle(pack, made_at=clock.now(), pdf=pdf, html=None)


def _give_up(pack: Taken) -> int:
    log.warning("pack.given_up", pack=str(pack.uuid))
    PACKS.let_go(pack, given_up_at=clock.now())
    return 0


def _nobody_listens(_done: int, _page: int | None) -> None:
    """Who waits for it sees from the table that it is being made."""
