"""Closures as boards read them: of sealed months as they were counted, of others as they stand."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select

from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.reports.bands import BANDS
from survey.reports.blocks.closing import closures_where, counted
from survey.reports.blocks.closures_model import COUNT, COUNTS
from survey.reports.periods import Period
from survey.reports.tally import Tally


@dataclass(frozen=True)
class Closures:
    """How fast the closures of one partner's service group were in one month.

    Attributes:
        partner_id: whose they are.
        service_group: of the services they are about.
        month: in which they were closed; where months are not needed, the first of those of a year.
        value: the one they have of a side; None for none.
        speed: what they count.
        recounted: the month that was sealed when they were last counted again; None where they
            stand as first counted, with their own month.
    """

    partner_id: int
    service_group: str
    month: str
    value: str | None
    speed: Tally
    recounted: str | None


@dataclass(frozen=True)
class Chosen:
    """Which closures are read: of some months, partners (ids) and a service group (None: all)."""

    period: Period
    partners: frozenset[int] | None
    group: str | None


def closures_of(
    chosen: Chosen, last_sealed: str | None, known: Directory, side: str, *, monthly: bool
) -> list[Closures]:
    """Closures by the value of a side.

    Args:
        chosen: which ones.
        last_sealed: the last month that is sealed.
        known: the partnership.
        side: a name in `grid.SIDES`; or `WHOLE`, all of them together.
        monthly: whether their months are needed.
    """
    return [
        *_sealed(chosen, known, side, monthly=monthly),
        *_not_sealed(chosen, last_sealed or "", known, side),
    ]


def years_recounted(closures: Iterable[Closures]) -> set[str]:
    """Of which years some of these were counted again."""
    return {each.month[:4] for each in closures if each.recounted}


def _sealed(chosen: Chosen, known: Directory, side: str, *, monthly: bool) -> Iterator[Closures]:
    everybody = frozenset(partner.id for partner in known.everything.partners)
    asked = {
        "asked_side": side,
        # All of them by name, too: the key that rows are found by begins with partners.
        "asked_partners": sorted(everybody if chosen.partners is None else chosen.partners),
        "first_month": chosen.period.months[0],
        "last_month": chosen.period.months[-1],
        "asked_group": chosen.group,
    }
    statement = _adding_up(monthly=monthly, of_group=chosen.group is not None)
    for row in db.session.execute(statement, asked):
        partner_id, group, value, month, recounted, *counts = row
        yield Closures(partner_id, group, month, value or None, speed_from(counts), recounted)


@cache
def _adding_up(*, monthly: bool, of_group: bool) -> Select[Any]:
    """The statement; it is long, so it is put together once."""
    time = COUNT.month if monthly else func.substr(COUNT.month, 1, 4)
    by = (COUNT.partner_id, COUNT.service_group, COUNT.value)
    again = func.max(case((COUNT.with_month > COUNT.month, COUNT.with_month)))
    sums = (func.sum(COUNT[name]) for name in COUNTS)
    statement = select(*by, func.min(COUNT.month), again, *sums).where(
        COUNT.side == bindparam("asked_side"),
        COUNT.partner_id.in_(bindparam("asked_partners", expanding=True)),
        COUNT.month.between(bindparam("first_month"), bindparam("last_month")),
    )
    if of_group:
        statement = statement.where(COUNT.service_group == bindparam("asked_group"))
    return statement.group_by(*by, time)


def _not_sealed(
    chosen: Chosen, last_sealed: str, known: Directory, side: str
) -> Iterator[Closures]:
    open_months = [month for month in chosen.period.months if month > last_sealed]
    if not open_months:
        return
    groups = {service.id: service.service_group for service in known.everything.services}
    where: list[ColumnElement[bool]] = [
        Closure.closed_month.between(open_months[0], open_months[-1])
    ]
    if chosen.partners is not None:
        where.append(Closure.partner_id.in_(sorted(chosen.partners)))
    if chosen.group is not None:
        where.append(
            Closure.service_id.in_([id_ for id_, of in groups.items() if of == chosen.group])
        )
    closures = closures_where(*where).subquery("closures")
    for row in db.session.execute(counted(closures, side, "month")):
        partner_id, service_id, value, month, *counts = row
        group, speed = groups[service_id], speed_from(counts)
        yield Closures(partner_id, group, month, value or None, speed, recounted=None)


def speed_from(counts: Sequence[Any]) -> Tally:
    """The tally of what was counted, in the order of `COUNTS`."""
    # PostgreSQL gives sums as decimals.
    within, *hours = map(int, counts)
    return Tally(
        within_target=within,
        hours=_in_bands(hours[: len(BANDS)]),
        first_reply=_in_bands(hours[len(BANDS) :]),
    )


def _in_bands(counts: Sequence[int]) -> Counter[str]:
    return Counter({band: n for band, n in zip(BANDS, counts, strict=True) if n})
