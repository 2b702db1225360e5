"""Writes letters into a Maildir, so that they can be read without any mail server.

A letter's file is named for its Message-ID: written again after a crash it replaces itself, be it
still in new/ or already read and moved to cur/.
"""

import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Self

from survey.post.letter import Letter, pack
from survey.post.outcome import Delayed


class MaildirOffice:
    """Puts letters into the Maildir at `path`, made when first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is kept open."""

    def send(self, letter: Letter) -> None:
        """Write the letter; when this returns, it survives a loss of power.

        Raises:
            Refused: the receiver's address is none.
            Delayed: the disk would not have it, or the letter is ill-formed through our own fault.
        """
        # A file has the lines of the system, not those of the wire.
        content = pack(letter).content.replace(b"\r\n", b"\n")
        try:
            self._store(letter.message_id, content)
        except OSError as error:
            raise Delayed(f"the maildir cannot be written: {error.strerror}") from error

    def _store(self, message_id: str, content: bytes) -> None:
        self._make()
        handle, draft = tempfile.mkstemp(dir=self.path / "tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            place = self._place(message_id)
            Path(draft).replace(place)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        _sync(place.parent)

    def _place(self, message_id: str) -> Path:
        name = sha256(message_id.encode()).hexdigest()[:32]
        # A mail program that has seen it moved it to cur/ and added its flags after a colon.
        return next((self.path / "cur").glob(f"{name}*"), self.path / "new" / name)

    def _make(self) -> None:
        missing = [f for f in ("tmp", "new", "cur") if not (self.path / f).is_dir()]
        for folder in missing:
            (self.path / folder).mkdir(parents=True, exist_ok=True)
        if missing:
            _sync(self.path)
            _sync(self.path.parent)


def _sync(folder: Path) -> None:
    """Have the disk remember the names in a folder too, and not only the files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
