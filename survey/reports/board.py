"""The board page: the same figures as the API gives, to be read instead of fetched.

Filters live in the address, so that a page can be kept and shown again. Nothing is computed here:
`figures` answers, `pictures` places, the template shows each number with its base and interval.
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
from survey.reports.figures import Figures, figures
from survey.reports.in_words import InWords, in_words
from survey.reports.periods import UnknownPeriod, last_twelve_full_months
from survey.reports.query import FiguresQuery, Refused, UnknownPartner, query_from

board = Blueprint("board", __name__, template_folder="pages")
board.after_request(private_page)

FILTERS = ("period", "partner", "service")


@dataclass(frozen=True)
class View:
    """What the page shows: figures by month, service and partner, and the choice of filters."""

    by_month: Figures
    by_service: Figures
    by_partner: Figures
    partners: list[tuple[str, str]]
    services: list[tuple[str, str]]
    questionnaires: frozenset[str]

    @property
    def total(self) -> dict[str, Any]:
        """The figures over everything chosen."""
        total: dict[str, Any] = self.by_month["total"]
        return total

    @property
    def other_questions(self) -> list[InWords]:
        """What was answered to questions of one's own, over everything chosen."""
        return in_words(self.total["questions"], self.questionnaires)

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

    def by(dimension: str) -> Figures:
        query = FiguresQuery(asked.period, (dimension,), filters=asked.filters)
        return figures(query, somebody.partners)

    everything = known.everything
    partners = [(p.code, p.name) for p in everything.partners if somebody.may_see_partner(p.code)]
    services = [(s.code, s.name) for s in everything.services]
    return View(
        by_month=by("month"),
        by_service=by("service"),
        by_partner=by("partner"),
        partners=partners,
        services=services,
        questionnaires=frozenset(
            known.settings.asking_of(partner, service).questionnaire
            for partner in _shown(partners, chosen.get("partner"))
            for service in _shown(services, chosen.get("service"))
        ),
    )


def _shown(options: list[tuple[str, str]], chosen: str | None) -> list[str]:
    """The codes that the page is about."""
    return [chosen] if chosen else [code for code, _ in options]
