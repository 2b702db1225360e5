"""CSV: a line for each row with all it stands on, nothing that runs, and what describes it."""

import csv
from io import StringIO
from typing import Any
from urllib.parse import urljoin

import pytest
from werkzeug.test import TestResponse

from survey.reports.example import EXAMPLE, FOR_A_BOARD
from survey.reports.exports.csv_table import csv_lines, described
from survey.reports.exports.table import table_of
from survey.reports.stamp import INSIDERS_ONLY
from tests.reports.conftest import BASE, Get
from tests.reports.stories import Answer, Story, plant

pytestmark = pytest.mark.usefixtures("small_base")

PAYROLL = Story(answers=(Answer(rating=5, ease=4, resolved="yes", comment="ok"),))


def lines(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.text, newline="")))


def test_csv_says_what_json_says_a_line_for_each_row(get: Get) -> None:
    plant([PAYROLL] * BASE + [Story(service="hr", fate="opted_out")])
    answer = get("period=2026-02&by=service&format=csv")
    assert "filename=figures-by-service-2026-02.csv" in answer.headers["Content-Disposition"]
    hr, payroll = lines(answer)
    row = (get("period=2026-02&by=service").json or {})["rows"][1]
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
        assert first["release"] == INSIDERS_ONLY
        assert first["as_of"].endswith("Z")
        assert None not in first


def test_csv_columns_do_not_depend_on_the_figures(get: Get) -> None:
    empty = get("period=2026&format=csv").text.splitlines()[0]
    plant([PAYROLL] * BASE + [Story(fate="opted_out")])
    assert get("period=2026&format=csv").text.splitlines()[0] == empty
    assert get("period=2026&format=csv&cohort=answered").text.splitlines()[0] == empty


def test_a_topic_that_a_spreadsheet_would_run_is_defused(get: Get) -> None:
    topics = ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", 'harmless, "quoted"', "zwei\nZeilen"]
    plant([Story(topic=topic) for topic in topics])
    shown = [line["topic"] for line in lines(get("period=2026&by=topic&format=csv"))]
    assert sorted(shown) == sorted(
        ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\uff1d1", 'harmless, "quoted"', "zwei\nZeilen"]
    )


def test_a_reason_that_no_rule_gives_any_longer_has_its_column() -> None:
    funnel: dict[str, Any] = EXAMPLE["total"]["funnel"] | {"not_asked": {"retired": 7}}
    figures = EXAMPLE | {"rows": [EXAMPLE["rows"][0] | {"funnel": funnel}]}
    (line,) = csv.DictReader(csv_lines(table_of(figures)))
    assert (line["funnel_not_asked_retired"], line["funnel_not_asked_opted_out"]) == ("7", "0")


def test_the_csv_links_to_its_description_and_that_names_its_address(get: Get) -> None:
    plant([PAYROLL] * BASE)
    query = "period=2026&format=csv&by=service,month"
    table = get(query)
    link = table.headers["Link"]
    assert link.endswith('; rel="describedby"; type="application/csvm+json"')
    address = link[1 : link.index(">")]
    assert address == "figures?period=2026&format=csvw&by=service,month"
    metadata = get(address.partition("?")[2])
    assert (metadata.status_code, metadata.mimetype) == (200, "application/csvm+json")
    # As a reader goes about it: the description counts only if it names the table it was linked by.
    here = "https://survey.example.org/api/v1/"
    described_at = urljoin(urljoin(here, address), (metadata.json or {})["url"])
    assert described_at == f"{here}figures?{query}"
    columns = (metadata.json or {})["tableSchema"]["columns"]
    assert [column["titles"] for column in columns] == list(lines(table)[0])
    assert (metadata.json or {})["dc:identifier"] in metadata.headers["ETag"]


def test_an_address_cannot_break_out_of_the_link(get: Get) -> None:
    plant([Story(topic="a>b")])
    for query in ("topic=a>b", "by=topic&format=csv&topic=a>b"):
        link = get(query, Accept="text/csv").headers["Link"]
        assert link.count(">") == 1
        assert "topic=a%3Eb" in link


def test_the_description_says_of_each_column_what_it_is_and_means() -> None:
    for figures in (EXAMPLE, FOR_A_BOARD):
        metadata = described(figures, table_of(figures), "figures?format=csv")
        columns = {each["titles"]: each for each in metadata["tableSchema"]["columns"]}
        assert columns["csat_low"]["datatype"] == {"base": "decimal", "minimum": 0, "maximum": 1}
        assert columns["csat_n"]["datatype"] == "nonNegativeInteger"
        assert columns["satisfaction"]["datatype"] == "decimal"
        assert columns["hours_to_close_p90"]["datatype"] == "decimal"
        assert columns["period_from"]["datatype"] == "date"
        assert columns["withheld"]["datatype"] == "string"
        assert columns["csat"]["dc:description"] == figures["rules"]["csat"]
        assert "95 % interval" in columns["csat_low"]["dc:description"]
        assert columns["n"]["dc:description"] == figures["rules"]["n"]
