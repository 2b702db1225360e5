"""The migrations: up, down and up again, and in step with the models."""

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from survey.access.audit import record
from survey.foundation.database import db


def test_migrations_go_down_and_up_again(app: Flask) -> None:
    """Nothing is left below, and everything is there again above."""
    before = set(inspect(db.engine).get_table_names())
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == before


def test_models_and_migrations_agree(app: Flask) -> None:
    """Alembic finds nothing left to migrate; it exits when it does."""
    check()


# PostgreSQL's way to say it is refused as an UPDATE.
REPLACE = (
    "INSERT INTO audit (id, at, actor, action, subject, detail)"
    " SELECT id, at, 'x', action, subject, detail FROM audit WHERE true"
    " ON CONFLICT (id) DO UPDATE SET actor = 'x'"
)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", REPLACE]
)
def test_the_audit_can_only_grow(app: Flask, statement: str) -> None:
    """The database itself refuses to change or delete what was noted."""
    record("test", "nothing")
    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
