"""What is counted for Prometheus, across all processes of a machine.

`survey serve` and `survey web` set `PROMETHEUS_MULTIPROC_DIR`, so that the counters of every
gunicorn worker and of the step worker add up in one place.
"""

import os
from functools import cache

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter, generate_latest, multiprocess
from prometheus_client.registry import REGISTRY

REQUESTS = Counter("survey_requests", "Requests answered", ["route", "method", "status"])
RETURNED = Counter("survey_mail_returned", "Messages that came back", ["kind"])
STEP_ITEMS = Counter("survey_step_items", "Things done by a step", ["step"])


def count_requests(app: Flask) -> None:
    """Count each request by its route; paths hold secrets and would never end."""

    @app.after_request
    def count(response: Response) -> Response:
        rule = request.url_rule
        # Without a route there is no end to the methods that somebody may make up.
        series = (rule.rule, request.method) if rule else ("unknown", "any")
        _answered(*series, response.status_code).inc()
        return response


@cache
def _answered(route: str, method: str, status: int) -> Counter:
    """The counter of one kind of request; looking it up anew takes longer than counting."""
    return REQUESTS.labels(route=route, method=method, status=status)


def exposition() -> bytes:
    """All counters in Prometheus' text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)
