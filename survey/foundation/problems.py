"""Errors as people and programs can use them: `application/problem+json` (RFC 9457), always."""

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, current_app, json, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

log = structlog.get_logger()

PROBLEM_JSON = "application/problem+json"


class Problem(Exception):
    """Raised anywhere in a request to answer with an error.

    Args:
        status: the HTTP status.
        title: what went wrong, the same for every case of it.
        detail: what to do about this one.
        headers: to be sent with it.
        **more: further members of the answer.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.detail, self.more = status, title, detail, more
        self.headers = headers or {}

    def response(self) -> Response:
        """As sent."""
        body = {"type": "about:blank", "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        return current_app.response_class(
            json.dumps(body | self.more),
            status=self.status,
            mimetype=PROBLEM_JSON,
            headers=dict(self.headers),
        )


def install_problems(app: Flask) -> None:
    """Have every error of the app answered as a problem."""
    app.register_error_handler(Problem, Problem.response)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(OperationalError, _database_away)


def _from_http(error: HTTPException) -> Response:
    more: dict[str, Any] = {}
    data = getattr(error, "data", None)
    if data:
        # webargs and flask-smorest put the messages of a schema here.
        more["errors"] = data.get("messages") or data.get("errors")
    if isinstance(error, InternalServerError):
        log.error("request.failed", route=str(request.url_rule), exc_info=error.original_exception)
    code = error.code or 500
    detail = "" if code == 500 else (error.description or "")
    headers = {k: v for k, v in error.get_headers() if not k.startswith("Content-")}
    return Problem(code, error.name, detail, headers=headers, **more).response()


def _database_away(error: OperationalError) -> Response:
    log.error("database.away", route=str(request.url_rule), reason=str(error.orig).split("\n")[0])
    detail = "The database does not answer. Try again."
    return Problem(503, "Service Unavailable", detail, headers={"Retry-After": "5"}).response()
