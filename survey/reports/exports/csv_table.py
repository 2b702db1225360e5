"""A table as CSV (RFC 4180, UTF-8), written line by line, and its description (CSV on the Web).

The description is what the W3C's "Metadata Vocabulary for Tabular Data" (2015) has: the address of
the table, and for each column what its cells are and mean, so that a program need not guess.
"""

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from survey.reports.exports.kinds import Kind
from survey.reports.exports.table import Cell, Table

# What makes a spreadsheet take a text for a formula; where people write Chinese or Japanese, so do
# the wide forms of the same signs.
FORMULA_STARTS = (*"=+-@＝＋－＠", "\t", "\r", "\n")
DATATYPES: dict[Kind, Any] = {
    Kind.TEXT: "string",
    Kind.COUNT: "nonNegativeInteger",
    Kind.SHARE: {"base": "decimal", "minimum": 0, "maximum": 1},
    Kind.BALANCE: {"base": "decimal", "minimum": -1, "maximum": 1},
    Kind.NUMBER: "decimal",
    Kind.MONTH: "gYearMonth",
    Kind.YEAR: "gYear",
    Kind.DAY: "date",
    Kind.MOMENT: "dateTime",
}


class _Line:
    """A file that hands back what is written into it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(table: Table) -> Iterator[str]:
    """The header and each row, one line at a time; None is empty."""
    writer = csv.writer(_Line())
    yield writer.writerow(column.name for column in table.columns)
    for row in table.rows:
        yield writer.writerow(map(_defused, row))


def _defused(cell: Cell) -> Cell:
    """A text that a spreadsheet would run gets a quote before it, and is shown instead."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def described(figures: Mapping[str, Any], table: Table, url: str) -> dict[str, Any]:
    """The CSVW metadata of the table at an address, which may be relative to the metadata's own."""
    period = figures["period"]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        "dc:title": f"Figures from {period['from']} to {period['to']}",
        "dc:description": f"Cohort: {figures['cohort']}. Release: {figures['release']}.",
        "dc:identifier": figures["fingerprint"],
        "dc:modified": {"@value": figures["as_of"], "@type": "xsd:dateTime"},
        # By default a line that begins with # would be a comment; a topic may.
        "dialect": {"encoding": "utf-8", "header": True, "commentPrefix": None},
        "tableSchema": {
            "columns": [
                {
                    "titles": column.name,
                    "datatype": DATATYPES[column.kind],
                    "dc:description": column.says,
                }
                for column in table.columns
            ]
        },
    }
