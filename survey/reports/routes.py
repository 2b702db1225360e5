"""Figures over HTTP, as JSON or CSV, of the partners that the caller may see."""

import json

from flask import Response, current_app, request
from flask_smorest import Blueprint

from survey.access.caller import caller
from survey.foundation.clock import now
from survey.foundation.problems import Problem
from survey.partnership.directory import directory
from survey.reports.blocks.published import published
from survey.reports.csv_table import csv_table
from survey.reports.example import EXAMPLE
from survey.reports.figures import Figures, figures
from survey.reports.periods import last_twelve_full_months
from survey.reports.query import ANSWERED, query_from
from survey.reports.refusals import refusals
from survey.reports.schema import FORMATS, FiguresAnswer, FiguresArguments

EXPLORE = "figures:explore"

figures_api = Blueprint(
    "figures_api",
    __name__,
    url_prefix="/api/v1",
    description="Figures: how satisfied people are, and what became of their enquiries.",
)


@figures_api.route("/figures")
@figures_api.arguments(FiguresArguments, location="query")
@figures_api.response(200, FiguresAnswer, example=EXAMPLE, description="JSON, or the rows as CSV.")
@figures_api.doc(responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}})
@figures_api.alt_response(403, description="The key may not ask for this cohort.")
@figures_api.alt_response(404, description="No such partner, as far as the key may know.")
@figures_api.alt_response(406, description="Neither JSON nor CSV is accepted.")
def get_figures(arguments: dict[str, str]) -> Response:
    """Figures for a period, by up to two dimensions.

    Every figure comes with its base and its 95 % interval; `rules` says what each means. With the
    scope figures:explore they are counted now, and not for onward release; a row of fewer answers
    than `minimum_base` keeps its dimensions and what is not about answers. With figures:read they
    are of sealed blocks, by partner, service and time.
    """
    media_type = _media_type(arguments.get("format"))
    if arguments.get("cohort") == ANSWERED and EXPLORE not in caller().scopes:
        raise Problem(403, "Forbidden", "The cohort 'answered' needs the scope figures:explore.")
    answer = _answer(arguments)
    if media_type == FORMATS["csv"]:
        return _csv(answer)
    return current_app.response_class(json.dumps(answer), mimetype=media_type)


def _media_type(named: str | None) -> str:
    if named:
        return FORMATS[named]
    if not request.accept_mimetypes:
        return FORMATS["json"]
    accepted = request.accept_mimetypes.best_match(FORMATS.values())
    if accepted is None:
        raise Problem(406, "Not Acceptable", f"Figures come as {' or '.join(FORMATS.values())}.")
    return accepted


def _answer(arguments: dict[str, str]) -> Figures:
    with refusals():
        default = last_twelve_full_months(now(), directory().zone)
        explores = EXPLORE in caller().scopes
        answer = figures if explores else published
        return answer(query_from(arguments, default), caller().partners)


def _csv(answer: Figures) -> Response:
    period = answer["period"]
    sent = current_app.response_class(csv_table(answer), mimetype=FORMATS["csv"])
    sent.headers.set(
        "Content-Disposition",
        "attachment",
        filename=f"figures-{period['from']}-{period['to']}.csv",
    )
    return sent
