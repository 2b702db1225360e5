"""What the pages of the person say while the database is away: try again in a minute."""

import structlog
from flask import Blueprint, Response, make_response, render_template, request

from survey.foundation.straight import DATABASE_AWAY

RETRY_AFTER_SECONDS = "60"
log = structlog.get_logger()


def for_outages(blueprint: Blueprint) -> None:
    """Answer with the page that says so, where nothing of a request need be kept."""
    for kind in DATABASE_AWAY:
        blueprint.register_error_handler(kind, away)


def away(error: Exception) -> Response:
    """Nothing can be told or noted now."""
    note_outage(error)
    return later(make_response(render_template("responses/away.html"), 503))


def note_outage(error: Exception) -> None:
    """Tell the operator."""
    log.error("database.away", route=str(request.url_rule), reason=type(error).__name__)


def later(response: Response) -> Response:
    """The same, with when to try again."""
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response
