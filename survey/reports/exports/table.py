"""Figures as one table, the same for every format: a line for each row, with all it stands on.

Columns are named like the JSON answer, joined by an underscore and `value` left out: `csat`,
`csat_n`, `csat_low`, `funnel_not_asked_no_address`. Each line carries its period, zone, cohort,
release and minimum base, since lines are copied into other sheets without what stood above them.
There is no line for the total: whoever adds the lines up would count everything twice. Ask without
`by` for it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from survey.invitations.eligibility import REASONS
from survey.reports.exports.kinds import Kind, kind_of
from survey.reports.query import CLOSED
from survey.reports.row import row_of
from survey.reports.standard import compares, standardised
from survey.reports.tally import Tally

Cell = str | int | float | None
# Where a figure stands in the JSON answer: ("csat", "low").
Path = tuple[str, ...]

ABOUT = {
    "period_from": "the first day of the period",
    "period_to": "the last day of the period",
    "time_zone": "whose days these are",
    "cohort": "which answers the row is about",
    "release": "to whom it may be shown",
    "minimum_base": "rows, and questions, of fewer answers are not shown",
    "whole_quarters": "quarters of which all answers are in rows by a side",
    "restated": "years of which blocks or closures were counted anew",
    "as_of": "the moment it is of",
}
# What is said of boards' answers alone, which are sealed.
OF_SEALED = ("whole_quarters", "restated")
PARTS = {
    "n": "the base",
    "low": "lower bound of the 95 % interval",
    "high": "upper bound of the 95 % interval",
    "p90": "90th percentile",
    "covered": "the part of the mix with answers",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, what its cells are, and what they mean, in a sentence."""

    name: str
    kind: Kind
    says: str


@dataclass(frozen=True)
class Table:
    """Columns, how many of them say what a row is about, and the rows, which can be read once."""

    columns: list[Column]
    dimensions: int
    rows: Iterable[list[Cell]]


def table_of(figures: Mapping[str, Any]) -> Table:
    """The rows of an answer of `figures`; what is not shown is None."""
    by, about = figures["by"], _about(figures)
    measures = _measures(figures["rows"])
    if compares(by, figures["cohort"]):
        empty = {"standardised_csat": asdict(standardised([], {}))}
        measures += [path for path, _ in _leaves(empty)]
    columns = [
        *(Column(name, kind_of((name,)), f"what the row is about, by {name}") for name in by),
        *(Column(_name(path), kind_of(path), _says(path, figures["rules"])) for path in measures),
        *(Column(name, kind_of((name,)), ABOUT[name]) for name in about),
    ]
    paths = [*((name,) for name in by), *measures]
    rows = ([*_cells(row, paths), *about.values()] for row in figures["rows"])
    return Table(columns, len(by), rows)


def _about(figures: Mapping[str, Any]) -> dict[str, Cell]:
    period = figures["period"]
    of_period = {
        "period_from": period["from"],
        "period_to": period["to"],
        "time_zone": period["time_zone"],
    }
    of_sealed = {name: " ".join(figures.get(name, ())) for name in OF_SEALED}
    once = {**figures, **of_sealed}
    return of_period | {name: once[name] for name in ABOUT if name not in of_period}


def _measures(rows: Collection[Mapping[str, Any]]) -> list[Path]:
    """Every figure there is, so that columns stay the same from answer to answer.

    Reasons that no rule gives any longer still stand in old rows. Other questions are those that
    the rows are about.
    """
    seen = [reason for row in rows if row["funnel"] for reason in row["funnel"]["not_asked"]]
    empty = Tally(not_asked=Counter(dict.fromkeys([*REASONS, *seen], 0)))
    for row in rows:
        for label, question in (row["questions"] or {}).items():
            empty.count_question(0, label, question["counts"] if question else (), ())
    return [path for path, _ in _leaves(row_of(empty, 0, CLOSED))]


def _leaves(part: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Cell]]:
    for name, value in part.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value


def _cells(row: Mapping[str, Any], paths: Iterable[Path]) -> Iterator[Cell]:
    found = dict(_leaves(row))
    for path in paths:
        # A row names only those reasons that it has.
        absent = 0 if path[:2] == ("funnel", "not_asked") and row["funnel"] else None
        yield found.get(path, absent)


def _name(path: Path) -> str:
    return "_".join(path[:-1] if path[1:] == ("value",) else path)


def _says(path: Path, rules: Mapping[str, str]) -> str:
    """The rule of the figure, and which part of it this is."""
    rule = rules.get(path[0], path[0])
    parts = [PARTS.get(part, part) for part in path[1:] if part != "value"]
    return f"{', '.join(parts)}, of: {rule}" if parts else rule
