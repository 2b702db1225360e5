"""Counts closures for boards: how many there were and how fast they went, by each side.

The closures of a month are looked up once, so that all sides count the same ones. What is stored is
how the counts differ from those that stand.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Insert,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from survey.enquiries.model import Closure, Correction
from survey.foundation.database import db, table_of
from survey.partnership.model import DirectorateRow, ServiceRow
from survey.partnership.settings import SIDES
from survey.reports.bands import BANDS
from survey.reports.blocks.closures_model import COUNT, COUNTS, WHOLE, ClosureCount
from survey.reports.blocks.looked_up import LookedUp
from survey.reports.dimensions import MET, MISSED
from survey.reports.in_bands import band

OF = ("partner_id", "service_id", "value")
# How many closures rows are that are closures.
ONE_EACH = func.count()


def count_month(month: str, with_month: str) -> None:
    """Count a month's closures, as they are now, when a month is sealed: itself or a later one."""
    with LOOKED_UP.filled(closures_where(Closure.closed_month == month)) as closures:
        # What was counted of them before may have none left.
        if closures or with_month != month:
            _add(month, with_month, beside_standing=True)


def count_missing(month: str, with_month: str, last: int) -> None:
    """Count the closures of those partners' services of which none of a month was counted yet.

    Args:
        month: in which they were closed.
        with_month: the one that is being sealed.
        last: the id of the last closure there was when this was done before; 0 for none.
    """
    known = select(COUNT.month).where(
        COUNT.side == WHOLE,
        COUNT.month == Closure.closed_month,
        COUNT.partner_id == Closure.partner_id,
        COUNT.service_id == Closure.service_id,
    )
    theirs = (Closure.closed_month == month, ~known.exists(), ~was_elsewhere(last))
    with LOOKED_UP.filled(closures_where(*theirs)):
        _add(month, with_month, beside_standing=False)


def was_elsewhere(last: int) -> ColumnElement[bool]:
    """Whether a closure was counted before it was put right to be of what nothing is counted of.

    It stays counted there, and must not count twice.
    """
    put_right = select(Correction.id).where(Correction.closure_id == Closure.id)
    return and_(Closure.id <= last, put_right.correlate(Closure).exists())


def closures_where(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Closures with the value of each side, and with the bands that they are counted by."""
    columns: tuple[Any, ...] = (
        Closure.partner_id,
        Closure.service_id,
        Closure.closed_month.label("month"),
        literal_column("''", String).label(WHOLE),
        Closure.directorate_id.label("directorate"),
        Closure.topic,
        Closure.channel,
        Closure.within_target.label("target"),
        band(Closure.hours_to_close).label("hours"),
        band(Closure.hours_to_first_reply).label("replied"),
    )
    return select(*columns).where(*conditions)


def counted(
    closures: FromClause, side: str, *further: str, times: ColumnElement[int] = ONE_EACH
) -> Select[Any]:
    """What closures count, by partner, service, the value of a side and further columns.

    Closures that are alike are counted first, and told apart by band afterwards: looking at each
    one for every band takes twice as long. `times` says how many rows are, where they are no
    closures but groups of them.
    """
    at = [closures.c[name] for name in (*OF[:2], *further)]
    is_counted_by = (closures.c.target, closures.c.hours, closures.c.replied)
    labels = zip(is_counted_by, ("met", "closed", "replied"), strict=True)
    named = (closures.c[side].label("value"), *(column.label(name) for column, name in labels))
    alike = (
        select(*at, *named, times.label("times"))
        .group_by(*at, closures.c[side], *is_counted_by)
        .subquery("alike")
    ).c
    conditions = (
        alike.met == true(),
        *(alike.closed == number for number in range(len(BANDS))),
        *(alike.replied == number for number in range(len(BANDS))),
    )
    sums = (func.sum(case((condition, alike.times), else_=0)) for condition in conditions)
    by = [alike[column.name] for column in at]
    return select(
        *by[:2],
        _shown(side, alike.value).label("value"),
        *by[2:],
        *(each.label(name) for each, name in zip(sums, COUNTS, strict=True)),
    ).group_by(*by, alike.value)


def _shown(side: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value of a side as it is shown; empty for none."""
    if side == "target":
        return case((value == true(), MET), else_=MISSED)
    if side == "hours":
        return case(*((value == number, name) for number, name in enumerate(BANDS)))
    if side == "directorate":
        value = select(DirectorateRow.code).where(DirectorateRow.id == value).scalar_subquery()
    return func.coalesce(value, "")


LOOKED_UP = LookedUp("counted_closure", closures_where())


def _add(month: str, with_month: str, *, beside_standing: bool) -> None:
    """Store what the closures looked up come to, by each side."""
    adding = _adding(beside_standing=beside_standing)
    db.session.execute(adding, {"of_month": month, "sealed_month": with_month})


@cache
def _adding(*, beside_standing: bool) -> Insert:
    """The statement; it is long, so it is put together once.

    It takes what stands from what is counted, and leaves out what comes to nothing.
    """
    month, fresh = bindparam("of_month", type_=String), _by_each_side()
    standing = select(*(COUNT[name] for name in OF), *(-COUNT[name] for name in COUNTS), COUNT.side)
    theirs = standing.where(COUNT.month == month)
    found = union_all(*fresh, *([theirs] if beside_standing else [])).subquery("found")
    by, sums = [found.c[name] for name in OF], [func.sum(found.c[name]) for name in COUNTS]
    # A service stays in the group it was counted in, as its blocks do.
    before = _groups_before(month)
    group = func.coalesce(func.min(before.c.group), func.min(ServiceRow.service_group))
    rows = (
        select(found.c.side, month, bindparam("sealed_month", type_=String), *by, group, *sums)
        .select_from(found)
        .join(ServiceRow, ServiceRow.id == found.c.service_id)
        .outerjoin(before, before.c.service_id == found.c.service_id)
        .group_by(found.c.side, *by)
        .having(or_(*(each != 0 for each in sums)))
    )
    names = ["side", "month", "with_month", *OF, "service_group", *COUNTS]
    return insert(table_of(ClosureCount)).from_select(names, rows)


def _by_each_side() -> Iterator[Select[Any]]:
    """What the closures looked up count by each side, and the side.

    Closures are gone through twice and not for each: by topic, of which there may be as many as one
    likes, and for groups of all else, of which there are few.
    """
    closures = LOOKED_UP.table
    columns = [column for column in closures.c if column.name != "topic"]
    alike = select(*columns, func.count().label("times")).group_by(*columns).cte("alike")
    times = func.sum(alike.c.times)
    for side in (WHOLE, *SIDES):
        one = counted(closures, side) if side == "topic" else counted(alike, side, times=times)
        yield one.add_columns(literal_column(f"'{side}'", String).label("side"))


def _groups_before(month: ColumnElement[str]) -> Subquery:
    """The groups that services were counted in, in a month, of whatever partner."""
    return (
        select(COUNT.service_id, func.min(COUNT.service_group).label("group"))
        .where(COUNT.side == WHOLE, COUNT.month == month)
        .group_by(COUNT.service_id)
        .subquery("before")
    )
