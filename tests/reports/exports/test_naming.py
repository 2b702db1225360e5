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
    assert file_name("figures", QUARTER, asked, "csv") == name


def test_one_month_is_named_once() -> None:
    name = file_name("comments", ("2026-02", "2026-02"), {"theme": "speed"}, "csv")
    assert name == "comments-speed-2026-02.csv"
