"""What every test may ask for. A test that takes `app` runs on SQLite and on a real PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from hypothesis import settings
from playwright.sync_api import Browser
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from survey.access import api_keys
from survey.app import create_app
from survey.foundation.database import db
from survey.foundation.separation import tell_again
from survey.reports.pack.needed import lacking
from tests.browser import chromium, served
from tests.databases import Postgresql, Sqlite, config_for

MakeKey = Callable[..., str]

MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3

# Timing never decides a test: on a busy machine any example may be slow.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure() -> None:
    """Keep what tests write in memory where there is room, unless TMPDIR says where.

    Nothing of it is looked at again, and every database is hundreds of files to make and remove.
    """
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """Where SQLite databases come from."""
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """Where PostgreSQL databases come from.

    Not below pytest's own folder, which another run may close to the server's user.
    """
    with tempfile.TemporaryDirectory(prefix="survey-pg-", ignore_cleanup_errors=True) as folder:
        server = Postgresql(Path(folder))
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of its own, once on either kind, with the schema and what `partnership` says."""
    databases: Sqlite | Postgresql = request.getfixturevalue(request.param)
    url = databases.fresh(founded="partnership" in request.fixturenames)
    yield url
    databases.drop(url)


class Visitor(FlaskClient):
    """A caller of the service whose requests share the test's session, as they share its context.

    The test itself sees everybody's rows; so it does again once a request was answered.
    """

    def open(self, *args: Any, **more: Any) -> TestResponse:
        """Send a request."""
        answer = super().open(*args, **more)
        if has_app_context() and db.session().in_transaction():
            # While the database is away there is nothing to be seen.
            with suppress(OperationalError):
                tell_again(db.session.connection())
        return answer


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The service on a fresh database, inside its app context."""
    app = create_app(config_for(database_url, tmp_path))
    app.test_client_class = Visitor
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demo_app(tmp_path: Path) -> Flask:
    """The service as the demo runs it, for looking at; its database is empty."""
    config = config_for(f"sqlite:///{tmp_path / 'demo.db'}", tmp_path)
    return create_app(replace(config, demo=True))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A caller of the service."""
    return app.test_client()


@pytest.fixture
def partnership(app: Flask) -> None:
    """The founding partnership, loaded: `database_url` sees that somebody asks for it."""


@pytest.fixture
def make_key(app: Flask) -> MakeKey:
    """Makes an API key and gives its secret: `make_key("figures:read", partners=["OCC"])`."""

    def make(*scopes: str, partners: tuple[str, ...] = (), sources: tuple[str, ...] = ()) -> str:
        secret = api_keys.mint()
        api_keys.create(secret[4:12], secret, scopes, partners, sources)
        db.session.commit()
        return secret

    return make


def bearer(secret: str) -> dict[str, str]:
    """The header that carries a key."""
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def auth() -> Callable[[str], dict[str, str]]:
    """Gives the headers for a secret."""
    return bearer


@pytest.fixture(scope="session")
def can_print() -> None:
    """Packs can be made here; else the test is skipped and says what is missing.

    Where nothing may be skipped (`REQUIRE_ALL=1`), it fails.
    """
    if reason := lacking():
        (pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip)(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of the service, for the browser."""
    with served(app) as address:
        yield address
