"""The service as real processes: the `survey` command in an environment of its own."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Costs nothing but where something does not come at all; a busy machine may be this slow.
PATIENCE = 180.0


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something another process does.

    Raises:
        AssertionError: it did not come.
    """
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


@dataclass
class Deployment:
    """One installation: a database, a folder for its mail, the processes started in it."""

    database_url: str
    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def maildir(self) -> Path:
        """Where letters arrive."""
        return self.folder / "mail"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of every command."""
        return {
            **os.environ,
            "SURVEY_DATABASE_URL": self.database_url,
            "SURVEY_QUEUE_URL": "",
            "SURVEY_SECRET_KEY": "a-secret-for-tests-that-is-long-enough",
            "SURVEY_DATA_KEY": "a-data-key-for-tests-that-is-long-enough",
            "SURVEY_PUBLIC_URL": "http://survey.test",
            "SURVEY_MAIL_URL": f"maildir:{self.maildir}",
            "SURVEY_MAIL_FROM": "survey@survey.test",
            **self.extra,
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `survey …` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "survey", *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `survey …` and let it run; its output goes to a file in the folder."""
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "survey", *words],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def log_of(self, command: str) -> str:
        """What a started command has said."""
        return (self.folder / f"{command}.log").read_text()

    def letters(self) -> list[Path]:
        """The letters that arrived."""
        return sorted((self.maildir / "new").glob("*"))

    def stop(self) -> None:
        """End whatever still runs."""
        for process in self.started:
            if process.poll() is None:
                process.terminate()
        for process in self.started:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def plain_text(letter: bytes) -> str:
    """What its reader sees of it."""
    body = message_from_bytes(letter, policy=policy.default).get_body(("plain",))
    assert body
    return str(body.get_content())


def answers(address: str) -> bool:
    """Whether a server answers there with a 200."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def children_of(pid: int) -> dict[str, int]:
    """The direct children of a process: the `survey` command each runs, and its process id."""
    found = {}
    for child in child_pids(pid):
        words = command_of(child).split("\0")
        if "survey" in words:
            found[words[words.index("survey") + 1]] = child
    return found


def child_pids(pid: int, named: str = "") -> list[int]:
    """The direct children of a process that have this in their command line."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in children if named in command_of(int(child))]


def command_of(pid: int) -> str:
    """The command line of a process; nothing where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def kill_one_of(pids: Sequence[int], chance: random.Random) -> None:
    """Kill one of these processes, where there are any."""
    if pids:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(pids), signal.SIGKILL)
