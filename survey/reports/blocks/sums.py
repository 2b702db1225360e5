"""Which blocks and closures of a record stand behind each row of an answer: they are added up."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from survey.reports.blocks.grid import OTHER_SERVICES, SIDES, side_of
from survey.reports.blocks.record import Record
from survey.reports.blocks.row import Sealed
from survey.reports.counting import Key
from survey.reports.periods import PARTS, quarter_of
from survey.reports.query import FiguresQuery
from survey.reports.tally import Tally


@dataclass(frozen=True)
class Sums:
    """The blocks of each row, and all of them.

    Attributes:
        rows: by the values of the question's dimensions.
        whole: of all rows.
        several: whether all of them are of partners taken together.
        several_in_a_row: whether a row is, too.
    """

    rows: dict[Key, Sealed]
    whole: Sealed
    several: bool
    several_in_a_row: bool


class Asked:
    """One question to a record that holds its period, its partners and its services."""

    def __init__(self, query: FiguresQuery, record: Record) -> None:
        self._query, self._record = query, record
        everything = record.known.everything
        self._partners = {partner.id: partner.code for partner in everything.partners}
        self._partner, self._group = (query.filters.get(name) for name in ("partner", "service"))
        self._months = frozenset(query.period.months)

    @property
    def several(self) -> bool:
        """Whether it is about partners taken together."""
        seen = self._record.partners
        return self._partner is None and (seen is None or len(seen) > 1)

    def sums(self) -> Sums:
        """The blocks of each row, and all of them."""
        rows: dict[Key, Sealed] = defaultdict(Sealed)
        whole, side = Sealed(), side_of(self._query)
        for each in self._record.blocks:
            at = (each.block.partner_id, each.service, each.block.closes)
            if self._means(*at):
                # By a side, rows are of parts, which add up to the whole.
                for sealed in (whole,) if side else (rows[self._key(*at)], whole):
                    _add(sealed, each.block.partner_id, each.block.closes, each.tally)
        for part in self._record.parts(side) if side else ():
            at = (part.partner_id, part.service_group or OTHER_SERVICES, part.closes)
            if self._means(*at):
                _add(rows[self._key(*at, part.value)], part.partner_id, part.closes, part.tally)
        self._add_details(rows.values(), whole)
        # A row of its own for each partner adds up no others.
        in_a_row = self.several and "partner" not in self._query.by
        return Sums(dict(rows), whole, several=self.several, several_in_a_row=in_a_row)

    def speed(self) -> dict[Key, Tally]:
        """The closures of each row; they were not sealed by side, so rows by one have none."""
        found: dict[Key, Tally] = defaultdict(Tally)
        for one in self._record.closures:
            at = (one.partner_id, one.service_group, one.month)
            if self._means(*at):
                found[self._key(*at)].add(one.speed)
        return dict(found)

    def _means(self, partner_id: int, group: str, month: str) -> bool:
        return (
            self._partner in (None, self._partners[partner_id])
            and self._group in (None, group)
            and month in self._months
        )

    def _key(self, partner_id: int, group: str, month: str, side: str | None = None) -> Key:
        """The key of the row; `side` is the value of the side that rows are by, if they are."""
        at = {"partner": self._partners[partner_id], "service": group} | dict.fromkeys(SIDES, side)
        return tuple(at[name] if name in at else PARTS[name](month) for name in self._query.by)

    def _add_details(self, rows: Iterable[Sealed], whole: Sealed) -> None:
        """What is said of the quarters, to those that are of all blocks of a partner's quarters."""
        period = self._query.period
        if self._group is not None or period != period.whole_quarters:
            return
        details, apart = self._record.details, {"service", "month", *SIDES} & set(self._query.by)
        for sealed in (whole, *(() if apart else rows)):
            sealed.details = {key: details[key] for key in sealed.quarters if key in details}


def _add(sealed: Sealed, partner_id: int, closes: str, tally: Tally) -> None:
    sealed.tally.add(tally)
    sealed.quarters.add((partner_id, quarter_of(closes)))
