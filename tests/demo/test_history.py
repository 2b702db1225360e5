"""The made-up history: the same for the same seed and days, possible, and with its story in it."""

from collections import Counter
from datetime import date, time, timedelta
from itertools import groupby
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from survey.demo.history import SOURCES, Enquiry, History
from survey.demo.plot import Plot, quarters_before
from survey.demo.stage import Stage

LAST = date(2026, 11, 20)
TARGETS = {
    "finance": 25.5,
    "hr": 17.0,
    "income": 34.0,
    "payroll": 17.0,
    "pensions": 42.5,
    "purchasing": 25.5,
    "schools": 17.0,
}


def _stage(last: date = LAST) -> Stage:
    every_day = (last - timedelta(days=number) for number in range(730, -1, -1))
    return Stage(
        days=[day for day in every_day if day.isoweekday() <= 5],
        opens=time(8, 30),
        minutes=510,
        zone=ZoneInfo("Europe/London"),
        targets=TARGETS,
        directorates={"HCC": ["adults", "children"], "HFRS": [], "HC": [], "OCC": ["adults"]},
    )


@pytest.fixture(scope="module")
def closures() -> list[Enquiry]:
    return History(1, _stage(), scale=0.3).closures()


def _satisfied(closures: list[Enquiry]) -> float:
    ratings = [enquiry.answer.rating for enquiry in closures if enquiry.answer]
    return mean(rating >= 4 for rating in ratings)


def _days(enquiry: Enquiry) -> float:
    return (enquiry.closed_at - enquiry.opened_at) / timedelta(days=1)


def test_the_same_seed_and_days_give_the_same_history() -> None:
    assert History(5, _stage(), 0.01).closures() == History(5, _stage(), 0.01).closures()
    assert History(5, _stage(), 0.01).closures() != History(6, _stage(), 0.01).closures()


def test_at_full_scale_there_are_between_30_and_40_thousand(closures: list[Enquiry]) -> None:
    assert 30_000 <= len(closures) / 0.3 <= 40_000


def test_every_enquiry_could_have_happened(closures: list[Enquiry]) -> None:
    for enquiry in closures:
        local = enquiry.closed_at.astimezone(ZoneInfo("Europe/London"))
        assert time(8, 30) <= local.time() <= time(17)
        assert local.isoweekday() <= 5
        assert local.date() <= LAST
        assert enquiry.opened_at <= enquiry.closed_at
        assert enquiry.opened_at <= (enquiry.first_reply_at or enquiry.closed_at)
        assert (enquiry.first_reply_at or enquiry.opened_at) <= enquiry.closed_at
        if enquiry.reopened_at:
            assert enquiry.opened_at < enquiry.reopened_at < enquiry.closed_at


def test_a_reference_closed_again_was_reopened_after_it_was_closed(
    closures: list[Enquiry],
) -> None:
    by_reference = sorted(closures, key=lambda enquiry: (enquiry.reference, enquiry.closed_at))
    closed_again = 0
    for _, group in groupby(by_reference, key=lambda enquiry: enquiry.reference):
        first, *later = group
        assert first.reopened_at is None
        for enquiry in later:
            closed_again += 1
            assert enquiry.reopened_at is not None
            assert enquiry.reopened_at > first.closed_at
            assert (enquiry.source, enquiry.asker) == (first.source, first.asker)
    assert closed_again > 0.02 * len(closures)


def test_partners_differ_in_volume_and_police_and_fire_run_no_schools(
    closures: list[Enquiry],
) -> None:
    volume = Counter(enquiry.partner for enquiry in closures)
    assert [partner for partner, _ in volume.most_common()] == ["HCC", "OCC", "HC", "HFRS"]
    schools = {enquiry.partner for enquiry in closures if enquiry.service == "schools"}
    assert schools == {"HCC", "OCC"}


def test_payroll_was_slow_for_a_quarter_and_recovered(closures: list[Enquiry]) -> None:
    payroll = [enquiry for enquiry in closures if enquiry.service == "payroll"]
    slow = [enquiry for enquiry in payroll if _in_quarter(enquiry, 3)]
    later = [enquiry for enquiry in payroll if _in_quarter(enquiry, 1)]
    assert mean(map(_days, slow)) > 1.6 * mean(map(_days, later))
    assert _satisfied(slow) < _satisfied(later)


def test_the_portal_hurt_when_it_was_new_and_helped_later(closures: list[Enquiry]) -> None:
    portal = [enquiry for enquiry in closures if enquiry.channel == "portal"]
    assert min(enquiry.opened_at.date() for enquiry in portal) >= quarters_before(LAST, 4) - (
        timedelta(days=1)
    )
    new = [enquiry for enquiry in portal if _in_quarter(enquiry, 4)]
    later = [enquiry for enquiry in portal if _in_quarter(enquiry, 1)]
    assert _satisfied(new) + 0.1 < _satisfied(later)


def test_people_ask_again_and_some_give_no_address(closures: list[Enquiry]) -> None:
    again = Counter(enquiry.asker.address for enquiry in closures)
    assert again.most_common(1)[0][1] > 10
    assert 0.02 < mean(not enquiry.gives_address for enquiry in closures) < 0.15
    assert all(enquiry.asker.address.endswith(".example.org") for enquiry in closures)


def test_references_are_of_their_source(closures: list[Enquiry]) -> None:
    assert {(enquiry.source, enquiry.channel) for enquiry in closures} == {
        (source, channel) for channel, (source, _) in SOURCES.items()
    }


def test_month_ends_are_busy_and_christmas_is_quiet() -> None:
    plot = Plot(LAST)
    middle = plot.volume(date(2026, 6, 16), "HCC", "payroll")
    assert plot.volume(date(2026, 6, 30), "HCC", "payroll") > 1.4 * middle
    assert plot.volume(date(2025, 12, 23), "HCC", "payroll") < 0.7 * middle


def test_quarters_are_counted_across_years() -> None:
    assert quarters_before(date(2026, 2, 28), 1) == date(2025, 10, 1)
    assert quarters_before(date(2026, 11, 20), 0) == date(2026, 10, 1)


def _in_quarter(enquiry: Enquiry, before: int) -> bool:
    opened = enquiry.opened_at.date()
    return quarters_before(LAST, before) <= opened < quarters_before(LAST, before - 1)
