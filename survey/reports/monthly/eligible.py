"""Who might have been asked, by what weights go by: from the table of months, else from rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, and_, func, select

from survey.foundation.database import db
from survey.reports.eligible import Counts, Traits, eligible_counts
from survey.reports.monthly.cells import chosen_by
from survey.reports.monthly.holding import holding_in
from survey.reports.monthly.model import MonthlyEligible, MonthlyMonth
from survey.reports.monthly.shapes import runs, shape_for
from survey.reports.query import FiguresQuery
from survey.reports.selection import Selection


def eligible_of(query: FiguresQuery, selection: Selection) -> dict[Traits, Counts]:
    """How many were eligible, asked, answered and satisfied, by partner, service, and so on."""
    if shape_for(query) is None:
        return eligible_counts(query, selection)
    found: dict[Any, list[int]] = defaultdict(lambda: [0] * 4)
    counted = ""
    for holding, *row in db.session.execute(_of_months(query, selection)):
        counted = holding or ""
        if row[0] is not None:
            _add(found[tuple(row[:4])], row[4:])
    for period in runs(query.period.months, counted.split(",")):
        of_rows = eligible_counts(replace(query, period=period), selection)
        for traits, counts in of_rows.items():
            _add(found[traits], counts)
    return {traits: (each[0], each[1], each[2], each[3]) for traits, each in found.items()}


def _of_months(query: FiguresQuery, selection: Selection) -> Select[Any]:
    """The sums over the months that hold, each row with the names of these; one row at least."""
    table, holding = MonthlyEligible, holding_in(query.period)
    names = select(func.aggregate_strings(MonthlyMonth.month, ",").label("months")).where(holding)
    months = names.subquery("holding")
    traits = (table.partner_id, table.service_id, table.channel, table.within_target)
    counts = (table.eligible, table.asked, table.answered, table.satisfied)
    asked = query.period.months
    mine = (
        table.month.in_(select(MonthlyMonth.month).where(holding)),
        # Which follows, but PostgreSQL would read all months without it.
        table.month.between(asked[0], asked[-1]),
        *chosen_by(selection, table),
    )
    return (
        select(months.c.months, *traits, *(func.sum(column) for column in counts))
        .select_from(months.outerjoin(table, and_(*mine)))
        .group_by(months.c.months, *traits)
    )


def _add(sums: list[int], counts: Sequence[int]) -> None:
    for place, n in enumerate(counts):
        sums[place] += n
