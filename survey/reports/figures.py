"""Figures: the answer to a question about a period, in the shape that everything else is made of.

The API, the CSV, the command and the board page all show what `figures` gives, so a number is never
computed twice. Each answer carries its base, intervals, rules, period and cohort, and a keyed
fingerprint of all it says: the same fingerprint, the same figures, whenever they were asked for.
"""

from collections.abc import Iterable
from functools import partial
from itertools import compress, product
from operator import not_
from typing import Any

from survey.partnership.directory import directory
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.across import Across
from survey.reports.bands import BANDS
from survey.reports.counting import Key
from survey.reports.monthly.eligible import eligible_of
from survey.reports.monthly.reading import tallies_of
from survey.reports.periods import PARTS
from survey.reports.query import FiguresQuery
from survey.reports.row import row_of
from survey.reports.rules import RULES
from survey.reports.selection import select_closures
from survey.reports.stamp import INSIDERS_ONLY, as_shown, stamped
from survey.reports.tally import Tally

Figures = dict[str, Any]


def figures(query: FiguresQuery, visible_partners: frozenset[str] | None) -> Figures:
    """The answer to a query, from current rows of the partners visible to the caller (None: all).

    There is a row for each combination of dimension values that has closures in the period (in the
    cohort `answered`: answers), and where the rows are by time, one for every month, quarter or
    year of the period, so that nobody takes a gap for a neighbour. Rows are sorted, null last.

    Raises:
        UnknownPartner: the partner asked for does not exist or is not visible.
        Refused: another filter has a value that nothing visible has.
        NotLoaded: there is no partnership yet.
    """
    known = directory()
    base = known.settings.minimum_base
    selection = select_closures(query, visible_partners, known)
    tallies, whole = tallies_of(query, selection, known)
    across, nothing = Across(query, known, partial(eligible_of, query, selection)), Tally()
    content: Figures = {
        "period": as_shown(query.period, known.settings.time_zone),
        "cohort": query.cohort,
        "release": INSIDERS_ONLY,
        "by": list(query.by),
        "minimum_base": base,
        "rules": RULES,
        "rows": [
            dict(zip(query.by, key, strict=True))
            | row_of(tallies.get(key, nothing), base, query.cohort)
            | across.of_row(key, tallies.get(key, nothing))
            for key in keys_of(query, tallies)
        ],
        "total": row_of(whole, base, query.cohort) | across.of_total(whole),
    }
    return stamped(content)


def keys_of(query: FiguresQuery, tallies: Iterable[Key]) -> list[Key]:
    """The rows there are: what occurs, at every time of the period where rows are by time."""
    of_time = [name in PARTS for name in query.by]
    parts = [PARTS[name] for name in query.by if name in PARTS]
    times = dict.fromkeys(tuple(part(month) for part in parts) for month in query.period.months)
    others = {tuple(compress(key, map(not_, of_time))) for key in tallies}
    if all(of_time):
        others = {()}
    return sorted(
        (_woven(of_time, time, other) for time, other in product(times, others)),
        key=lambda key: [_place(*each) for each in zip(query.by, key, strict=True)],
    )


def _place(dimension: str, value: str | None) -> tuple[bool, bool, int, str]:
    """Where a row stands: the rest last, null before it, hours by how many, all else by letters."""
    longer = BANDS.index(value) if dimension == "hours" and value in BANDS else 0
    return value == NOT_TOLD_APART, value is None, longer, value or ""


def _woven(of_time: list[bool], time: Key, other: Key) -> Key:
    """Both parts of a key in the order in which the dimensions were asked for."""
    times, others = iter(time), iter(other)
    return tuple(next(times if is_time else others) for is_time in of_time)
