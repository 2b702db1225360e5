"""What a table by one side shows: answers as far as they are told apart, and closures beside them.

Of topics there may be hundreds, of which most say little: the table has those of which answers are
told apart, and of the others those with the most closures; the rest is counted together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.figures import Figures

MOST = 20
Row = Mapping[str, Any]


@dataclass(frozen=True)
class SideTable:
    """A table by one side.

    Attributes:
        rows: in the order of the figures.
        told: those of them of which answers are told apart.
        rest: the row of answers that are not, if there are any.
        quarters: those of which all answers are told, such as "2026-Q3".
        others: how many values are left out.
        closed: how many closures these have.
    """

    rows: list[Row]
    told: list[Row]
    rest: Row | None
    quarters: list[str]
    others: int
    closed: int


def side_table(figures: Figures, side: str) -> SideTable:
    """The table of some figures, of which there is one row for each value of the side."""
    found = figures["rows"]
    values = [row for row in found if row[side] != NOT_TOLD_APART]
    told = [row for row in values if row["n"]]
    rest = sorted((row for row in values if not row["n"] and _closed(row)), key=_closed)
    room = max(0, MOST - len(told))
    left_out = rest[: len(rest) - room] if room < len(rest) else []
    shown = {id(row) for row in (*told, *rest)} - {id(row) for row in left_out}
    return SideTable(
        rows=[row for row in values if id(row) in shown],
        told=told,
        rest=next((row for row in found if row[side] == NOT_TOLD_APART and row["n"]), None),
        quarters=figures["whole_quarters"],
        others=len(left_out),
        closed=sum(map(_closed, left_out)),
    )


def _closed(row: Row) -> int:
    n: int = row["within_target"]["n"]
    return n
