"""In an event log an enquiry has many rows, and the last one tells how it stands: finds it.

A log may have more references than fit into memory, and they come in any order. So they are noted
in a private SQLite database, which keeps itself in a temporary file that goes when it is closed.
"""

import sqlite3
from collections.abc import Iterable, Iterator


class LastRows:
    """The last row of each reference, to be walked along with the rows in their order."""

    def __init__(self, lines: Iterable[tuple[str, int]]) -> None:
        # An empty name: on disk, private, gone with the connection. It need not survive a crash.
        self._index = sqlite3.connect("", isolation_level=None)
        self._index.execute("PRAGMA journal_mode = OFF")
        self._index.execute(
            "CREATE TABLE last (reference TEXT PRIMARY KEY, line INT) WITHOUT ROWID"
        )
        self._index.execute("BEGIN")
        self._index.executemany(
            "INSERT INTO last VALUES (?, ?)"
            " ON CONFLICT (reference) DO UPDATE SET line = excluded.line",
            lines,
        )
        self._lines: Iterator[tuple[int]] = self._index.execute(
            "SELECT line FROM last ORDER BY line"
        )
        self._next = next(self._lines, (0,))[0]

    def has(self, line: int) -> bool:
        """Whether this line is the last of its reference. Ask for ascending lines only."""
        if line != self._next:
            return False
        self._next = next(self._lines, (0,))[0]
        return True

    def close(self) -> None:
        """Let go of the temporary file."""
        self._index.close()
