"""Statements that go straight to the database: one round trip each, no session, no transaction.

Answering must stay fast while thousands answer at once. On PostgreSQL a transaction of one
statement costs three round trips, so that such statements run in autocommit, where they are just as
durable; on SQLite, a round trip costs nothing, and a transaction says who waits for whom.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from survey.foundation.database import db

T = TypeVar("T")

# What says that the database is away or overrun: trying again later can help.
DATABASE_AWAY = (OperationalError, InterfaceError, NoFreeConnection)


def straight() -> Engine:
    """The app's engine, its connections in autocommit where that saves round trips."""
    kept = current_app.extensions
    if "survey.responses.engine" not in kept:
        engine = db.engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        kept["survey.responses.engine"] = engine
    return cast(Engine, kept["survey.responses.engine"])


def once_more(work: Callable[[], T]) -> T:
    """Do `work`, and again if the connection turns out to be dead.

    After the database has started anew, the pool still holds connections to the old one; the first
    error empties it. `work` must bear being done twice: the first time may have reached the disk.
    """
    try:
        return work()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        return work()
