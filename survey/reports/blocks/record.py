"""What is sealed of a period, read once, however many questions are answered from it.

A page asks by month, by service and by partner of the same period; each question would read the
same rows anew. What is not sealed yet is here too, as far as it tells nothing about answers.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import ColumnElement, select

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.partnership.taken import OTHER_SERVICES
from survey.reports.blocks.copying import speed_from
from survey.reports.blocks.model import Block, SealedQuarter, SeriesMonth
from survey.reports.blocks.quarters import tally_of
from survey.reports.blocks.sealing import last_sealed, sealed_from
from survey.reports.blocks.sides import Counted, count_parts
from survey.reports.blocks.standing import Standing, standing
from survey.reports.counting import count_closures
from survey.reports.periods import Period, quarter_of
from survey.reports.query import FiguresQuery
from survey.reports.selection import Selection
from survey.reports.tally import Tally


@dataclass(frozen=True)
class Closures:
    """How fast the closures of one partner's service group were in one month."""

    partner_id: int
    service_group: str
    month: str
    speed: Tally


class Record:
    """The sealed rows of some partners' months; each kind is read when it is first asked for.

    Args:
        period: the months.
        partners: their ids; None is all.
        known: the partnership.
        group: the one service group that is needed; None is all.
    """

    def __init__(
        self,
        period: Period,
        partners: frozenset[int] | None,
        known: Directory,
        group: str | None = None,
    ) -> None:
        self.period, self.partners, self.known, self.group = period, partners, known, group
        self._months = (period.months[0], period.months[-1])

    @cached_property
    def blocks(self) -> Sequence[Standing]:
        """The blocks that close in the period."""
        return standing(self._chosen())

    @cached_property
    def counts(self) -> list[Counted]:
        """What these blocks count as they stand."""
        return [
            Counted(each.partner_id, each.service_group, each.closes, None, each.tally)
            for each in self.blocks
        ]

    def parts(self, side: str) -> Iterator[Counted]:
        """What the parts of these blocks count by a side, as far as it may be told apart."""
        return count_parts(side, self._chosen(), self.known)

    @cached_property
    def closures(self) -> Sequence[Closures]:
        """The period's closures: as they stood when their month was sealed, else as they stand."""
        columns = (SeriesMonth.partner_id, SeriesMonth.service_group, SeriesMonth.month)
        series = select(*columns, SeriesMonth.speed).where(
            SeriesMonth.month.between(*self._months), *self._theirs(SeriesMonth)
        )
        if self.group is not None:
            series = series.where(SeriesMonth.service_group == self.group)
        sealed = (
            Closures(partner, group, month, speed_from(speed))
            for partner, group, month, speed in db.session.execute(series)
        )
        return [*sealed, *self._not_sealed()]

    @cached_property
    def details(self) -> Mapping[tuple[int, str], Tally]:
        """What is said of the period's quarters, by the partner's id and the quarter."""
        quarters = {quarter_of(month) for month in self.period.months}
        rows = select(SealedQuarter).where(
            SealedQuarter.quarter.in_(quarters), *self._theirs(SealedQuarter)
        )
        return {
            (row.partner_id, row.quarter): tally_of(row.detail, row.squares)
            for row in db.session.scalars(rows)
            if row.detail
        }

    @cached_property
    def as_of(self) -> datetime:
        """The moment from which the last sealed month could be had, whenever it was sealed."""
        last = self.last_sealed
        return sealed_from(last, self.known) if last else datetime.fromtimestamp(0, UTC)

    @cached_property
    def last_sealed(self) -> str | None:
        """The last month that is sealed, in whatever period; None before the first."""
        return last_sealed()

    def _chosen(self) -> list[ColumnElement[bool]]:
        """What is true of the blocks."""
        found = [Block.closes.between(*self._months), *self._theirs(Block)]
        if self.group is not None:
            rest = Block.service_group.is_(None)
            mine = Block.service_group == self.group
            found.append(rest if self.group == OTHER_SERVICES else mine)
        return found

    def _theirs(
        self, of: type[Block] | type[SeriesMonth] | type[SealedQuarter]
    ) -> Collection[ColumnElement[bool]]:
        return () if self.partners is None else (of.partner_id.in_(sorted(self.partners)),)

    def _not_sealed(self) -> Iterator[Closures]:
        still_open = [month for month in self.period.months if month > (self.last_sealed or "")]
        if not still_open:
            return
        everything = self.known.everything
        period = Period(self.period.last + 1 - len(still_open), self.period.last)
        services = frozenset(
            each.id for each in everything.services if each.service_group == self.group
        )
        selection = Selection(
            partners=self.partners, services=None if self.group is None else services
        )
        query = FiguresQuery(period, ("partner", "service", "month"))
        partners = {partner.code: partner.id for partner in everything.partners}
        groups = {service.code: service.service_group for service in everything.services}
        for (partner, service, month), tally in count_closures(
            query, selection, self.known
        ).items():
            yield Closures(partners[str(partner)], groups[str(service)], str(month), tally)
