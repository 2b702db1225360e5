"""What a board is shown of a period: figures by month, service and partner, and what has changed.

Plain values that a page, a print and a pack are made of alike. Whoever looks, they are of sealed
blocks, since pages are passed on. The blocks of the period, and those of the one before, are read
once each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from survey.comments.sentiment.mood import NEGATIVE, POSITIVE
from survey.foundation.clock import now
from survey.partnership.directory import Directory, directory
from survey.reports.blocks.compared import ALL, Compared, Table, compared
from survey.reports.blocks.grid import OTHER_SERVICES
from survey.reports.blocks.published import answered, record_for
from survey.reports.blocks.record import Record
from survey.reports.changes import WORSE
from survey.reports.figures import Figures
from survey.reports.in_words import InWords, in_words
from survey.reports.measures import Estimate, share
from survey.reports.periods import Period, last_quarters, last_twelve_full_months
from survey.reports.query import FiguresQuery, query_from
from survey.reports.said.spoken import SAYING

FILTERS = ("period", "partner", "service")
SUGGESTED = 8
_REST = "Other services, taken together"


@dataclass(frozen=True)
class Said:
    """What `n` comments that say something sound like: the shares of two of their sentiments."""

    n: int
    positive: Estimate
    negative: Estimate


@dataclass(frozen=True)
class BoardView:
    """What is shown, and the choice of filters.

    Attributes:
        chosen: the filters as they were given.
        period: the months it is about.
        by_month, by_service, by_partner: figures of what is chosen.
        quarters: about the whole quarters of the period, of which more is said; None: of none.
        service_table, partner_table: what has changed, by code; see `blocks.compared`.
        last_sealed: the last month that is sealed; None before the first.
        partners, services: codes and names to choose from.
        questionnaires: the names of those that people of what is chosen are asked.
    """

    chosen: Mapping[str, str]
    period: Period
    by_month: Figures
    by_service: Figures
    by_partner: Figures
    quarters: Figures | None
    service_table: Table
    partner_table: Table
    last_sealed: str | None
    partners: list[tuple[str, str]]
    services: list[tuple[str, str]]
    questionnaires: frozenset[str]

    @property
    def total(self) -> dict[str, Any]:
        """The figures over everything chosen."""
        total: dict[str, Any] = self.by_month["total"]
        return total

    @property
    def details(self) -> dict[str, Any]:
        """The figures over the whole quarters; those of the period, which say less, without."""
        details: dict[str, Any] = self.quarters["total"] if self.quarters else self.total
        return details

    @property
    def other_questions(self) -> list[InWords]:
        """What was answered to questions of one's own, over everything chosen."""
        return in_words(self.details["questions"], self.questionnaires)

    @property
    def names(self) -> dict[str, str]:
        """What codes stand for."""
        return dict(self.partners + self.services)

    @property
    def periods(self) -> list[str]:
        """The latest quarters of which anything is sealed, to choose from, and their years."""
        quarters = last_quarters(self.last_sealed, SUGGESTED) if self.last_sealed else []
        return [*quarters, *dict.fromkeys(quarter[:4] for quarter in quarters)]

    @property
    def several(self) -> bool:
        """Whether it is about partners together, which may be told apart."""
        return "partner" not in self.chosen and len(self.partners) > 1

    @property
    def change(self) -> Compared | None:
        """What has changed in all that is chosen; None where no block closes in either period."""
        if "service" in self.chosen:
            return self.service_table.get(self.chosen["service"])
        one = None if self.several else next(iter(dict(self.partners)), None)
        return self.partner_table.get(self.chosen.get("partner") or one or ALL)

    @property
    def places(self) -> list[tuple[str, Compared]]:
        """The services, and the partners where it is about several, by name.

        None under a service chosen, of which the tables do not tell the partners apart.
        """
        if "service" in self.chosen:
            return []
        partners = self.partner_table if self.several else {}
        found = {**self.service_table, **{code: partners[code] for code in partners if code != ALL}}
        return [(self.names.get(code, code), one) for code, one in found.items() if one.now.n]

    @property
    def below(self) -> list[tuple[str, Compared]]:
        """Those that are below the others, the lowest first."""
        return [
            (name, one)
            for name, one in sorted(self.places, key=_height)
            if one.beside and one.beside.verdict == WORSE
        ]

    @property
    def lowest(self) -> tuple[str, Compared] | None:
        """The lowest of several."""
        return min(self.places, key=_height) if len(self.places) > 1 else None

    def changed(self, verdict: str) -> list[tuple[str, Compared]]:
        """Those of which this verdict can be told."""
        return [(name, one) for name, one in self.places if one.since.verdict == verdict]

    @property
    def said(self) -> Said | None:
        """What the comments sound like; None where too few people answered to tell."""
        sentiment = self.details["sentiment"]
        counts = {label: sentiment[label] for label in SAYING} if sentiment else {}
        n = sum(counts.values())
        return Said(n, share(counts[POSITIVE], n), share(counts[NEGATIVE], n)) if n else None


