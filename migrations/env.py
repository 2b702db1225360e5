"""How Alembic reaches the database: through the app's own engine, with the app's own tables."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import JSON

import survey.tables  # noqa: F401
from survey.foundation.database import UTCDateTime, db


def render(kind: str, item: Any, _autogenerate: object) -> str | bool:
    """Write our column types in plain SQLAlchemy, so that old migrations need no code of today."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run() -> None:
    """Run the migrations asked for, in one transaction."""
    options: dict[str, Any] = {"target_metadata": db.metadata, "render_item": render}
    if context.is_offline_mode():
        url = current_app.config["SQLALCHEMY_DATABASE_URI"]
        context.configure(url=url, literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with db.engine.connect() as connection:
        context.configure(connection=connection, render_as_batch=True, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
