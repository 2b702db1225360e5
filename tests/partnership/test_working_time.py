"""Working hours agree with a clock watched minute by minute, and months with the local calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import given
from hypothesis import strategies as st

from survey.partnership.settings import Opening, Settings
from survey.partnership.working_time import WorkingCalendar, month_start

LONDON = ZoneInfo("Europe/London")
CALENDAR = WorkingCalendar.of(Settings())
ROUND_THE_CLOCK = Opening(opens="00:00", closes="24:00", weekdays=(1, 2, 3, 4, 5, 6, 7))
OPENINGS = (
    Opening(),
    ROUND_THE_CLOCK,
    Opening(opens="13:15", closes="13:16", weekdays=(7,), holidays="scotland"),
    Opening(opens="02:00", closes="22:45", weekdays=(1, 6, 7), holidays="northern-ireland"),
)
HOLIDAYS = {
    division: {one["date"] for one in BankHolidays(use_cached_holidays=True).get_holidays(division)}
    for division in BankHolidays.ALL_DIVISIONS
}


def watched_hours(opening: Opening, start: datetime, end: datetime) -> float:
    """Look at the clock on the wall every minute, and count those in which the centre is open."""
    minutes = 0
    while start < end:
        local = start.astimezone(LONDON)
        minutes += (
            opening.opens <= f"{local:%H:%M}" < opening.closes
            and local.isoweekday() in opening.weekdays
            and local.date() not in HOLIDAYS[opening.holidays]
        )
        start += timedelta(minutes=1)
    return minutes / 60


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


# Ordinary weeks, both changes of the clock, Christmas, and years with no known holiday.
ANCHORS = [
    *("2024-02-28", "2025-03-29", "2025-10-25", "2025-12-23", "2026-04-02"),
    *("2005-12-23", "2040-12-23"),
]


@given(
    opening=st.sampled_from(OPENINGS),
    anchor=st.sampled_from(ANCHORS),
    after=st.integers(0, 2 * 1440),
    length=st.integers(0, 4 * 1440),
)
def test_hours_are_those_of_a_clock_watched_minute_by_minute(
    opening: Opening, anchor: str, after: int, length: int
) -> None:
    start = london(anchor).astimezone(UTC) + timedelta(minutes=after)
    end = start + timedelta(minutes=length)
    hours = WorkingCalendar.of(Settings(opening=opening)).hours_between(start, end)
    assert hours == pytest.approx(watched_hours(opening, start, end), abs=1e-9)


moments = st.integers(0, 102 * 366 * 86_400_000).map(
    lambda passed: datetime(1999, 1, 1, tzinfo=UTC) + timedelta(milliseconds=passed)
)


@given(st.tuples(moments, moments, moments).map(sorted))
def test_hours_add_up_and_never_exceed_the_time_that_passed(three: list[datetime]) -> None:
    first, between, last = three
    whole = CALENDAR.hours_between(first, last)
    parts = CALENDAR.hours_between(first, between) + CALENDAR.hours_between(between, last)
    assert whole == pytest.approx(parts)
    assert 0 <= whole <= (last - first) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-07-06T09:00", "2026-07-06T10:30", 1.5),
        ("2026-07-06T16:00", "2026-07-07T09:00", 1.5),
        ("2026-07-03T16:30", "2026-07-06T08:45", 0.75),  # over a weekend
        ("2026-07-06T17:00", "2026-07-07T08:30", 0.0),  # the same night
        ("2026-07-04T10:00", "2026-07-04T15:00", 0.0),  # within a Saturday
        ("2026-12-24T16:00", "2026-12-29T09:30", 2.0),  # Christmas, Boxing Day's substitute
        ("2024-02-28T08:30", "2024-03-01T08:30", 17.0),  # 29 February is worked
        ("2025-02-28T08:30", "2025-03-03T08:30", 8.5),  # and was not there
        ("2026-03-27T16:00", "2026-03-30T09:00", 1.5),  # clocks go forward in between
        ("2026-10-23T16:00", "2026-10-26T09:00", 1.5),  # and back
        ("2035-12-24T08:30", "2035-12-26T08:30", 17.0),  # no holiday is known yet
        ("1998-01-05T08:30", "2000-01-03T08:30", 0.0),  # before the calendar began
    ],
)
def test_hours_of_known_days(start: str, end: str, hours: float) -> None:
    assert CALENDAR.hours_between(london(start), london(end)) == pytest.approx(hours)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_has_as_many_hours_as_really_pass_when_the_clocks_change(
    day: str, hours: int
) -> None:
    calendar = WorkingCalendar.of(Settings(opening=ROUND_THE_CLOCK))
    midnight = london(day)
    assert calendar.hours_between(midnight, midnight + timedelta(days=1)) == hours


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2026-06-30T22:59:59.999999+00:00", "2026-06"),
        ("2026-06-30T23:00:00+00:00", "2026-07"),  # midnight in London, in summer
        ("2026-06-30T23:00:00-01:00", "2026-07"),
        ("2026-12-31T23:59:59+00:00", "2026-12"),
        ("2027-01-01T00:00:00+00:00", "2027-01"),
        ("2024-02-29T23:59:59+00:00", "2024-02"),
        ("2024-03-01T00:00:00+00:00", "2024-03"),
        ("1987-05-31T23:00:00+00:00", "1987-06"),
        ("0001-01-01T00:00:00+00:00", "0001-01"),
        ("9999-12-31T23:59:59+00:00", "9999-12"),
    ],
)
def test_a_month_begins_at_midnight_in_the_partnerships_zone(moment: str, month: str) -> None:
    assert CALENDAR.local_month(datetime.fromisoformat(moment)) == month


@given(moments, st.sampled_from(["Europe/London", "America/Havana", "Pacific/Apia", "UTC"]))
def test_months_are_those_of_the_local_calendar(moment: datetime, name: str) -> None:
    calendar = WorkingCalendar.of(Settings(time_zone=name))
    assert calendar.local_month(moment) == f"{moment.astimezone(ZoneInfo(name)):%Y-%m}"


@given(
    st.integers(2000, 2099),
    st.integers(1, 12),
    st.timedeltas(timedelta(hours=-3), timedelta(hours=3)),
    st.sampled_from(["Europe/London", "America/Havana", "Pacific/Apia"]),
)
def test_months_are_right_around_their_first_midnight(
    year: int, month: int, off: timedelta, name: str
) -> None:
    zone = ZoneInfo(name)
    moment = datetime(year, month, 1, tzinfo=zone).astimezone(UTC) + off
    calendar = WorkingCalendar.of(Settings(time_zone=name))
    assert calendar.local_month(moment) == f"{moment.astimezone(zone):%Y-%m}"


@given(st.integers(2000, 2099), st.integers(1, 12), st.sampled_from(["Europe/London", "UTC"]))
def test_a_month_starts_where_the_one_before_it_ends(year: int, month: int, name: str) -> None:
    start = month_start(f"{year}-{month:02}", ZoneInfo(name))
    calendar = WorkingCalendar.of(Settings(time_zone=name))
    assert calendar.local_month(start) == f"{year}-{month:02}"
    assert calendar.local_month(start - timedelta(seconds=1)) != f"{year}-{month:02}"


def test_equal_settings_share_a_calendar() -> None:
    assert WorkingCalendar.of(Settings()) is WorkingCalendar.of(Settings(minimum_base=5))


@pytest.mark.parametrize(
    ("start", "hours", "then"),
    [
        ("2026-11-20T16:30:00+00:00", 1, "2026-11-23T09:00:00+00:00"),  # Friday to Monday
        ("2026-11-21T12:00:00+00:00", 1, "2026-11-23T09:30:00+00:00"),
        ("2026-12-24T16:00:00+00:00", 2, "2026-12-29T09:30:00+00:00"),  # Christmas, and its Monday
        ("2026-11-20T10:00:00+00:00", 0, "2026-11-20T10:00:00+00:00"),
        ("2026-11-20T08:30:00+00:00", 8.5, "2026-11-20T17:00:00+00:00"),
    ],
)
def test_the_moment_after_so_many_working_hours(start: str, hours: float, then: str) -> None:
    calendar = WorkingCalendar.of(Settings())
    assert calendar.after(datetime.fromisoformat(start), hours) == datetime.fromisoformat(then)


def test_working_days_are_counted_by_the_opening_times_of_the_partner() -> None:
    narrower = {"partners": {"S": {"opening": {"holidays": "scotland"}}}}
    settings = Settings(narrower=narrower)
    friday = datetime.fromisoformat("2026-08-28T10:00:00+01:00")
    # The last Monday of August is a bank holiday in England and not in Scotland.
    for partner, day in (("E", 1), ("S", 31)):
        then = WorkingCalendar.of(settings, partner).days_after(friday, 1)
        assert (then.day, then.hour) == (day, 9)
