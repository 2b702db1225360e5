"""The step that reads comments: what is left is every comment without a reading that counts.

A failure is a reading too, `unread`, so that it is counted, seen and not tried for ever; reading
all again (`rereading.py`) tries it again. The response itself is never touched, and no text reaches
a log.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import and_, func, select

from survey.comments.counted import current_edition, current_readings
from survey.comments.model import Reading
from survey.comments.reader import Material, Reader, materials
from survey.comments.storing import store
from survey.foundation.database import db
from survey.responses.model import Response

BATCH = 50

READ = (
    select(Reading.id)
    .where(and_(Reading.response_id == Response.id, current_readings()))
    .correlate(Response)
    .exists()
)


def read_comments() -> Iterator[int]:
    """Read what the current edition lacks, a batch at a time; yields how many it read."""
    reader, last = None, 0
    # Always onward: a run ends whatever other workers do meanwhile.
    while batch := _claim(after=last):
        reader = reader or Reader()
        edition = db.session.scalar(select(current_edition()))
        store(edition or 0, reader.read(batch))
        last = batch[-1].id
        yield len(batch)


def oldest_due() -> datetime | None:
    """Since when the oldest comment waits for its reading; None: none does."""
    return db.session.scalar(
        select(func.min(Response.answered_at)).where(Response.comment.is_not(None), ~READ)
    )


def _claim(after: int) -> Sequence[Material]:
    """The next comments to read, held until the commit; those another worker holds are its own."""
    return db.session.execute(
        materials()
        .where(Response.id > after, ~READ)
        .limit(BATCH)
        .with_for_update(skip_locked=True, key_share=True, of=Response)
    ).all()
