"""Reads a CSV file strictly and in flat memory, and says where it is broken.

The `csv` module alone takes a quote that is never closed for a cell that holds the rest of the
file, and an encoding error for the fault of a buffer. Here each is a line that can be looked at.
"""

import codecs
import csv
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import TextIO

LONGEST_CELL = 1_000_000
LONGEST_LINE = 10_000_000
CHUNK = 1 << 16
WATCHED = 1000
READINGS = {
    "unexpected end of data": "a quote that opens here is never closed",
    "field larger than field limit": "a cell is too long; is a quote that opens here not closed?",
    "expected after": "a quote that opens here is not closed, or a quote in a cell is not doubled",
}


# Told now and then how many bytes were read.
Watch = Callable[[int], None]


class BadFile(ValueError):
    """The file as a whole cannot be read; the message is one line that says where and why."""


@dataclass(frozen=True)
class Dialect:
    """How a file is written."""

    encoding: str
    delimiter: str

    @classmethod
    def of(cls, path: Path, encoding: str, delimiter: str) -> "Dialect":
        """As told, and with the byte-order mark that many spreadsheets put before UTF-8."""
        with path.open("rb") as file:
            marked = file.read(3) == codecs.BOM_UTF8
        is_utf8 = codecs.lookup(encoding).name == "utf-8"
        return cls("utf-8-sig" if marked and is_utf8 else encoding, delimiter)


def rows(path: Path, dialect: Dialect, watch: Watch) -> Iterator[tuple[int, list[str]]]:
    """Each row, the header first, with the number of the line it begins on; no blank lines.

    Raises:
        BadFile: the file is not in this encoding, or not CSV.
    """
    csv.field_size_limit(LONGEST_CELL)
    line = 1
    with path.open(encoding=dialect.encoding, newline="") as file:
        reader = csv.reader(_lines(file, watch), delimiter=dialect.delimiter, strict=True)
        try:
            for row in reader:
                if row:
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            raise BadFile(f"line {line}: {_reading(str(error))}") from None
        except UnicodeDecodeError:
            raise BadFile(wrong_encoding(path, dialect.encoding)) from None


def header(path: Path, dialect: Dialect) -> list[str]:
    """The names of the columns.

    Raises:
        BadFile: there is none: the file is empty.
    """
    with closing(rows(path, dialect, lambda _: None)) as all_rows:  # type: ignore[type-var]
        for _, names in all_rows:
            return names
    raise BadFile("is empty")


def _lines(file: TextIO, watch: Watch) -> Iterator[str]:
    for number in count(1):
        line = file.readline(LONGEST_LINE)
        if not line or number % WATCHED == 0:
            watch(file.buffer.tell())
        if not line:
            return
        if len(line) == LONGEST_LINE:
            raise csv.Error(f"a line is longer than {LONGEST_LINE:,} characters")
        yield line


def wrong_encoding(path: Path, encoding: str) -> str:
    """Where the first byte stands that is not in `encoding`, and what it may be in instead."""
    decode = codecs.getincrementaldecoder(encoding)().decode
    read, line = 0, 1
    with path.open("rb") as file:
        for chunk in chain(iter(partial(file.read, CHUNK), b""), [b""]):
            read += len(chunk)
            try:
                line += decode(chunk, not chunk).count("\n")
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                byte = read - len(error.object) + error.start + 1
                return f"line {line}, byte {byte}: not {encoding}; {_guess(path, encoding)}"
    return f"not {encoding}"


def _guess(path: Path, encoding: str) -> str:
    with path.open("rb") as file:
        wide = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    narrow = "cp1252" if encoding.startswith("utf") else "utf-8"
    guess = "utf-16" if wide else narrow
    return f'if it is {guess}, say encoding = "{guess}" in the mapping'


def _reading(message: str) -> str:
    return next((plain for known, plain in READINGS.items() if known in message), message)
