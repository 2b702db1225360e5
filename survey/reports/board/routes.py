"""The board page: the same figures as the API gives boards, to be read instead of fetched.

Filters live in the address, so that it can be kept and shown again; each link keeps them. Nothing
is computed here: `view` says what is shown, `pictures` places it, the template shows each
number with its base and interval. The same figures can be had as a table, under the same guard.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for

from survey.access.caller import caller
from survey.foundation.clock import now
from survey.foundation.headers import private_page
from survey.foundation.problems import Problem
from survey.partnership.directory import directory
from survey.reports.blocks.published import published
from survey.reports.board import labels, meanings, pictures, words
from survey.reports.board.choices import FILTERS
from survey.reports.board.view import BoardView
from survey.reports.board.viewing import board_view
from survey.reports.exports.sending import sent
from survey.reports.periods import UnknownPeriod, last_twelve_full_months
from survey.reports.query import Refused, UnknownPartner, query_from

TABLES = ("csv", "csvw", "xlsx", "ods")

board = Blueprint("board", __name__, template_folder="pages")
board.after_request(private_page)
for name, written in (words.FILTERS | labels.FILTERS).items():
    board.add_app_template_filter(written, name)
board.add_app_template_global(meanings.meaning)
board.add_app_template_global(meanings.meanings)


@board.errorhandler(Problem)
def refused(problem: Problem) -> tuple[str, int]:
    """Whoever comes without a valid address is told where to get one."""
    return render_template("board/refused.html", message=problem.detail), problem.status


@board.errorhandler(UnknownPartner)
def unknown(error: UnknownPartner) -> tuple[str, int]:
    """A partner that is not there to see."""
    return _no_such_figures(error, 404)


@board.errorhandler(Refused)
@board.errorhandler(UnknownPeriod)
def unanswerable(error: Refused | UnknownPeriod) -> tuple[str, int]:
    """Any other word that does not exist."""
    return _no_such_figures(error, 422)


@board.get("/board")
def page() -> Response:
    """How satisfied people are, is it getting better, where not."""
    view = board_view(_chosen(*FILTERS), caller().partners)
    return current_app.make_response(render_template("board/board.html", **_shown(view)))


@board.get("/board/figures.<form>")
def figures(form: str) -> Response:
    """The figures of the page by month, service or partner, as a table."""
    if form not in TABLES:
        abort(404)
    asked = _chosen(*FILTERS, "by")
    query = query_from(asked, last_twelve_full_months(now(), directory().zone))
    beside = partial(_address, asked, "board.figures")
    return sent(published(query, caller().partners), form, lambda other: beside(form=other))


def _chosen(*names: str) -> dict[str, str]:
    return {name: request.args[name] for name in names if request.args.get(name)}


def _shown(view: BoardView) -> dict[str, Any]:
    """What the template needs beside the view: addresses, which keep what is chosen."""
    asked: dict[str, Any] = {**view.chosen, "period": view.period.text, "by": "month"}
    return {
        "view": view,
        "pictures": pictures,
        "partnership": directory(),
        "before": view.period.before,
        "ticket": request.args.get("ticket"),
        "address": partial(_address, view.chosen),
        "call": url_for("figures_api.get_figures", **asked),
    }


def _address(kept: Mapping[str, str], endpoint: str = "board.page", **more: str) -> str:
    values: dict[str, Any] = {**_chosen("ticket"), **kept, **more}
    return url_for(endpoint, **values)


def _no_such_figures(error: Exception, status: int) -> tuple[str, int]:
    return render_template("board/unknown.html", message=str(error)), status
