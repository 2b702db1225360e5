"""The step that reads comments: what is left is every comment without a reading by our method.

A failure is a reading too, `unread`, so that it is counted, seen and not tried for ever; a new
METHOD tries it again. The response itself is never touched, and no text reaches a log.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import structlog
from sqlalchemy import func, select

from survey.comments.model import Reading
from survey.comments.sentiment.mood import Sentiment
from survey.comments.understanding import METHOD, understand
from survey.foundation.clock import now
from survey.foundation.database import db, insert_into
from survey.foundation.keys import keys
from survey.responses.model import Response

BATCH = 50

log = structlog.get_logger()


def read_comments() -> Iterator[int]:
    """Read what has no reading by METHOD yet, a batch at a time; yields how many it read."""
    last = 0
    # Always onward: a run ends even while a worker with another METHOD reads the same comments.
    while batch := _claim(after=last):
        for response_id, sealed in batch:
            _store(response_id, *_read(response_id, sealed))
        last = batch[-1][0]
        yield len(batch)


def oldest_due() -> datetime | None:
    """Since when the oldest comment waits for its first reading; None: none does.

    One read by an earlier method has what figures need, so it is not late.
    """
    read = select(Reading.id).where(Reading.response_id == Response.id).exists()
    return db.session.scalar(
        select(func.min(Response.answered_at)).where(Response.comment.is_not(None), ~read)
    )


def _claim(after: int) -> list[tuple[int, bytes]]:
    """The next comments to read, held until the commit; those another worker holds are its own."""
    read = select(Reading.id).where(Reading.response_id == Response.id, Reading.method == METHOD)
    found = db.session.execute(
        select(Response.id, Response.comment)
        .where(Response.comment.is_not(None), Response.id > after, ~read.exists())
        .order_by(Response.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [(response_id, cast(bytes, sealed)) for response_id, sealed in found]


def _read(response_id: int, sealed: bytes) -> tuple[Sentiment, str | None]:
    try:
        return understand(keys().decrypt(sealed)).sentiment, None
    except Exception as error:
        # Only the kind of error: its message may quote the comment.
        failure = type(error).__name__
        log.warning("comment not read", response=response_id, failure=failure)
        return Sentiment("unread", None), failure[:80]


def _store(response_id: int, sentiment: Sentiment, failure: str | None) -> None:
    reading: dict[str, Any] = {
        "method": METHOD,
        "sentiment": sentiment.label,
        "polarity": sentiment.polarity,
        "failure": failure,
        "read_at": now(),
    }
    insert = insert_into(Reading).values(response_id=response_id, **reading)
    # There is one already when the method is new, or when two workers began at the same moment.
    db.session.execute(insert.on_conflict_do_update(index_elements=["response_id"], set_=reading))
