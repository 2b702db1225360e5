"""Figures as CSV (RFC 4180, UTF-8): a line for each row, with everything that a reader needs in it.

Names are those of the JSON answer joined by an underscore, `value` left out: `csat`, `csat_n`,
`csat_low`, `funnel_not_asked_no_address`. Each line carries its period, zone, cohort and minimum
base, since lines are copied into other sheets without what stood above them. There is no line for
the total: whoever adds the lines up would count everything twice. Ask without `by` for it.
"""

import csv
from collections import Counter
from collections.abc import Collection, Mapping
from io import StringIO
from typing import Any

from survey.invitations.eligibility import REASONS
from survey.reports.query import CLOSED
from survey.reports.row import row_of
from survey.reports.tally import Tally

# What makes a spreadsheet take a text for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_table(figures: Mapping[str, Any]) -> str:
    """The rows of an answer of `figures` under a header; what is not shown is empty."""
    about = {
        "period_from": figures["period"]["from"],
        "period_to": figures["period"]["to"],
        "time_zone": figures["period"]["time_zone"],
        "cohort": figures["cohort"],
        "minimum_base": figures["minimum_base"],
        "as_of": figures["as_of"],
    }
    empty = _empty_row(figures["rows"])
    table = StringIO(newline="")
    columns = [*figures["by"], *empty, *about]
    writer = csv.DictWriter(table, columns, extrasaction="ignore")
    writer.writeheader()
    for row in figures["rows"]:
        reasons = {} if row["funnel"] is None else _only_reasons(empty)
        cells = reasons | _flat(row) | about
        writer.writerow({name: _defused(cell) for name, cell in cells.items()})
    return table.getvalue()


def _empty_row(rows: Collection[Mapping[str, Any]]) -> dict[str, Any]:
    """Every column of figures there is, so that columns stay the same from answer to answer.

    Reasons that no rule gives any longer still stand in old rows. Other questions are those that
    the rows are about.
    """
    seen = [reason for row in rows if row["funnel"] for reason in row["funnel"]["not_asked"]]
    reasons = Counter(dict.fromkeys([*REASONS, *seen], 0))
    empty = Tally(not_asked=reasons)
    for row in rows:
        for label, question in (row["questions"] or {}).items():
            empty.count_question(0, label, question["counts"] if question else (), ())
    return _flat(row_of(empty, 0, CLOSED))


def _only_reasons(empty: Mapping[str, Any]) -> dict[str, Any]:
    """Nought for each reason: a row names only those that it has."""
    return {name: cell for name, cell in empty.items() if name.startswith("funnel_not_asked_")}


def _flat(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name, value in row.items():
        column = prefix.rstrip("_") if name == "value" else prefix + name
        if isinstance(value, Mapping):
            cells |= _flat(value, f"{column}_")
        else:
            cells[column] = value
    return cells


def _defused(cell: Any) -> Any:
    """A text that a spreadsheet would run gets a quote before it, and is shown instead."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
