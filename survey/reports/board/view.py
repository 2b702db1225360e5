"""What a board is shown of a period: figures by month, service and partner, and what has changed.

Plain values that a page, a print and a pack are made of alike; `viewing` reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey.reports.blocks.compared import ALL, Compared, Table
from survey.reports.board.choices import Choice, latest_periods
from survey.reports.board.in_words import InWords, in_words
from survey.reports.board.places import Place, below_others, lowest_of, places_in
from survey.reports.board.said import Heard, Sound, sound_of
from survey.reports.board.side_tables import SideTable, side_table
from survey.reports.figures import Figures
from survey.reports.periods import Period


@dataclass(frozen=True)
class BoardView:
    """What is shown, and the choice of filters.

    Attributes:
        chosen: the filters as they were given.
        period: the months it is about.
        by_month, by_service, by_partner: figures of what is chosen.
        quarters: about the whole quarters of the period, of which more is said; None: of none.
        effect: the design effect of the answers of these, which widens intervals.
        service_table, partner_table: what has changed, by code; see `blocks.compared`.
        last_sealed: the last month that is sealed; None before the first.
        sides: figures by what parts of blocks may be told apart by; by directorate of one partner
            alone.
        heard: what people say, by partner; of no single service.
        partners, services: codes and names to choose from.
        directorates: those of the partners that are looked at.
        questionnaires: the names of those that people of what is chosen are asked.
    """

    chosen: Mapping[str, str]
    period: Period
    by_month: Figures
    by_service: Figures
    by_partner: Figures
    quarters: Figures | None
    effect: float
    service_table: Table
    partner_table: Table
    last_sealed: str | None
    sides: Mapping[str, Figures]
    heard: list[Heard]
    partners: list[Choice]
    services: list[Choice]
    directorates: list[Choice]
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
    def side_tables(self) -> dict[str, SideTable]:
        """What is shown by each side."""
        return {side: side_table(found, side) for side, found in self.sides.items()}

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
        """The latest periods to choose from."""
        return latest_periods(self.last_sealed)

    @property
    def several(self) -> bool:
        """Whether it is about partners together, which may be told apart."""
        return "partner" not in self.chosen and len(self.partners) > 1

    @property
    def unsealed(self) -> bool:
        """Whether no month of the period is sealed yet."""
        return self.last_sealed is None or self.period.months[0] > self.last_sealed

    @property
    def one_by_one(self) -> bool:
        """Whether partners are told by themselves alone: together they are fewer than three."""
        rows = self.by_partner["rows"]
        return self.several and not self.total["n"] and any(row["n"] for row in rows)

    @property
    def change(self) -> Compared | None:
        """What has changed in all that is chosen; None where no block closes in either period."""
        if "service" in self.chosen:
            return self.service_table.get(self.chosen["service"])
        one = None if self.several else next(iter(dict(self.partners)), None)
        return self.partner_table.get(self.chosen.get("partner") or one or ALL)

    @property
    def places(self) -> list[Place]:
        """The services, and the partners where it is about several, by name.

        None under a service chosen, of which the tables do not tell the partners apart.
        """
        if "service" in self.chosen:
            return []
        partners = places_in(self.partner_table, dict(self.partners)) if self.several else []
        return places_in(self.service_table, dict(self.services)) + partners

    @property
    def below(self) -> list[Place]:
        """Those that are below the others, the lowest first."""
        return below_others(self.places)

    @property
    def lowest(self) -> Place | None:
        """The lowest of several."""
        return lowest_of(self.places)

    def changed(self, verdict: str) -> list[Place]:
        """Those of which this verdict can be told."""
        return [(name, one) for name, one in self.places if one.since.verdict == verdict]

    @property
    def sound(self) -> Sound | None:
        """What the comments sound like; None where too few people answered to tell."""
        return sound_of(self.details["sentiment"], self.effect)
