"""The rows behind what closures count for boards: what stands, and the closures and corrections."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from survey.enquiries.model import Closure, Correction
from survey.foundation.database import db
from survey.partnership.model import DirectorateRow, PartnerRow, ServiceRow
from survey.reports.bands import BANDS, band_of
from survey.reports.blocks.closures_model import (
    CLOSED_IN,
    COUNT,
    COUNTS,
    REPLIED_IN,
    WHOLE,
)
from survey.reports.blocks.model import SealedMonth
from survey.reports.dimensions import MET, MISSED
from survey.reports.verifying.rows import ROWS_AT_ONCE


class Correcting(NamedTuple):
    """What a correction changed of a closure, by field as it said before, and when."""

    at: datetime
    before: Mapping[str, Any]


class Closed(NamedTuple):
    """A closure in codes, with what it is counted by."""

    id: int
    received_at: datetime
    forgotten: bool
    partner: str
    service: str
    directorate: str | None
    topic: str | None
    channel: str
    within_target: bool
    hours_to_close: float
    hours_to_first_reply: float | None


@dataclass
class Standing:
    """What stands of a partner's service group in a month.

    Attributes:
        counted_with: the months that were sealed when something of it was counted.
        services: in it, by code.
        counts: by the side and its value, how often each of `COUNTS`.
    """

    counted_with: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    @property
    def has_sides(self) -> bool:
        """Whether it was counted by sides; before there was this, it was not."""
        return any(side != WHOLE for side, _ in self.counts)


def months() -> Sequence[str]:
    """Those that anything is counted of, or that are sealed."""
    last = select(func.max(SealedMonth.month)).scalar_subquery()
    found = select(Closure.closed_month).where(Closure.closed_month <= last).union(
        select(COUNT.month)
    )  # fmt: skip
    return sorted(db.session.scalars(found))


def corrections() -> Mapping[int, Sequence[Correcting]]:
    """By the closure, in their order."""
    found: dict[int, list[Correcting]] = defaultdict(list)
    for each in db.session.scalars(select(Correction).order_by(Correction.id)):
        said = {name: value for name, value in each.before.items() if name in Closed._fields}
        found[each.closure_id].append(Correcting(each.corrected_at, said))
    return found


def standing_of(month: str) -> dict[tuple[str, str], Standing]:
    """By the partner and the service group."""
    found: dict[tuple[str, str], Standing] = {}
    statement = (
        select(PartnerRow.code, COUNT.service_group, ServiceRow.code, *_counted())
        .join(PartnerRow, PartnerRow.id == COUNT.partner_id)
        .join(ServiceRow, ServiceRow.id == COUNT.service_id)
        .where(COUNT.month == month)
    )
    for partner, group, service, side, value, with_month, *counts in db.session.execute(statement):
        standing = found.setdefault((partner, group), Standing())
        standing.counted_with.add(with_month)
        standing.services.add(service)
        standing.counts.setdefault((side, value), Counter()).update(
            dict(zip(COUNTS, counts, strict=True))
        )
    return found


def _counted() -> tuple[Any, ...]:
    return COUNT.side, COUNT.value, COUNT.with_month, *(COUNT[name] for name in COUNTS)


def closures_of(month: str) -> Iterator[Closed]:
    """A month's closures one by one, as they are now."""
    hours = (Closure.within_target, Closure.hours_to_close, Closure.hours_to_first_reply)
    # Whoever is forgotten leaves a closure without what its source knew it by.
    about = (Closure.id, Closure.received_at, Closure.reference.is_(None))
    codes = (PartnerRow.code, ServiceRow.code, DirectorateRow.code)
    chosen: tuple[Any, ...] = (*about, *codes, Closure.topic, Closure.channel, *hours)
    statement = (
        select(*chosen)
        .join(PartnerRow, PartnerRow.id == Closure.partner_id)
        .join(ServiceRow, ServiceRow.id == Closure.service_id)
        .outerjoin(DirectorateRow, DirectorateRow.id == Closure.directorate_id)
        .where(Closure.closed_month == month)
    )
    for row in db.session.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield Closed(*row)


def value_of(side: str, closure: Closed) -> str:
    """The value of a side as it is stored; empty for none, and for all of them together."""
    if side == "target":
        return MET if closure.within_target else MISSED
    if side == "hours":
        return band_of(closure.hours_to_close)
    return "" if side == WHOLE else getattr(closure, side) or ""


def counts_of(closure: Closed) -> Counter[str]:
    """What one closure counts."""
    names = [CLOSED_IN[BANDS.index(band_of(closure.hours_to_close))]]
    if closure.hours_to_first_reply is not None:
        names.append(REPLIED_IN[BANDS.index(band_of(closure.hours_to_first_reply))])
    return Counter([*names, *(["within_target"] if closure.within_target else [])])
