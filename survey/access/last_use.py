"""When a credential was last used, noted once a minute at most."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update

from survey.access.model import ApiKey, SignIn
from survey.foundation import clock
from survey.foundation.database import db

NOTE_USE_EVERY = timedelta(minutes=1)


def note_use(kind: type[ApiKey] | type[SignIn], which: int, last: datetime | None) -> None:
    """Note that the one with this id is used now, unless its `last` use is of just now."""
    now = clock.now()
    if last is not None and last > now - NOTE_USE_EVERY:
        return
    # In a transaction of its own, since a request that only reads does not commit; and the look-up
    # before must let go of SQLite first.
    db.session.rollback()
    unnoted = or_(kind.last_used_at.is_(None), kind.last_used_at <= now - NOTE_USE_EVERY)
    with db.engine.begin() as connection:
        connection.execute(update(kind).where(kind.id == which, unnoted).values(last_used_at=now))
