"""The database: one typed base for all tables, and SQLite made as strict as PostgreSQL.

`Base` carries the type map on its registry and not on itself, since Flask-SQLAlchemy 3.1.1 fails
on a base class with a `type_annotation_map`; that is why this stands in one file.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Annotated, Any, cast
from uuid import UUID, uuid4

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    ForeignKey,
    Insert,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    Update,
    Uuid,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite drops time zones; this puts UTC back and refuses naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC.

        Raises:
            ValueError: the moment has no zone, so nobody can say when it was.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored moment back as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Identity = Annotated[int, mapped_column(primary_key=True)]
PublicId = Annotated[UUID, mapped_column(Uuid, unique=True, default=uuid4)]
Code = Annotated[str, mapped_column(String(40))]
Month = Annotated[str, mapped_column(String(7))]
Document = dict[str, Any]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table: typed columns, and constraints with names one can look up."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UTCDateTime(),
            bytes: LargeBinary(),
            Document: JSON().with_variant(JSONB(), "postgresql"),
            list[str]: JSON().with_variant(JSONB(), "postgresql"),
        },
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def points_at(target: str, *, index: bool = True) -> Any:
    """A column that points at another table's `id`."""
    return mapped_column(ForeignKey(target), index=index)


def table_of(model: type[Base]) -> Table:
    """The table behind a model, for statements that need none of its objects."""
    return cast(Table, model.__table__)


def insert_into(model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of the database at hand."""
    table = table_of(model)
    return (
        postgresql.insert(table) if db.engine.dialect.name == "postgresql" else sqlite.insert(table)
    )


def change(statement: Insert | Update | Delete) -> int:
    """Add, change or delete rows in one statement; how many.

    Objects already loaded are not told, which would take a look at each: whoever needs one of them
    afterwards refreshes it.
    """
    # Kept at once: of an INSERT the driver of PostgreSQL knows it no longer once it has closed it.
    options = {"synchronize_session": False, "preserve_rowcount": True}
    done = db.session.execute(statement, execution_options=options)
    return cast(CursorResult[Any], done).rowcount


_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


def writing() -> bool:
    """Whether the work at hand may write: a request unless it reads, all else unless it says so."""
    if has_request_context():
        return request.method not in ("GET", "HEAD", "OPTIONS")
    return not _only_reads.get()


@contextmanager
def only_reading() -> Iterator[None]:
    """Long work that writes nothing: it sees one moment of the database, and stops nobody.

    What the session has not committed is dropped.
    """
    db.session.rollback()
    before = _only_reads.set(True)
    try:
        if db.engine.dialect.name == "postgresql":
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield
    finally:
        db.session.rollback()
        _only_reads.reset(before)


@event.listens_for(Engine, "connect")
def _harden_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # SQLAlchemy emits BEGIN itself (below), so that a writer takes its lock at once.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A deferred transaction that reads first cannot wait for another writer: it fails at once.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing() else "BEGIN")
