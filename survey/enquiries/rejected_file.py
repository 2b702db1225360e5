"""The file beside an import that holds the rows it rejected, to be mended and imported again.

It has the columns of the original and one more, `errors`, so the same mapping reads it. It is
written as FILE.rejected.csv.part and gets its name at the end: a file with the full name is the
whole outcome of an import that ended. What stood there before, perhaps half mended, is moved aside
to FILE.rejected-1.csv and so on, never overwritten, unless it is the same to the byte.

Cells are repeated as they came in; the reasons begin with "line", so that no spreadsheet takes one
for a formula. The file holds what the original holds, addresses too: only its owner may read it.
"""

import csv
import filecmp
from itertools import count
from pathlib import Path
from typing import Self

from survey.enquiries.csv_reading import Dialect
from survey.enquiries.fields import Errors

COLUMN = "errors"


def reasons(line: int, errors: Errors) -> str:
    """All that is wrong with a row, as one text."""
    return f"line {line}: " + "; ".join(
        f"{field}: {message}" for field, messages in errors.items() for message in messages
    )


class RejectedFile:
    """Takes rejected rows while an import runs; leave it by `finish`, else nothing remains.

    Attributes:
        path: where the rows are, after `finish`, if there were any.
        aside: what stood there before, if it had to make room.
    """

    def __init__(self, original: Path, header: list[str], dialect: Dialect) -> None:
        stem = original.stem if original.suffix.lower() == ".csv" else original.name
        self.path = original.with_name(f"{stem}.rejected.csv")
        self.aside: Path | None = None
        self._part = original.with_name(f"{stem}.rejected.csv.part")
        self._part.unlink(missing_ok=True)
        self._part.touch(mode=0o600)
        self._file = self._part.open("w", encoding=dialect.encoding, errors="replace", newline="")
        self._writer = csv.writer(self._file, delimiter=dialect.delimiter, lineterminator="\n")
        # A file of rejected rows, imported again, has the column already.
        self._again = header[-1:] == [COLUMN]
        self._width = len(header) - self._again
        self._writer.writerow([*header[: self._width], COLUMN])
        self._rows = 0

    def __enter__(self) -> Self:
        """Ready since it was made."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind that is not finished."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def add(self, row: list[str], why: str) -> None:
        """Note a row. A short one is filled up; what is too much stands behind the reasons."""
        cells = row[: self._width] + [""] * (self._width - len(row))
        self._writer.writerow([*cells, why, *row[self._width + self._again :]])
        self._rows += 1

    def finish(self) -> bool:
        """Put the file in its place if any row was rejected; whether there was one."""
        self._file.close()
        if self.path.exists() and not filecmp.cmp(self._part, self.path, shallow=False):
            self.aside = self._free_name()
            self.path.rename(self.aside)
        if self._rows:
            self._part.replace(self.path)
        return self._rows > 0

    def _free_name(self) -> Path:
        names = (self.path.with_name(f"{self.path.stem}-{n}.csv") for n in count(1))
        return next(name for name in names if not name.exists())
