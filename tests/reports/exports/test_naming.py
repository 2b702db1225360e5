"""Files are called by what was asked, in letters that any file system takes."""

import pytest

from survey.reports.exports.naming import file_name

QUARTER = ("2026-01", "2026-03")


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({}, "figures-2026-01-to-2026-03.csv"),
        ({"period": "2026-Q1", "by": "service"}, "figures-by-service-2026-01-to-2026-03.csv"),
        (
            {"by": "service,month", "partner": "OCC", "cohort": "answered"},
            "figures-OCC-answered-by-service-and-month-2026-01-to-2026-03.csv",
        ),
        ({"topic": '../../"Pay\r\n &c?'}, "figures-Pay-c-2026-01-to-2026-03.csv"),
        ({"topic": "工资", "partner": "-"}, "figures-2026-01-to-2026-03.csv"),
        ({"topic": "x" * 9999}, f"figures-{'x' * 24}-2026-01-to-2026-03.csv"),
    ],
)
def test_a_file_is_called_by_what_was_asked(asked: dict[str, str], name: str) -> None:
    assert file_name("figures", QUARTER, asked, None, "csv") == name


def test_one_month_is_named_once() -> None:
    name = file_name("comments", ("2026-02", "2026-02"), {"theme": "speed"}, None, "csv")
    assert name == "comments-speed-2026-02.csv"


@pytest.mark.parametrize(
    ("visible", "asked", "name"),
    [
        ({"OCC"}, {"topic": "leave"}, "figures-OCC-leave-2026-01-to-2026-03.ods"),
        ({"OCC"}, {"partner": "OCC"}, "figures-OCC-2026-01-to-2026-03.ods"),
        ({"OCC", "HCC"}, {}, "figures-2026-01-to-2026-03.ods"),
    ],
)
def test_who_sees_one_partner_alone_has_files_called_by_it(
    visible: set[str], asked: dict[str, str], name: str
) -> None:
    assert file_name("figures", QUARTER, asked, frozenset(visible), "ods") == name
