"""The board page: the same figures as the API gives boards, to be read instead of fetched.

Filters live in the address, so that it can be kept and shown again. Nothing is computed here:
`board_view` says what is shown, `pictures` places it, the template shows each number with its base
and interval.
"""

from flask import Blueprint, Response, current_app, render_template, request

from survey.access.caller import caller
from survey.foundation.headers import private_page
from survey.foundation.problems import Problem
from survey.partnership.directory import directory
from survey.reports import pictures
from survey.reports.board_view import FILTERS, board_view
from survey.reports.periods import UnknownPeriod
from survey.reports.query import Refused, UnknownPartner

board = Blueprint("board", __name__, template_folder="pages")
board.after_request(private_page)


@board.errorhandler(Problem)
def refused(problem: Problem) -> tuple[str, int]:
    """Whoever comes without a valid address is told where to get one."""
    return render_template("reports/refused.html", message=problem.detail), problem.status


@board.get("/board")
def page() -> Response | tuple[str, int]:
    """How satisfied people are, is it getting better, where not."""
    chosen = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    try:
        view = board_view(chosen, caller().partners)
    except UnknownPartner as unknown:
        return render_template("reports/unknown.html", message=str(unknown)), 404
    except (Refused, UnknownPeriod) as refused:
        return render_template("reports/unknown.html", message=str(refused)), 422
    return current_app.make_response(
        render_template("reports/board.html", view=view, pictures=pictures, partnership=directory())
    )
