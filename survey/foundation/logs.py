"""Logs: one JSON object a line on standard error, without personal data and without tokens.

A request is logged by its route (`/a/<token>`), never by its path or query, since those hold
secrets; gunicorn's own access log stays off for the same reason.
"""

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()


def configure_logs() -> None:
    """Send structlog's and the libraries' records to standard error as JSON lines.

    Ours are written straight there, since a line is written for every request, and the way through
    `logging` takes twice as long.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    as_json: list[structlog.typing.Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=[*shared, *as_json],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Looked up for each line, since a test may have put another in its place by then.
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[without_meta, *as_json]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("alembic", "huey", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def log_requests(app: Flask) -> None:
    """Log each request when it is answered: route, method, status, milliseconds."""

    @app.before_request
    def start() -> None:
        g.survey_started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        started = g.get("survey_started", time.perf_counter())
        log.info(
            "request",
            route=str(request.url_rule or "unknown"),
            method=request.method,
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )
        return response
