"""What people say, over HTTP: themes and comments of the partners that the caller may see."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, request, stream_with_context
from flask_smorest import Blueprint
from marshmallow import Schema

from survey.access.caller import caller
from survey.foundation.clock import now
from survey.foundation.headers import private_page
from survey.partnership.directory import directory
from survey.reports.blocks.voices.answers import sealed_comments, sealed_themes
from survey.reports.blocks.voices.question import quarters_asked_for
from survey.reports.blocks.voices.schema import SealedCommentsAnswer, SealedThemesAnswer
from survey.reports.exports.naming import file_name
from survey.reports.exports.sending import sent
from survey.reports.parameters import FORMATS
from survey.reports.periods import Period, last_twelve_full_months
from survey.reports.refusals import refusals
from survey.reports.said.comments import comments
from survey.reports.said.every import every_comment
from survey.reports.said.query import comments_query, said_query
from survey.reports.said.schema import (
    INSIDERS,
    CommentsAnswer,
    CommentsArguments,
    ThemesAnswer,
    ThemesArguments,
)
from survey.reports.said.taxonomy import themes_in_force
from survey.reports.said.themes import themes

CSV = FORMATS["csv"]


def _either(*shapes: type[Schema]) -> dict[int, Any]:
    """An answer of one of these shapes, as the document has it."""
    return {200: {"content": {"application/json": {"schema": {"oneOf": list(shapes)}}}}}


said_api = Blueprint(
    "said_api",
    __name__,
    url_prefix="/api/v1",
    description="What people say: themes and comments. With the scope comments:read from current "
    "rows, not for onward release; with figures:read as sealed, by partner and quarter.",
)
said_api.after_request(private_page)


@said_api.route("/themes")
@said_api.arguments(ThemesArguments, location="query")
@said_api.response(200, description="As the scope has it.")
@said_api.doc(responses=_either(ThemesAnswer, SealedThemesAnswer))
@said_api.alt_response(304, description="The caller has it: If-None-Match names it.")
@said_api.alt_response(404, description="No such partner, as far as the key may know.")
def get_themes(arguments: dict[str, str]) -> Response:
    """What comments of a period are about, how they speak of it, and what changed.

    Every share comes with its base and its 95 % interval; `rules` says what each number means.
    With the scope figures:read alone: what was sealed, by partner and quarter, and no change.
    """
    with refusals():
        if not _inside():
            question = quarters_asked_for(arguments, _default())
            return sent(sealed_themes(question, caller().partners), "json")
        answer = themes(said_query(arguments, _default()), caller().partners)
    return _sent(answer)


@said_api.route("/comments")
@said_api.arguments(CommentsArguments, location="query")
@said_api.response(200, description="As the scope has it.")
@said_api.doc(responses=_either(CommentsAnswer, SealedCommentsAnswer))
@said_api.doc(responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}})
@said_api.alt_response(304, description="The caller has it: If-None-Match names it.")
@said_api.alt_response(404, description="No such partner, as far as the key may know.")
def get_comments(arguments: dict[str, Any]) -> Response:
    """Comments, redacted, in a fair draw that keeps the mix of ratings.

    The same question draws the same comments. `at_odds=true` is the queue of those whose rating
    and text contradict each other. As CSV come all that the question is for, and not a draw. With
    the scope figures:read alone: the few that were drawn when a quarter was sealed, by partner and
    quarter, as JSON.
    """
    with refusals():
        if not _inside():
            question = quarters_asked_for(arguments, _default())
            return sent(sealed_comments(question, caller().partners), "json")
        query = comments_query(arguments, _default(), themes_in_force().keys)
        if arguments.get("format") == "csv":
            return _streamed(every_comment(query, caller().partners), query.about.period)
        answer = comments(query, caller().partners)
    return _sent(answer)


def _inside() -> bool:
    return INSIDERS in caller().scopes


def _default() -> Period:
    return last_twelve_full_months(now(), directory().zone)


def _streamed(lines: Iterator[str], period: Period) -> Response:
    """An answer that is made while it is sent, within this request."""
    answer = current_app.response_class(stream_with_context(lines), mimetype=CSV)
    months = period.months[0], period.months[-1]
    name = file_name("comments", months, request.args, caller().partners, "csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _sent(answer: dict[str, Any]) -> Response:
    return current_app.response_class(json.dumps(answer), mimetype="application/json")
