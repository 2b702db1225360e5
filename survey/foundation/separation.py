"""Whose rows a transaction may see: PostgreSQL is told as it begins, and shows it no others.

Every query filters by itself; the policies stand behind that, for the query that forgets to. They
read the setting `SETTING`, which lasts for one transaction, and without which nothing is seen;
whoever may not see all has the role `NARROWED` besides. A request sees nothing until a guard has
said whose rows its caller may see; steps and commands see all. What is told travels with BEGIN, so
it costs no round trip. SQLite has no policies. See
`docs/decisions/0016-policies-behind-the-filter.md`.
"""

import re
from collections.abc import Collection
from typing import Any

import psycopg
from flask import has_request_context, request
from sqlalchemy import Connection, Engine, event, text

from survey.foundation.database import db

SETTING, NARROWED = "survey.partners", "survey_narrowed"
# No code of a partner reads like this, as "all" might.
EVERYBODYS, NOBODYS = "*", ""
CODE = re.compile(r"[A-Za-z0-9_-]+")

_SHOWN = "survey.shown"
_BOUND = text("SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user")


def show_rows_of(partners: Collection[str] | None) -> None:
    """From now on the request at hand sees rows of these partners, by code; None is of all."""
    request.environ[_SHOWN] = EVERYBODYS if partners is None else _listed(partners)
    session = db.session()
    if session.in_transaction():
        tell_again(session.connection())


def whose_rows() -> str:
    """Whose rows are seen now, as the policies read it."""
    if not has_request_context():
        return EVERYBODYS
    shown: str = request.environ.get(_SHOWN, NOBODYS)
    return shown


def tell_again(connection: Connection) -> None:
    """Tell a transaction under way whose rows it sees from now on."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_telling())


def begin_telling() -> str:
    """What begins a transaction on PostgreSQL that knows whose rows it may see."""
    return f"BEGIN; {_telling()}"


def show_everybodys(connection: psycopg.Connection[Any], _record: object) -> None:
    """Have a new connection see everybody's rows wherever it is told nothing else."""
    connection.autocommit = True
    connection.execute(f"SET {SETTING} = '{EVERYBODYS}'".encode())


def policies_bind() -> bool | None:
    """Whether our login is bound by the policies; None where there are none, as on SQLite."""
    if db.engine.dialect.name != "postgresql":
        return None
    with db.engine.connect() as connection:
        return bool(connection.scalar(_BOUND))


def _listed(partners: Collection[str]) -> str:
    return ",".join(sorted(code for code in partners if CODE.fullmatch(code)))


def _telling() -> str:
    whose = whose_rows()
    role = "NONE" if whose == EVERYBODYS else NARROWED
    return f"SET LOCAL ROLE {role}; SET LOCAL {SETTING} = '{whose}'"


@event.listens_for(Engine, "connect")
def _leave_begin_to_us(connection: Any, _record: object) -> None:
    # Else the driver would send a BEGIN of its own, and what is told would travel apart from it.
    if isinstance(connection, psycopg.Connection):
        connection.autocommit = True


@event.listens_for(Engine, "begin")
def _begin_postgresql(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(begin_telling())
