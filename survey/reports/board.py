"""The board page: the same figures as the API gives boards, to be read instead of fetched.

Whoever looks, it shows sealed blocks, since a page is passed on. Filters live in the address, so
that it can be kept and shown again. Nothing is computed here: `published` answers, `pictures`
places, the template shows each number with its base and interval.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from survey.access.caller import Caller, caller
from survey.foundation.clock import now
from survey.foundation.headers import private_page
from survey.foundation.problems import Problem
from survey.partnership.directory import Directory, directory
from survey.reports import pictures
from survey.reports.blocks.grid import OTHER_SERVICES
from survey.reports.blocks.published import published
from survey.reports.figures import Figures
from survey.reports.in_words import InWords, in_words
from survey.reports.periods import Period, UnknownPeriod, last_twelve_full_months
from survey.reports.query import FiguresQuery, Refused, UnknownPartner, query_from

board = Blueprint("board", __name__, template_folder="pages")
board.after_request(private_page)

FILTERS = ("period", "partner", "service")
_REST = "Other services, taken together"


@dataclass(frozen=True)
class View:
    """What the page shows: figures by month, service and partner, and the choice of filters.

    `quarters` is about the whole quarters of the period, of which more is said; None: of none.
    """

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


@board.errorhandler(Problem)
def refused(problem: Problem) -> tuple[str, int]:
    """Whoever comes without a valid address is told where to get one."""
    return render_template("reports/refused.html", message=problem.detail), problem.status


@board.get("/board")
def page() -> Response | tuple[str, int]:
    """How satisfied people are, is it getting better, where not."""
    chosen = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    known = directory()
    try:
        view = _view(chosen, known, caller())
    except UnknownPartner as unknown:
        return render_template("reports/unknown.html", message=str(unknown)), 404
    except (Refused, UnknownPeriod) as refused:
        return render_template("reports/unknown.html", message=str(refused)), 422
    return current_app.make_response(
        render_template(
            "reports/board.html", view=view, chosen=chosen, pictures=pictures, partnership=known
        )
    )


def _view(chosen: dict[str, str], known: Directory, somebody: Caller) -> View:
    asked = query_from(chosen, last_twelve_full_months(now(), known.zone))

    def by(*dimensions: str, period: Period = asked.period) -> Figures:
        query = FiguresQuery(period, dimensions, filters=asked.filters)
        return published(query, somebody.partners)

    everything, quarters = known.everything, asked.period.whole_quarters
    partners = [(p.code, p.name) for p in everything.partners if somebody.may_see_partner(p.code)]
    return View(
        by_month=by("month"),
        by_service=by("service"),
        by_partner=by("partner"),
        quarters=by(period=quarters) if quarters and "service" not in chosen else None,
        partners=partners,
        services=_groups(known),
        questionnaires=frozenset(
            known.settings.asking_of(partner, service.code).questionnaire
            for partner in ([chosen["partner"]] if "partner" in chosen else dict(partners))
            for service in everything.services
            if chosen.get("service", service.service_group) == service.service_group
        ),
    )


def _groups(known: Directory) -> list[tuple[str, str]]:
    """The service groups by code and name; one that has no service's code has no other name."""
    services = known.everything.services
    names = {service.code: service.name for service in services}
    groups = sorted({service.service_group for service in services})
    return [*((group, names.get(group, group)) for group in groups), (OTHER_SERVICES, _REST)]
