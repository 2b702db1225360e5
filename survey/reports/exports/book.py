"""What a spreadsheet of figures holds, whatever its format: the figures, and the rules they go by.

Both formats write numbers as numbers, shares as percentages and every text as text, so nothing in
it is ever run as a formula. Nothing in the file tells when or where it was made but `as_of`, so the
same figures are the same bytes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from survey.reports.exports.kinds import Kind
from survey.reports.exports.table import Column

FIGURES, RULES = "Figures", "Rules"
# In characters.
RULES_WIDTHS = (18, 100)
OF_NUMBERS, OF_TEXTS = 9, 16


def title_of(figures: Mapping[str, Any]) -> str:
    """What the file is called inside."""
    return f"Figures from {figures['period']['from']} to {figures['period']['to']}"


def rules_of(figures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The lines of the sheet of rules: what the figures stand on, then the rule of each."""
    period = figures["period"]
    yield "period", f"{period['from']} to {period['to']}"
    yield "time_zone", period["time_zone"]
    for name in ("cohort", "release", "as_of", "fingerprint", "minimum_base"):
        yield name, str(figures[name])
    yield from figures["rules"].items()


def width_of(column: Column) -> int:
    """How wide a column is to be, in characters: its name can be read."""
    least = OF_TEXTS if column.kind == Kind.TEXT else OF_NUMBERS
    return max(least, len(column.name) + 2)
