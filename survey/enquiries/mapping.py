"""A mapping: what another program's CSV calls the things that an enquiry is made of.

Plain values, as they stand in a mapping file; docs/importing.md explains each key, and
`mapping_files.py` reads and checks them. `conversion.py` puts them to work.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey.enquiries.column_templates import Template
from survey.enquiries.fields import REQUIRED

# The import itself names the source; without the moment or the outcome it is no closure.
NEEDED = REQUIRED - {"source"} | {"closed_at", "outcome"}
SKIP, OPEN = OTHERS = ("skip", "open")


@dataclass(frozen=True)
class Closed:
    """A row is a closure if `column` holds one of `values`; others are skipped, or come in open."""

    column: str
    values: tuple[str, ...]
    others: str = SKIP


@dataclass(frozen=True)
class Dates:
    """The zone of times that name none, and their strptime formats; ISO 8601 is always read."""

    zone: str
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnMapping:
    """A whole mapping. Its own mappings are by our field; `columns` gives their column's name."""

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    otherwise: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, Template] = field(default_factory=dict)
    dates: Dates | None = None
    closed: Closed | None = None
    last_row_per: str | None = None
    optional: Sequence[str] = ()
    missing: Sequence[str] = ()
    delimiter: str = ","
    encoding: str = "utf-8"

    def columns_needed(self) -> Iterator[tuple[str, str]]:
        """Every column that a file must have, and what for."""
        for name, column in self.columns.items():
            if name not in self.optional:
                yield column, name
        for name, template in self.templates.items():
            yield from ((column, name) for column in template.columns)
        if self.closed:
            yield self.closed.column, "closed"
        if self.last_row_per:
            yield self.last_row_per, "last_row_per"
