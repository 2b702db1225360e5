"""Figures over HTTP, in any format there is, of the partners that the caller may see."""

from flask import Response, request
from flask_smorest import Blueprint

from survey.access.caller import caller
from survey.foundation.clock import now
from survey.foundation.problems import Problem
from survey.partnership.directory import directory
from survey.reports.blocks.kept import kept_published
from survey.reports.blocks.published import published
from survey.reports.example import EXAMPLES
from survey.reports.exports.sending import sent, sent_again
from survey.reports.figures import figures
from survey.reports.monthly.kept import kept_figures
from survey.reports.parameters import EXPLORE, FORMATS, FiguresArguments
from survey.reports.periods import last_twelve_full_months, parse
from survey.reports.query import ANSWERED, FiguresQuery, query_from
from survey.reports.refusals import refusals
from survey.reports.schema import FiguresAnswer

TABLES = {
    FORMATS["csv"]: {"schema": {"type": "string"}},
    FORMATS["csvw"]: {"schema": {"type": "object"}},
    FORMATS["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
    FORMATS["ods"]: {"schema": {"type": "string", "format": "binary"}},
}
HEADERS = {
    "ETag": {
        "description": "Send it back as If-None-Match: 304 while the figures are the same.",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": "Of CSV: where its columns are described (format=csvw).",
        "schema": {"type": "string"},
    },
}

figures_api = Blueprint(
    "figures_api",
    __name__,
    url_prefix="/api/v1",
    description="Figures: how satisfied people are, and what became of their enquiries.",
)


@figures_api.route("/figures")
@figures_api.arguments(FiguresArguments, location="query")
@figures_api.response(
    200, FiguresAnswer, examples=EXAMPLES, headers=HEADERS, description="As asked for."
)
@figures_api.doc(responses={200: {"content": TABLES}})
@figures_api.alt_response(304, description="The caller has the figures: If-None-Match names them.")
@figures_api.alt_response(403, description="The key may not ask for this cohort.")
@figures_api.alt_response(404, description="No such partner, as far as the key may know.")
@figures_api.alt_response(406, description="Figures come in none of the formats accepted.")
def get_figures(arguments: dict[str, str]) -> Response:
    """Figures for a period, by up to two dimensions.

    Every figure comes with its base and its 95 % interval; `rules` says what each means. With the
    scope figures:explore they are counted now, and not for onward release; a row of fewer answers
    than `minimum_base` keeps its dimensions and what is not about answers. With figures:read they
    are of sealed blocks, by partner, service and time, and by one of directorate, topic, channel,
    target and hours as far as these may be told apart.
    """
    form = _format(arguments.get("format"))
    if arguments.get("cohort") == ANSWERED and EXPLORE not in caller().scopes:
        raise Problem(403, "Forbidden", "The cohort 'answered' needs the scope figures:explore.")
    explores = EXPLORE in caller().scopes
    with refusals():
        if form == "json":
            kept = kept_figures if explores else kept_published
            return sent_again(kept(_query(arguments), caller().partners))
        worked_out = figures if explores else published
        return sent(worked_out(_query(arguments), caller().partners), form)


def _format(named: str | None) -> str:
    if named:
        return named
    if not request.accept_mimetypes:
        return "json"
    accepted = request.accept_mimetypes.best_match(FORMATS.values())
    if accepted is None:
        raise Problem(406, "Not Acceptable", f"Figures come as {' or '.join(FORMATS.values())}.")
    return next(form for form, media_type in FORMATS.items() if media_type == accepted)


def _query(arguments: dict[str, str]) -> FiguresQuery:
    # Only who names no period needs the partnership to be read for its time zone.
    given = arguments.get("period")
    default = parse(given) if given else last_twelve_full_months(now(), directory().zone)
    return query_from(arguments, default)
