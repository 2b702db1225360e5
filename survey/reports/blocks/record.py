"""What is sealed of a period, read once, however many questions are answered from it.

A page asks by month, by service and by partner of the same period; each question would read the
same rows anew. What is not sealed yet is here too, as far as it tells nothing about answers.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import ColumnElement, select

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.partnership.taken import OTHER_SERVICES
from survey.reports.blocks.closures import Chosen, Closures, closures_of
from survey.reports.blocks.closures_model import WHOLE
from survey.reports.blocks.crossing.told import count_crossings
from survey.reports.blocks.model import Block, SealedQuarter
from survey.reports.blocks.quarters import tally_of
from survey.reports.blocks.sealing import last_sealed, sealed_from
from survey.reports.blocks.sides import Counted, count_parts
from survey.reports.blocks.standing import Standing, standing
from survey.reports.periods import Period, quarter_of
from survey.reports.tally import Tally


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

    def of_quarters(self, side: str, quarters: Collection[str]) -> Iterator[Counted]:
        """What all blocks of these quarters count by a side, where they were told together."""
        return count_crossings(side, quarters, self.partners)

    def by_side(self, side: str, together: Collection[Counted]) -> Iterator[Counted]:
        """What these blocks count by a side, as far as it may be told apart.

        Args:
            side: its name.
            together: what is told of whole quarters; of others it is told by their parts.
        """
        yield from together
        quarters = {(one.partner_id, quarter_of(one.closes)) for one in together}
        for one in count_parts(side, self._chosen(), self.known):
            if (one.partner_id, quarter_of(one.closes)) not in quarters:
                yield one

    @cached_property
    def closures(self) -> Sequence[Closures]:
        """The period's closures: as they were counted when sealed, else as they stand."""
        return self.closures_by(WHOLE, self.period, monthly=True)

    def closures_by(self, side: str, period: Period, *, monthly: bool) -> Sequence[Closures]:
        """Those of a period within it by the value of a side; `monthly` if months are needed."""
        chosen = Chosen(period, self.partners, self.group)
        return closures_of(chosen, self.last_sealed, self.known, side, monthly=monthly)

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

    def _theirs(self, of: type[Block] | type[SealedQuarter]) -> Collection[ColumnElement[bool]]:
        return () if self.partners is None else (of.partner_id.in_(sorted(self.partners)),)