def board_view(chosen: Mapping[str, str], visible_partners: frozenset[str] | None) -> BoardView:
    """What is shown of the partners visible to whoever looks (None: all).

    Args:
        chosen: the filters, by their names in `FILTERS`; without a period, the last twelve full
            months.
        visible_partners: their codes.

    Raises:
        UnknownPartner: the partner chosen does not exist or is not visible.
        UnknownPeriod: the period chosen is none.
        Refused: the service chosen does not exist.
        NotLoaded: there is no partnership yet.
    """
    known = directory()
    asked = query_from(chosen, last_twelve_full_months(now(), known.zone))
    # Its rows are not read: it refuses what does not exist.
    record_for(asked, visible_partners)
    record = record_for(FiguresQuery(asked.period), visible_partners)
    partners = [
        (partner.code, partner.name)
        for partner in known.everything.partners
        if visible_partners is None or partner.code in visible_partners
    ]
    by, tables = partial(_by, asked, record), _tables(chosen.get("partner"), record)
    return BoardView(
        chosen=chosen,
        period=asked.period,
        by_month=by("month"),
        by_service=by("service"),
        by_partner=by("partner"),
        quarters=None if "service" in chosen else _of_quarters(asked, record),
        service_table=tables[0],
        partner_table=tables[1],
        last_sealed=record.last_sealed,
        partners=partners,
        services=_groups(known),
        questionnaires=_questionnaires(chosen, dict(partners), known),
    )


def _height(place: tuple[str, Compared]) -> float:
    return place[1].now.value or 0.0


def _by(asked: FiguresQuery, record: Record, dimension: str) -> Figures:
    return answered(replace(asked, by=(dimension,)), record)


def _of_quarters(asked: FiguresQuery, record: Record) -> Figures | None:
    quarters = asked.period.whole_quarters
    return answered(replace(asked, period=quarters), record) if quarters else None


def _tables(partner: str | None, record: Record) -> tuple[Table, Table]:
    """The verdicts, which no choice of a service and no choice among partners narrows."""
    period = record.period.before
    before = Record(period, record.partners, record.known) if period else None
    return compared("service", partner, record, before), compared("partner", None, record, before)


def _questionnaires(
    chosen: Mapping[str, str], partners: Mapping[str, str], known: Directory
) -> frozenset[str]:
    """By name, those that people of what is chosen are asked."""
    return frozenset(
        known.settings.asking_of(partner, service.code).questionnaire
        for partner in ([chosen["partner"]] if "partner" in chosen else partners)
        for service in known.everything.services
        if chosen.get("service", service.service_group) == service.service_group
    )


def _groups(known: Directory) -> list[tuple[str, str]]:
    """The service groups by code and name; one that has no service's code has no other name."""
    services = known.everything.services
    names = {service.code: service.name for service in services}
    groups = sorted({service.service_group for service in services})
    return [*((group, names.get(group, group)) for group in groups), (OTHER_SERVICES, _REST)]
