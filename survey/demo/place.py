"""Where a demo lives: one folder, and one random seed in it from which all its secrets come.

Run again on the same folder, the demo has the same keys, links and encrypted texts.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from survey.access.api_keys import RANDOM_BYTES, mint
from survey.foundation.keys import derive

SEED_FILE = "demo-seed"
DATABASE_FILE = "demo.db"
QUEUE_FILE = "demo-queue.db"
LOG_FILE = "demo.log"
SETTINGS_FILE = "settings.sh"


class SeedLost(Exception):
    """There is a database, but not the seed that its links and texts were made with."""


@dataclass(frozen=True)
class Place:
    """A demo's folder, its seed, and the port it is served on this time."""

    folder: Path
    seed: str
    port: int

    @property
    def public_url(self) -> str:
        """Where a browser on this machine finds it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the service logs, so that the terminal shows only what a newcomer needs."""
        return self.folder / LOG_FILE

    def environment(self) -> Mapping[str, str]:
        """Every setting of the service."""
        return {
            "SURVEY_DATABASE_URL": f"sqlite:///{self.folder / DATABASE_FILE}",
            "SURVEY_QUEUE_URL": f"sqlite:///{self.folder / QUEUE_FILE}",
            "SURVEY_SECRET_KEY": self._derived("secret key").hex(),
            "SURVEY_DATA_KEY": self._derived("data key").hex(),
            "SURVEY_PUBLIC_URL": self.public_url,
            "SURVEY_MAIL_URL": f"maildir:{self.folder / 'mail'}",
            "SURVEY_MAIL_FROM": "survey@hants.example.org",
            "SURVEY_DEMO": "true",
        }

    def write_settings(self) -> Path:
        """A file for a shell, so that commands find this demo; for the owner's eyes only."""
        lines = (f"export {name}={quote(value)}\n" for name, value in self.environment().items())
        file = self.folder / SETTINGS_FILE
        _write_once(file, "".join(lines))
        return file

    def key_secret(self, name: str) -> str:
        """The secret of the API key of that name."""
        return mint(self._derived(f"key {name}")[:RANDOM_BYTES])

    def _derived(self, purpose: str) -> bytes:
        return derive(self.seed, f"demo/{purpose}")


def open_place(folder: Path, port: int) -> Place:
    """The demo in a folder, which is made, with a seed in it, where it is not there.

    Raises:
        SeedLost: a demo's database is there without its seed.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / SEED_FILE
    if not file.exists():
        if (folder / DATABASE_FILE).exists():
            raise SeedLost(f"{folder} holds a database but not its {SEED_FILE}: use another folder")
        _write_once(file, secrets.token_urlsafe(32) + "\n")
    return Place(folder, file.read_text(encoding="ascii").strip(), port)


def _write_once(file: Path, content: str) -> None:
    """Whole or not at all, for the owner's eyes only."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(content, encoding="utf-8")
    draft.replace(file)
