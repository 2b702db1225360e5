"""Bringing what is stored up to date: the database by its migrations, the queue beside it."""

from pathlib import Path

import structlog
from flask_migrate import upgrade

from survey.foundation.database import db
from survey.foundation.separation import policies_bind
from survey.queue import prepare_queue

log = structlog.get_logger()


def bring_up_to_date() -> None:
    """Make or change all tables as this version needs them. Safe to repeat."""
    url = db.engine.url
    if url.drivername == "sqlite":
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    upgrade()
    prepare_queue()
    if policies_bind() is False:
        log.warning("row_security.not_in_force", reason="the login is a superuser or bypasses it")
