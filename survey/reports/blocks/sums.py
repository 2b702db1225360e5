"""Which blocks and closures of a record stand behind each row of an answer: they are added up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.partnership.settings import SIDES
from survey.partnership.taken import NOT_TOLD_APART, OTHER_SERVICES
from survey.reports.blocks.closures import Closures, years_recounted
from survey.reports.blocks.grid import side_of
from survey.reports.blocks.record import Record
from survey.reports.blocks.row import Sealed, enough
from survey.reports.blocks.sides import Counted
from survey.reports.blocks.standing import Standing
from survey.reports.counting import Key
from survey.reports.periods import PARTS, quarter_of
from survey.reports.query import FiguresQuery
from survey.reports.tally import Tally, sum_of


@dataclass(frozen=True)
class Sums:
    """The blocks of each row, and all of them.

    Attributes:
        rows: by the values of the question's dimensions.
        whole: of all rows.
        several: whether all of them are of partners taken together.
        several_in_a_row: whether a row is, too.
        whole_quarters: those of which all answers are told by the side of the question.
    """

    rows: dict[Key, Sealed]
    whole: Sealed
    several: bool
    several_in_a_row: bool
    whole_quarters: list[str]


@dataclass(frozen=True)
class Speed:
    """The closures of each row, and all of them.

    Attributes:
        rows: by the values of the question's dimensions; by a side, of those that have closures.
        whole: of all rows.
        recounted: years of which some were counted again after their month was sealed.
    """

    rows: dict[Key, Tally]
    whole: Tally
    recounted: set[str]


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

    @property
    def blocks(self) -> list[Standing]:
        """The blocks that it is about."""
        return [
            each
            for each in self._record.blocks
            if self._means(each.partner_id, each.service, each.closes)
        ]

    def sums(self) -> Sums:
        """The blocks of each row, and all of them."""
        side = side_of(self._query)
        rows = self._rows(self._record.counts)
        whole = Sealed()
        for sealed in rows.values():
            whole.add(sealed)
        # A row of its own for each partner adds up no others.
        in_a_row = self.several and "partner" not in self._query.by
        together: list[Counted] = []
        if side:
            together = self._told_together(side)
            rows = self._rows(self._record.by_side(side, together))
            rows = self._without_those_of_few(rows, side) if in_a_row else rows
        self._add_details(rows.values(), whole)
        quarters = sorted({quarter_of(one.closes) for one in together})
        return Sums(rows, whole, self.several, in_a_row, quarters)

    def _rows(self, counted: Iterable[Counted]) -> dict[Key, Sealed]:
        rows: dict[Key, Sealed] = defaultdict(Sealed)
        for one in counted:
            at = (one.partner_id, one.service_group or OTHER_SERVICES, one.closes)
            if self._means(*at):
                sealed = rows[self._key(*at, one.value)]
                sealed.tally.add(one.tally)
                sealed.quarters.add((one.partner_id, quarter_of(one.closes)))
        return dict(rows)

    def _without_those_of_few(self, rows: Mapping[Key, Sealed], side: str) -> dict[Key, Sealed]:
        """Rows by a side; what too few partners have is not told apart, so that rows add up."""
        place = self._query.by.index(side)
        found: dict[Key, Sealed] = defaultdict(Sealed)
        for key, sealed in rows.items():
            told = enough(sealed.quarters, several=True)
            found[key if told else (*key[:place], NOT_TOLD_APART, *key[place + 1 :])].add(sealed)
        return dict(found)

    def _told_together(self, side: str) -> list[Counted]:
        """What is told of whole quarters by a side, where rows are of these or of more."""
        whole = self._query.period.whole_quarters
        if whole is None or self._group is not None or {"service", "month"} & {*self._query.by}:
            return []
        of_quarters = self._record.of_quarters(side, {quarter_of(month) for month in whole.months})
        return [
            one for one in of_quarters if self._means(one.partner_id, OTHER_SERVICES, one.closes)
        ]

    def speed(self) -> Speed:
        """The closures of each row, and all of them."""
        side, by = side_of(self._query), self._query.by
        closures = self._meant(self._record.closures)
        apart = closures
        if side:
            monthly = any(name in PARTS for name in by)
            of_side = self._record.closures_by(side, self._query.period, monthly=monthly)
            apart = self._meant(of_side)
        rows: dict[Key, Tally] = defaultdict(Tally)
        for one in apart:
            # All of them may have been put right to be somebody else's.
            if one.speed.hours:
                key = self._key(one.partner_id, one.service_group, one.month, one.value)
                rows[key].add(one.speed)
        whole = sum_of(one.speed for one in closures)
        return Speed(dict(rows), whole, years_recounted([*closures, *apart]))

    def _meant(self, closures: Iterable[Closures]) -> list[Closures]:
        return [
            one for one in closures if self._means(one.partner_id, one.service_group, one.month)
        ]

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
