"""Imports a CSV file: reads it twice, row by row, so that a million rows take no more memory than
a thousand.

The first reading stores nothing: it finds out whether the whole file can be read, so that a quote
left open in the last line does not leave half a file behind, and in an event log which row of each
enquiry is the last. The second hands the rows over in batches, each committed by itself. Whoever is
interrupted starts again: what was stored is already known.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from survey.enquiries.conversion import Conversion, Item, WrongRow
from survey.enquiries.csv_reading import Dialect, header, rows
from survey.enquiries.event_log import LastRows
from survey.enquiries.fields import Errors
from survey.enquiries.intake import closures_arrived, take_in
from survey.enquiries.mapping import ColumnMapping
from survey.enquiries.rejected_file import RejectedFile, reasons
from survey.foundation.database import db

BATCH = 1000
SHOWN = 5

# Told now and then what is being done to the file, and how many of its bytes that was done to.
Watch = Callable[[str, int], None]


@dataclass
class Outcome:
    """What became of the rows, and what whoever imported them should know besides."""

    accepted: int = 0
    already_known: int = 0
    differs: int = 0
    rejected: int = 0
    superseded: int = 0
    not_closed: int = 0
    first_reasons: list[str] = field(default_factory=list)
    rejected_file: Path | None = None
    moved_aside: Path | None = None
    lacking: list[str] = field(default_factory=list)


@dataclass
class Entry:
    """A row that is to become an enquiry, and what is wrong with it."""

    line: int
    row: list[str]
    item: Item = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)


class CsvImport:
    """One file on its way in. Commits after each batch, or stores nothing at all if `dry_run`.

    Raises:
        BadFile: the file as a whole cannot be read; nothing was stored.
        ColumnsLacking: it lacks columns that the mapping needs.
        OSError: it, or the file of rejected rows beside it, cannot be opened.
    """

    def __init__(
        self, path: Path, mapping: ColumnMapping, source: str, *, dry_run: bool, watch: Watch
    ) -> None:
        self._path = path
        self._source = source
        self._dry_run = dry_run
        self._watch = watch
        self._dialect = Dialect.of(path, mapping.encoding, mapping.delimiter)
        self._header = header(path, self._dialect)
        self._conversion = Conversion(mapping, self._header)
        self._outcome = Outcome(lacking=self._conversion.lacking)

    def run(self) -> Outcome:
        """Read the file twice and store what is good."""
        with ExitStack() as stack:
            last = stack.enter_context(closing(LastRows(self._references())))
            entries = self._entries(last)
            rejected = None if self._dry_run else stack.enter_context(self._rejected_file())
            while batch := list(islice(entries, BATCH)):
                self._store(batch)
                self._note_rejected(batch, rejected)
            if rejected:
                self._outcome.rejected_file = rejected.path if rejected.finish() else None
                self._outcome.moved_aside = rejected.aside
        return self._outcome

    def _rows(self, doing: str) -> Iterator[tuple[int, list[str]]]:
        return islice(rows(self._path, self._dialect, partial(self._watch, doing)), 1, None)

    def _rejected_file(self) -> RejectedFile:
        return RejectedFile(self._path, self._header, self._dialect)

    def _references(self) -> Iterator[tuple[str, int]]:
        for line, row in self._rows("checking"):
            if len(row) == len(self._header):
                reference = self._conversion.reference(row)
                if reference is not None:
                    yield reference, line

    def _entries(self, last: LastRows) -> Iterator[Entry]:
        """The rows that are neither superseded nor to be skipped."""
        for line, row in self._rows("importing"):
            if len(row) != len(self._header):
                cells = f"{len(row)} cells, but there are {len(self._header)} columns"
                yield Entry(line, row, errors={"row": [cells]})
            elif self._conversion.reference(row) is not None and not last.has(line):
                self._outcome.superseded += 1
            elif self._conversion.skips(row):
                self._outcome.not_closed += 1
            else:
                yield self._entry(line, row)

    def _entry(self, line: int, row: list[str]) -> Entry:
        try:
            return Entry(line, row, {"source": self._source} | self._conversion.item(row))
        except WrongRow as error:
            return Entry(line, row, errors=error.errors)

    def _store(self, batch: list[Entry]) -> None:
        """Hand a batch over, and keep it."""
        ready = [entry for entry in batch if not entry.errors]
        intake = take_in([entry.item for entry in ready], frozenset({self._source}))
        if self._dry_run:
            db.session.rollback()
        else:
            db.session.commit()
            if intake.accepted:
                closures_arrived.send()
        self._outcome.accepted += intake.accepted
        self._outcome.already_known += intake.already_known
        self._outcome.differs += intake.differs
        for rejected in intake.rejected:
            ready[rejected.index].errors = rejected.errors

    def _note_rejected(self, batch: list[Entry], file: RejectedFile | None) -> None:
        for entry in batch:
            if not entry.errors:
                continue
            why = reasons(entry.line, entry.errors)
            self._outcome.rejected += 1
            if len(self._outcome.first_reasons) < SHOWN:
                self._outcome.first_reasons.append(why)
            if file:
                file.add(entry.row, why)
