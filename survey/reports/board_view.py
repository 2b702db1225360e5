"""What a board is shown of a period: figures by month, service and partner, and the filters.

Plain values that a page, a print and a pack are made of alike. Whoever looks, they are of sealed
blocks, since pages are passed on. Nothing is computed here: `published` answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey.foundation.clock import now
from survey.partnership.directory import Directory, directory
from survey.reports.blocks.grid import OTHER_SERVICES
from survey.reports.blocks.published import published
from survey.reports.figures import Figures
from survey.reports.in_words import InWords, in_words
from survey.reports.periods import Period, last_twelve_full_months
from survey.reports.query import FiguresQuery, query_from

FILTERS = ("period", "partner", "service")
_REST = "Other services, taken together"


@dataclass(frozen=True)
class BoardView:
    """What is shown: figures by month, service and partner, and the choice of filters.

    `quarters` is about the whole quarters of the period, of which more is said; None: of none.
    """

    chosen: Mapping[str, str]
    by_month: Figures
    by_service: Figures
    by_partner: Figures
    quarters: Figures | None
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

    def by(*dimensions: str, period: Period = asked.period) -> Figures:
        query = FiguresQuery(period, dimensions, filters=asked.filters)
        return published(query, visible_partners)

    quarters = asked.period.whole_quarters
    partners = [
        (partner.code, partner.name)
        for partner in known.everything.partners
        if visible_partners is None or partner.code in visible_partners
    ]
    return BoardView(
        chosen=chosen,
        by_month=by("month"),
        by_service=by("service"),
        by_partner=by("partner"),
        quarters=by(period=quarters) if quarters and "service" not in chosen else None,
        partners=partners,
        services=_groups(known),
        questionnaires=_questionnaires(chosen, dict(partners), known),
    )


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
