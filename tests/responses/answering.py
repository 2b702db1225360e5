"""What the tests of answering share: somebody who was asked, and their form."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import make_url

from survey.foundation.clock import now
from survey.foundation.database import Base, db
from survey.responses.links import Link
from survey.responses.model import Response
from tests.build import make_closure, make_invitation, token_of

# What stands behind somebody's link, for pages that need no database.
LINK = Link(
    *("Hampshire County Council", "Payroll", "REF-1", None),
    expired=False,
    colour="#1d4e89",
    answered=False,
    partner_code="HCC",
    service_code="payroll",
)
HIDDEN_FIELD = re.compile(r'name="form_nonce" value="([^"]+)"')


def asked(**closure: Any) -> str:
    """Ask somebody about an enquiry; the token of their link."""
    token = token_of(make_invitation(make_closure(**closure)))
    db.session.commit()
    return token


def hidden_field(page: str) -> str:
    """What our form carries besides the questions."""
    found = HIDDEN_FIELD.search(page)
    assert found, page
    return found[1]


def filled(client: FlaskClient, token: str, **answers: str) -> dict[str, str]:
    """A form fetched half a minute ago and filled in, as a person does, ready to be posted."""
    with time_machine.travel(now() - timedelta(seconds=30)):
        page = client.get(f"/a/{token}").text
    return {"form_nonce": hidden_field(page), **answers}


def responses() -> list[Response]:
    """All that is stored, as of now, oldest first; no transaction is left open."""
    db.session.remove()
    found = list(db.session.scalars(select(Response).order_by(Response.id)))
    db.session.expunge_all()
    db.session.remove()
    return found


def all_rows() -> Mapping[str, list[Any]]:
    """Everything in the database; no transaction is left open."""
    tables = Base.metadata.sorted_tables
    with db.engine.connect() as connection:
        return {t.name: sorted(map(repr, connection.execute(select(t)))) for t in tables}


def outage(app: Flask) -> AbstractContextManager[None]:
    """While it lasts, the app's database refuses connections and has dropped those there were."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    db.session.remove()
    kinds: dict[bool, Callable[[str], AbstractContextManager[None]]] = {
        True: _without_file,
        False: _without_connections,
    }
    return kinds[url.startswith("sqlite")](url)


def drop_connections(url: str, *, allow: bool) -> None:
    """Have PostgreSQL end all connections to the database, and allow new ones or not."""
    address = make_url(url)
    admin = address.set(drivername="postgresql", database="postgres")
    with psycopg.connect(
        admin.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(f"ALTER DATABASE {address.database} ALLOW_CONNECTIONS {allow}".encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [address.database],
        )


@contextmanager
def _without_connections(url: str) -> Iterator[None]:
    drop_connections(url, allow=False)
    yield
    drop_connections(url, allow=True)


@contextmanager
def _without_file(url: str) -> Iterator[None]:
    file = Path(str(make_url(url).database))
    db.engine.dispose()
    aside = file.rename(file.with_suffix(".aside"))
    file.mkdir()
    yield
    file.rmdir()
    aside.rename(file)
