"""The API keeps to its own document, whatever is sent: schemathesis makes up requests from it."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from survey.access.api_keys import SCOPES
from tests.conftest import MakeKey, bearer


@schemathesis.serializer("message/rfc822")
def as_it_is(_: Any, message: Any) -> Any:
    """A message goes as the bytes it consists of."""
    raw = getattr(message, "data", message)
    return raw if isinstance(raw, bytes) else str(raw).encode(errors="replace")


# The document does not describe itself.
ABOUT = ("api-docs", "documentation")
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_as_documented(
    app: Flask, partnership: None, make_key: MakeKey, mode: GenerationMode
) -> None:
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = bearer(make_key(*SCOPES))

    def holds(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    calls = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert len(calls) >= 3
    for call in calls:
        cases = call.as_strategy(generation_mode=mode)
        settings(max_examples=20, suppress_health_check=list(HealthCheck))(given(cases)(holds))()


def test_the_document_names_every_call_of_the_api(app: Flask, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    served = {
        str(rule).replace("path:", "").replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/api/v1")
        and not rule.endpoint.startswith(("api-docs", "document"))
    }
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == served


def test_the_document_can_be_read_without_anything_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "/api/v1/figures" in text
    assert "<script" not in text
    assert 'src="http' not in text
    assert 'href="http' not in text
