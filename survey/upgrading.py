"""Bringing what is stored up to date: the database by its migrations, the queue beside it."""

from pathlib import Path

import structlog
from flask_migrate import upgrade

from survey.foundation.database import db
from survey.foundation.separation import policies_bind
from survey.queue import prepare_queue

# The first in which a login may take a role without always being it (GRANT … WITH INHERIT FALSE).
OLDEST_POSTGRESQL = 16

log = structlog.get_logger()


class TooOld(RuntimeError):
    """The database server is older than what we need; the message says it in one line."""


def bring_up_to_date() -> None:
    """Make or change all tables as this version needs them. Safe to repeat.

    Raises:
        TooOld: PostgreSQL is; nothing was changed.
    """
    url = db.engine.url
    if url.drivername == "sqlite":
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    _must_be_new_enough()
    upgrade()
    prepare_queue()
    if policies_bind() is False:
        log.warning("row_security.not_in_force", reason="the login is a superuser or bypasses it")


def _must_be_new_enough() -> None:
    if db.engine.dialect.name != "postgresql":
        return
    with db.engine.connect() as connection:
        major = int((connection.dialect.server_version_info or (0,))[0])
    if major < OLDEST_POSTGRESQL:
        raise TooOld(f"PostgreSQL {OLDEST_POSTGRESQL} or later is needed, and this is {major}")
