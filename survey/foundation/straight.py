"""Statements that go straight to the database: put together once, one round trip each.

Answering must stay fast while thousands answer at once, and most of what a small statement costs is
not the database's work. So the statements that everybody waits for are written with SQLAlchemy,
compiled once, and sent through the plain driver, in autocommit: a transaction of one statement
costs three round trips and is no more durable. Such a statement also waits for no transaction that
whoever sends it may be in. On PostgreSQL they have connections of their own, which see everybody's
rows unless told otherwise: whoever answers by a link has no caller to be narrowed to. In a request
of somebody who is, each is told so in a transaction.
"""

import sqlite3
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Engine, Executable, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.pool import QueuePool

from survey.foundation.database import db
from survey.foundation.separation import (
    EVERYBODYS,
    begin_telling,
    show_everybodys,
    whose_rows,
)

T = TypeVar("T")
Row = tuple[Any, ...]

POSTGRESQL_SAYS = (psycopg.OperationalError, psycopg.InterfaceError)
# What says that the database is away or overrun, so that trying again later can help.
DATABASE_AWAY = (
    *POSTGRESQL_SAYS,
    sqlite3.OperationalError,
    OperationalError,
    InterfaceError,
    NoFreeConnection,
)


_LOCK = Lock()
_BEGIN = {"postgresql": "BEGIN", "sqlite": "BEGIN IMMEDIATE"}
_STRAIGHT: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


class Straight:
    """A statement, compiled for each kind of database that it meets."""

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def first(self, values: Mapping[str, Any]) -> Row | None:
        """Run it, committed when this returns; the first row, its values as the driver gives them.

        It may be run twice where a connection dies, so it must bear that.
        """
        rows = self.rows(values)
        return rows[0] if rows else None

    def rows(self, values: Mapping[str, Any]) -> list[Row]:
        """The same with all rows."""
        engine = _in_autocommit(db.engine)
        compiled = self._for(engine)
        return once_more(lambda: _run(engine, lambda driver: compiled.rows(driver, values)))

    def first_and(
        self, values: Mapping[str, Any], then: "Straight", given: Callable[[Row], Mapping[str, Any]]
    ) -> Row | None:
        """As `first`, and where it gave a row, `then` with what is given for it; both or none."""
        engine = _in_autocommit(db.engine)
        mine, others = self._for(engine), then._for(engine)

        def both(driver: Any) -> Row | None:
            rows = mine.rows(driver, values)
            if rows:
                others.run(driver, given(rows[0]))
            return rows[0] if rows else None

        return once_more(lambda: _run(engine, both, as_one=True))

    def _for(self, engine: Engine) -> "_Compiled":
        kind = engine.dialect.name
        if kind not in self._compiled:
            self._compiled[kind] = _Compiled(self.statement, engine)
        return self._compiled[kind]


class _Compiled:
    """A statement as text, and how each of its values is written for the driver."""

    def __init__(self, statement: Any, engine: Engine) -> None:
        compiled = statement.compile(dialect=engine.dialect)
        self.sql = str(compiled)
        self.order: list[str] | None = compiled.positiontup
        self.writers = {
            name: bind.type.dialect_impl(engine.dialect).bind_processor(engine.dialect)
            for name, bind in compiled.binds.items()
        }

    def rows(self, driver: Any, values: Mapping[str, Any]) -> list[Row]:
        found: list[Row] = self.run(driver, values).fetchall()
        return found

    def run(self, driver: Any, values: Mapping[str, Any]) -> Any:
        return driver.execute(self.sql, self._written(values))

    def _written(self, values: Mapping[str, Any]) -> Any:
        given = {n: write(values[n]) if write else values[n] for n, write in self.writers.items()}
        return [given[name] for name in self.order] if self.order else given


def _run(engine: Engine, work: Callable[[Any], T], *, as_one: bool = False) -> T:
    """Do something with the plain driver's connection of a pool; all of it or nothing, `as_one`."""
    connection = engine.raw_connection()
    driver: Any = connection.driver_connection
    begin = _begin(engine.dialect.name, as_one=as_one)
    try:
        if begin:
            driver.execute(begin)
        done = work(driver)
        if begin:
            driver.execute("COMMIT")
    except BaseException:
        # In whatever state it was left, nobody else shall have it.
        connection.invalidate()
        raise
    connection.close()
    return done


def _begin(kind: str, *, as_one: bool) -> str:
    if kind == "postgresql" and whose_rows() != EVERYBODYS:
        return begin_telling()
    return _BEGIN[kind] if as_one else ""


def _in_autocommit(engine: Engine) -> Engine:
    """Connections to the same database that are always in autocommit, as SQLite's are anyway."""
    if engine.dialect.name == "sqlite":
        return engine
    with _LOCK:
        if engine not in _STRAIGHT:
            _STRAIGHT[engine] = made = create_engine(
                engine.url,
                isolation_level="AUTOCOMMIT",
                # Kept as many as the app's own: whatever is more is opened and closed each time.
                pool_size=cast(QueuePool, engine.pool).size(),
                # Whatever fails is thrown away, so there is nothing to roll back.
                pool_reset_on_return=None,
                hide_parameters=True,
            )
            event.listen(made, "connect", show_everybodys)
            event.listen(engine, "engine_disposed", lambda _: made.dispose())
        return _STRAIGHT[engine]


def once_more(work: Callable[[], T]) -> T:
    """Do `work`, and again if its connection turns out to be dead.

    After the database has started anew, the pool still holds connections to the old one; they all
    go. `work` must bear being done twice: the first time may have reached the disk.
    """
    try:
        return work()
    except POSTGRESQL_SAYS:
        pass
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    db.engine.dispose()
    return work()
