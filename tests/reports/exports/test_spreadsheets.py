"""Spreadsheets: real numbers and percentages, texts that never run, the rules, the same bytes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from survey.reports.example import EXAMPLE, FOR_A_BOARD
from survey.reports.exports.ods import ods
from survey.reports.exports.table import table_of
from survey.reports.exports.xlsx import xlsx
from survey.reports.parameters import FORMATS
from tests.reports.conftest import Get
from tests.reports.exports.reading import Sheets, parts_of, read_ods, read_xlsx

TEXTS = (
    *("=1+1", "{=1+1}", "+1", "@SUM(A1)", "https://example.org", "007", "2026-07"),
    *('a "b" <c> & d', " two  blanks", "two\nlines", "of:=1"),
)
Read = Callable[[dict[str, Any]], Sheets]


def _as_xlsx(figures: dict[str, Any]) -> Sheets:
    return read_xlsx(xlsx(figures, table_of(figures)))


def _as_ods(figures: dict[str, Any]) -> Sheets:
    return read_ods(ods(figures, table_of(figures)))


BOTH = pytest.mark.parametrize("read", [_as_xlsx, _as_ods])


@BOTH
@pytest.mark.parametrize("figures", [EXAMPLE, FOR_A_BOARD])
def test_numbers_are_numbers_and_shares_are_percentages(read: Read, figures: Any) -> None:
    head, line, *_ = read(figures)["Figures"]
    names = [name for _, name in head]
    table = table_of(figures)
    assert names == [column.name for column in table.columns]
    # An empty cell is not in an XLSX file.
    held = [cell for cell in line if cell[1] is not None]
    shown = [name for name in names if name != "withheld"]
    found = dict(zip(shown, held, strict=True))
    assert found["csat"] == ("percentage", 0.8293)
    assert found["within_target"] == ("percentage", 0.6805)
    assert found["satisfaction"] == ("number", 80.49)
    assert found["recommendation"] == ("percentage", 0.1364)
    assert found["hours_to_close_median"] == (
        "number",
        figures["rows"][0]["hours_to_close"]["median"],
    )
    assert found["csat_n"] == found["n"] == ("number", 123)
    assert found["quarter"] == ("text", "2026-Q3")
    assert found["as_of"] == ("text", "2026-11-22T19:00:00Z")
    row = next(iter(table.rows))
    assert [value for _, value in held] == [cell for cell in row if cell is not None]


@BOTH
def test_texts_stay_texts_to_the_letter(read: Read) -> None:
    rows = [EXAMPLE["rows"][0] | {"partner": text} for text in TEXTS]
    lines = read(EXAMPLE | {"rows": rows})["Figures"][1:]
    assert [line[0] for line in lines] == [("text", text) for text in TEXTS]


@pytest.mark.parametrize("write", [xlsx, ods])
def test_nothing_in_the_file_can_run(write: Any) -> None:
    figures = EXAMPLE | {"rows": [EXAMPLE["rows"][0] | {"partner": text} for text in TEXTS]}
    content = "".join(parts_of(write(figures, table_of(figures))).values())
    for runs in ("<f>", "<f ", "table:formula", "hyperlink", "xlink"):
        assert runs not in content


@BOTH
def test_a_sheet_tells_the_rules(read: Read) -> None:
    for figures in (EXAMPLE, FOR_A_BOARD):
        told = {line[0][1]: line[1][1] for line in read(figures)["Rules"]}
        assert told["period"] == "2026-07-01 to 2026-09-30"
        for name in ("cohort", "release", "as_of", "fingerprint"):
            assert told[name] == figures[name]
        assert (told["minimum_base"], told["time_zone"]) == ("10", "Europe/London")
        assert figures["rules"].items() <= told.items()


@BOTH
def test_a_withheld_row_has_empty_cells(read: Read) -> None:
    row = EXAMPLE["rows"][0] | dict.fromkeys(("n", "ratings", "csat", "response_rate"))
    _, line = read(EXAMPLE | {"rows": [row | {"withheld": "disclosure"}]})["Figures"]
    held = [value for _, value in line if value is not None]
    assert held[:3] == ["HCC", "2026-Q3", "disclosure"]


def test_the_header_and_what_a_row_is_about_stay_in_sight() -> None:
    table = table_of(EXAMPLE)
    sheet = parts_of(xlsx(EXAMPLE, table))["xl/worksheets/sheet1.xml"]
    assert re.search('<pane xSplit="2" ySplit="1" [^>]*state="frozen"/>', sheet)
    settings = parts_of(ods(EXAMPLE, table))["settings.xml"]
    split = re.findall('name="(Horizontal|Vertical)SplitPosition" [^>]*>([0-9]+)<', settings)
    assert split == [("Horizontal", "2"), ("Vertical", "1"), ("Vertical", "1")]
    # The name of the set is one of a namespace, and without it readers pass over the set.
    assert 'config:name="ooo:view-settings"' in settings
    assert 'xmlns:ooo="http://openoffice.org/2004/office"' in settings


@pytest.mark.parametrize("write", [xlsx, ods])
def test_the_same_figures_are_the_same_bytes_whenever_they_are_written(write: Any) -> None:
    files = set()
    for day in ("2026-11-28T10:00:00Z", "2031-01-01T23:59:59Z"):
        with time_machine.travel(day, tick=False):
            files.add(write(FOR_A_BOARD, table_of(FOR_A_BOARD)))
    assert len(files) == 1


def test_an_open_document_begins_with_its_kind_and_holds_only_what_xml_can() -> None:
    row = EXAMPLE["rows"][0] | {"partner": "a\x01b\ud800"}
    file = ods(EXAMPLE | {"rows": [row]}, table_of(EXAMPLE | {"rows": [row]}))
    assert file[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet")
    assert read_ods(file)["Figures"][1][0] == ("text", "a\ufffdb\ufffd")


@pytest.mark.usefixtures("small_base")
@pytest.mark.parametrize(("form", "read"), [("xlsx", read_xlsx), ("ods", read_ods)])
def test_spreadsheets_come_by_name_or_by_accept(get: Get, form: str, read: Any) -> None:
    named = get(f"period=2026-Q1&by=month&format={form}")
    accepted = get("period=2026-Q1&by=month", Accept=FORMATS[form])
    for answer in (named, accepted):
        assert (answer.status_code, answer.mimetype) == (200, FORMATS[form])
        assert (
            f"figures-by-month-2026-01-to-2026-03.{form}" in answer.headers["Content-Disposition"]
        )
        months = [line[0][1] for line in read(answer.data)["Figures"]]
        assert months == ["month", "2026-01", "2026-02", "2026-03"]
