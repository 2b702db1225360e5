"""A maildir into which the mail server puts what comes back, emptied by any number of workers.

Whoever reads a message first moves it to a folder of its own, by a rename, which only one can do.
What a killed worker held is free again after a minute.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from survey.post.returned import LIMIT

HOLD = 60


class Inbox:
    """The maildir at `path`. Its folder `.unknown` keeps what was not understood."""

    def __init__(self, path: Path) -> None:
        self.arrived = path / "new"
        self.held = path / "held"
        self.unknown = path / ".unknown"

    def claims(self) -> Iterator[Path]:
        """Each message that waits now, moved to where only we touch it.

        New ones come first: what killed a worker once must not keep it from the others.
        """
        for waiting, name in self._waiting():
            held = self.held / f"{int(time.time())}.{name}"
            self.held.mkdir(exist_ok=True)
            # It is gone when another worker was faster.
            with suppress(FileNotFoundError):
                waiting.rename(held)
                yield held

    def read(self, held: Path) -> bytes:
        """The message, as far as it is looked at."""
        with held.open("rb") as file:
            return file.read(LIMIT)

    def done(self, held: Path) -> None:
        """Remove a message that was understood."""
        held.unlink(missing_ok=True)

    def keep(self, held: Path) -> None:
        """Put a message where people look at what no program understood."""
        for folder in ("cur", "new", "tmp"):
            (self.unknown / folder).mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            held.rename(self.unknown / "new" / held.name.partition(".")[2])

    def oldest(self) -> datetime | None:
        """Since when the message that waits longest does, another worker's included."""
        moments = []
        for path in (*_files(self.arrived), *_files(self.held)):
            with suppress(FileNotFoundError):
                moments.append(path.stat().st_mtime)
        return datetime.fromtimestamp(min(moments), UTC) if moments else None

    def _waiting(self) -> list[tuple[Path, str]]:
        lapsed = time.time() - HOLD
        found = [(path, path.name) for path in sorted(_files(self.arrived))]
        for path in sorted(_files(self.held)):
            since, _, name = path.name.partition(".")
            if since.isdecimal() and int(since) <= lapsed:
                found.append((path, name))
        return found


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file()]
    except FileNotFoundError:
        return []
