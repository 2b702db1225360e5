"""Figures over HTTP: formats, refusals, and what a key may see."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import RAISE
from werkzeug.test import TestResponse

from survey.reports.blocks.published import FOR_BOARDS
from survey.reports.example import EXAMPLE
from survey.reports.parameters import FORMATS
from survey.reports.rules import RULES
from survey.reports.schema import FiguresAnswer
from survey.reports.stamp import INSIDERS_ONLY
from tests.reports.conftest import BASE, Get
from tests.reports.stories import Answer, Story, plant

pytestmark = pytest.mark.usefixtures("small_base")

PAYROLL = Story(answers=(Answer(rating=5, ease=4, resolved="yes", comment="ok"),))


def said(answer: TestResponse) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_answer_has_the_shape_that_the_document_promises(get: Get) -> None:
    plant([PAYROLL] * BASE + [Story(service="hr", fate="opted_out")])
    answer = get("period=2026-Q1&by=service,month")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert FiguresAnswer().load(said(answer), unknown=RAISE)
    payroll = said(answer)["rows"][4]
    assert (payroll["service"], payroll["month"], payroll["n"]) == ("payroll", "2026-02", BASE)
    assert list(payroll)[2:] == list(EXAMPLE["rows"][0])[2:]
    assert FiguresAnswer().load(EXAMPLE, unknown=RAISE)


def test_a_key_sees_its_partners_and_parameters_only_narrow(get: Get) -> None:
    plant([PAYROLL] * BASE + [Story(partner="OCC")])
    of_occ = said(get("period=2026&by=partner", partners=("OCC",)))
    assert [found["partner"] for found in of_occ["rows"]] == ["OCC"]
    assert of_occ["total"]["funnel"]["closed"] == 1
    hidden = get("period=2026&partner=HCC", partners=("OCC",))
    unknown = get("period=2026&partner=XYZ", partners=("OCC",))
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.text.replace("HCC", "…") == unknown.text.replace("XYZ", "…")
    assert said(get("period=2026&partner=HCC"))["total"]["n"] == BASE


def test_a_question_without_an_answer_is_422_and_names_what_may_be_asked(get: Get) -> None:
    for query, named in (
        ("perod=2026", "period"),
        ("period=2026&period=2025", "once"),
        ("period=2026-13", "2026-H1"),
        ("period=", "2026-H1"),
        ("period=2026..2025", "before it begins"),
        ("by=rating", "directorate"),
        ("by=month,month", "twice"),
        ("by=month,service,topic", "2 dimensions"),
        ("cohort=blocks", "answered"),
        ("format=pdf", "csv"),
        ("service=payrol", "payroll"),
        ("channel=fax", "portal"),
        ("deliver=post", "mail, link"),
        ("by=deliver", "channel"),
        ("by=target,hours,month", "2 dimensions"),
        ("topic=%00", "none"),
        ("%00=1", "period"),
    ):
        answer = get(query)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), query
        assert named in answer.text


def test_the_cohort_of_answers_is_for_those_who_explore(get: Get) -> None:
    plant([PAYROLL] * BASE)
    refused = get("cohort=answered", scope="figures:read")
    assert refused.status_code == 403
    assert "figures:explore" in refused.text
    explored = said(get("period=2026&cohort=answered"))
    assert (explored["cohort"], explored["total"]["n"]) == ("answered", BASE)
    assert FiguresAnswer().load(explored, unknown=RAISE)
    allowed = get("period=2026&cohort=closed", scope="figures:read")
    assert said(allowed)["cohort"] == "blocks"


def test_the_format_goes_by_name_before_it_goes_by_accept(get: Get) -> None:
    for query, accept, mimetype in (
        ("", "*/*", "application/json"),
        ("", "text/csv", "text/csv"),
        ("", "text/html, text/csv;q=0.9, */*;q=0.1", "text/csv"),
        ("format=json", "text/csv", "application/json"),
        ("format=csv", "application/json", "text/csv"),
    ):
        assert get(query, Accept=accept).mimetype == mimetype
    assert get(Accept="image/png").status_code == 406
    assert get(Accept="image/png").mimetype == "application/problem+json"


def test_without_a_key_or_with_another_scope_there_is_nothing(
    client: FlaskClient, get: Get
) -> None:
    assert client.get("/api/v1/figures").status_code == 401
    assert get(scope="enquiries:read").status_code == 403


def test_the_api_document_shows_the_question_and_an_example(app: Flask, get: Get) -> None:
    document: Any = app.test_client().get("/api/v1/openapi.json").json
    operation = document["paths"]["/api/v1/figures"]["get"]
    assert [each["name"] for each in operation["parameters"]] == [
        *("period", "partner", "directorate", "service", "topic", "channel", "deliver"),
        *("by", "cohort", "format"),
    ]
    content = operation["responses"]["200"]["content"]
    assert set(content) == set(FORMATS.values())
    for name, release in (("insiders", INSIDERS_ONLY), ("board", FOR_BOARDS)):
        shown = content["application/json"]["examples"][name]["value"]
        assert shown["release"] == release
        assert FiguresAnswer().load(shown, unknown=RAISE)
        assert [name for name, value in shown["rows"][0].items() if value is None] == ["withheld"]


def test_the_api_document_says_what_each_measure_means(client: FlaskClient) -> None:
    document: Any = client.get("/api/v1/openapi.json").json
    measures = document["components"]["schemas"]["Total"]["properties"]
    undescribed = [name for name, shape in measures.items() if "description" not in shape]
    assert undescribed == []
    assert measures["csat"]["description"] == RULES["csat"]
    share = document["components"]["schemas"]["Share"]["properties"]["low"]
    assert (share["minimum"], share["maximum"], share["x-unit"]) == (0, 1, "share")
