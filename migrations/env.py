"""How Alembic reaches the database: through the app's own engine, with the app's own tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import JSON, Connection

import survey.tables  # noqa: F401
from survey.foundation.database import UTCDateTime, db


def render(kind: str, item: Any, _autogenerate: object) -> str | bool:
    """Write our column types in plain SQLAlchemy, so that old migrations need no code of today."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


@contextmanager
def _tables_may_be_replaced(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making another in its place, which others must not notice.

    Once everything stands again, what pointed at it is checked as a whole.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
    if broken:
        raise RuntimeError(f"rows that point nowhere after the migration: {broken[:5]}")


def run() -> None:
    """Run the migrations asked for, in one transaction."""
    options: dict[str, Any] = {"target_metadata": db.metadata, "render_item": render}
    if context.is_offline_mode():
        url = current_app.config["SQLALCHEMY_DATABASE_URI"]
        context.configure(url=url, literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with db.engine.connect() as connection, _tables_may_be_replaced(connection):
        context.configure(connection=connection, render_as_batch=True, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
