"""Which texts name a period, and which days and months it has."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.reports import periods
from survey.reports.periods import UnknownPeriod

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "first", "last", "months"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), 12),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30), 6),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), 6),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), 3),
        ("2026-07", date(2026, 7, 1), date(2026, 7, 31), 1),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), 1),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), 1),
        ("2025-Q3..2026-Q2", date(2025, 7, 1), date(2026, 6, 30), 12),
        ("2025-12..2026-H1", date(2025, 12, 1), date(2026, 6, 30), 7),
        ("2026-07..2026-07", date(2026, 7, 1), date(2026, 7, 31), 1),
        ("2017..2026", date(2017, 1, 1), date(2026, 12, 31), 120),
        ("2099", date(2099, 1, 1), date(2099, 12, 31), 12),
    ],
)
def test_a_period_has_whole_months(text: str, first: date, last: date, months: int) -> None:
    period = periods.parse(text)
    assert (period.from_day, period.to_day, len(period.months)) == (first, last, months)
    assert period.months[0] == f"{first:%Y-%m}"
    assert period.months[-1] == f"{last:%Y-%m}"


@pytest.mark.parametrize(
    "text",
    [
        *("", "26", "2026-7", "2026-13", "2026-00", "2026-Q5", "2026-H3", "2026-q3", "2026-W07"),
        *("2026-07-01", "2026 ", "2026\n", "٢٠٢٦", "last-month", "2026\x00"),
        *("..", "2026..", "..2026", "2026...2027", "2024..2025..2026", "2026..now", "-2026"),
    ],
)
def test_any_other_text_is_refused_naming_the_forms(text: str) -> None:
    with pytest.raises(UnknownPeriod, match="2026-H1, 2026-Q3, 2026-07, or a range"):
        periods.parse(text)


@pytest.mark.parametrize("text", ["2026..2025", "2026-Q3..2026-Q1", "2026..2026-Q2"])
def test_a_reversed_range_is_refused(text: str) -> None:
    with pytest.raises(UnknownPeriod, match="ends before it begins"):
        periods.parse(text)


@pytest.mark.parametrize("text", ["2016-12..2026-12", "2000..2099"])
def test_more_than_ten_years_are_refused(text: str) -> None:
    with pytest.raises(UnknownPeriod, match="10 years at most"):
        periods.parse(text)


@pytest.mark.parametrize("text", ["0000", "0001", "1999-12..2000-06", "2099..2100-Q1", "9999-12"])
def test_years_out_of_reach_are_refused_naming_those_that_are_not(text: str) -> None:
    with pytest.raises(UnknownPeriod, match="years go from 2000 to 2099"):
        periods.parse(text)


@given(st.text(max_size=30))
def test_any_text_is_either_a_period_or_refused(text: str) -> None:
    try:
        period = periods.parse(text)
    except UnknownPeriod:
        return
    assert period.from_day < period.to_day


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        (datetime(2026, 11, 22, 19, tzinfo=UTC), "2025-11", "2026-10"),
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), "2025-01", "2025-12"),
        # Half past midnight of 1 July in London, still June in UTC.
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "2025-07", "2026-06"),
    ],
)
def test_the_default_is_the_last_twelve_full_months_there(
    now: datetime, first: str, last: str
) -> None:
    months = periods.last_twelve_full_months(now, LONDON).months
    assert (months[0], months[-1], len(months)) == (first, last, 12)


def test_quarters_and_years_hold_their_months() -> None:
    quarters = [periods.quarter_of(month) for month in periods.parse("2026").months]
    assert quarters == [f"2026-Q{nth}" for nth in (1, 2, 3, 4) for _ in range(3)]
    assert periods.PARTS["year"]("2026-07") == "2026"


def test_the_period_before_is_as_long_and_ends_where_it_begins() -> None:
    for text, before in (
        ("2026-07", "2026-06"),
        ("2026-01", "2025-12"),
        ("2026-Q1", "2025-Q4"),
        ("2026-H2", "2026-H1"),
        ("2026", "2025"),
        ("2026-02..2026-04", "2025-11..2026-01"),
    ):
        assert periods.parse(text).before == periods.parse(before)
    assert periods.parse("2000").before is None
    assert periods.parse("2001").before == periods.parse("2000")
