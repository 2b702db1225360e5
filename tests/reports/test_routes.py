"""Figures over HTTP: formats, refusals, and what a key may see."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import RAISE
from werkzeug.test import TestResponse

from survey.foundation.database import db
from survey.reports.csv_table import csv_table
from survey.reports.example import EXAMPLE
from survey.reports.schema import FiguresAnswer
from tests.conftest import MakeKey, bearer
from tests.reports.conftest import BASE
from tests.reports.stories import Answer, Story, plant

pytestmark = pytest.mark.usefixtures("small_base")

Get = Callable[..., TestResponse]
PAYROLL = Story(answers=(Answer(rating=5, ease=4, resolved="yes", comment="ok"),))


@pytest.fixture
def get(client: FlaskClient, make_key: MakeKey) -> Get:
    """Asks for figures: `get("by=month", scope="figures:read", partners=("OCC",))`."""

    def send(
        query: str = "",
        scope: str = "figures:explore",
        partners: tuple[str, ...] = (),
        **headers: str,
    ) -> TestResponse:
        db.session.commit()
        secret = make_key(scope, partners=partners)
        return client.get(f"/api/v1/figures?{query}", headers=bearer(secret) | headers)

    return send


def said(answer: TestResponse) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json


def lines(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.text, newline="")))


def test_the_answer_has_the_shape_that_the_document_promises(get: Get) -> None:
    plant([PAYROLL] * BASE + [Story(service="hr", fate="opted_out")])
    answer = get("period=2026-Q1&by=service,month")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert FiguresAnswer().load(said(answer), unknown=RAISE)
    payroll = said(answer)["rows"][4]
    assert (payroll["service"], payroll["month"], payroll["n"]) == ("payroll", "2026-02", BASE)
    assert list(payroll) == list(EXAMPLE["rows"][0])
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


def test_csv_says_what_json_says_a_line_for_each_row(get: Get) -> None:
    plant([PAYROLL] * BASE + [Story(service="hr", fate="opted_out")])
    answer = get("period=2026-02&by=service&format=csv")
    assert "filename=figures-2026-02-01-2026-02-28.csv" in answer.headers["Content-Disposition"]
    hr, payroll = lines(answer)
    row = said(get("period=2026-02&by=service"))["rows"][1]
    assert payroll["service"] == "payroll"
    assert payroll["csat"] == str(row["csat"]["value"])
    assert payroll["csat_low"] == str(row["csat"]["low"])
    assert payroll["csat_n"] == payroll["n"] == payroll["ratings_5"] == str(BASE)
    assert payroll["hours_to_close_median"] == str(row["hours_to_close"]["median"])
    assert payroll["funnel_not_asked_opted_out"] == "0"
    assert (hr["n"], hr["withheld"], hr["csat"], hr["csat_low"]) == ("", "disclosure", "", "")
    assert (hr["funnel_closed"], hr["funnel_not_asked_opted_out"]) == ("1", "1")


def test_every_csv_line_carries_what_its_figures_stand_on(get: Get) -> None:
    for cohort in ("closed", "answered"):
        answer = get(f"period=2026-Q1&by=month&format=csv&cohort={cohort}")
        assert [
            (line["month"], line["period_from"], line["period_to"], line["time_zone"])
            for line in lines(answer)
        ] == [
            (f"2026-0{month}", "2026-01-01", "2026-03-31", "Europe/London") for month in (1, 2, 3)
        ]
        first = lines(answer)[0]
        assert (first["cohort"], first["minimum_base"]) == (cohort, str(BASE))
        assert first["as_of"].endswith("Z")
        assert None not in first


def test_csv_columns_do_not_depend_on_the_figures(get: Get) -> None:
    empty = get("period=2026&format=csv").text.splitlines()[0]
    plant([PAYROLL] * BASE + [Story(fate="opted_out")])
    assert get("period=2026&format=csv").text.splitlines()[0] == empty
    assert get("period=2026&format=csv&cohort=answered").text.splitlines()[0] == empty


def test_a_topic_that_a_spreadsheet_would_run_is_defused(get: Get) -> None:
    topics = ["=1+1", "+1", "-1", "@SUM(A1)", 'harmless, "quoted"', "zwei\nZeilen"]
    plant([Story(topic=topic) for topic in topics])
    shown = [line["topic"] for line in lines(get("period=2026&by=topic&format=csv"))]
    assert sorted(shown) == sorted(
        ["'=1+1", "'+1", "'-1", "'@SUM(A1)", 'harmless, "quoted"', "zwei\nZeilen"]
    )


def test_a_reason_that_no_rule_gives_any_longer_has_its_column() -> None:
    funnel: dict[str, Any] = EXAMPLE["total"]["funnel"] | {"not_asked": {"retired": 7}}
    figures = EXAMPLE | {"rows": [EXAMPLE["rows"][0] | {"funnel": funnel}]}
    (line,) = csv.DictReader(StringIO(csv_table(figures), newline=""))
    assert (line["funnel_not_asked_retired"], line["funnel_not_asked_opted_out"]) == ("7", "0")


def test_the_api_document_shows_the_question_and_an_example(app: Flask, get: Get) -> None:
    document: Any = app.test_client().get("/api/v1/openapi.json").json
    operation = document["paths"]["/api/v1/figures"]["get"]
    assert [each["name"] for each in operation["parameters"]] == [
        *("period", "partner", "directorate", "service", "topic", "channel", "deliver"),
        *("by", "cohort", "format"),
    ]
    content = operation["responses"]["200"]["content"]
    assert set(content) == {"application/json", "text/csv"}
    assert content["application/json"]["example"]["rows"][0]["csat"]["value"] == 0.8293
