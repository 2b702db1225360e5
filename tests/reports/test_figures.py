"""Figures against a reckoning by hand, for any enquiries, on both databases."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.foundation.database import db
from survey.foundation.separation import show_rows_of
from survey.reports.figures import figures
from survey.reports.periods import Period, parse
from survey.reports.query import (
    ANSWERED,
    DIMENSIONS,
    FILTERS,
    FiguresQuery,
)
from tests.reports.conftest import BASE
from tests.reports.stories import DIRECTORATES, Story, plant, reckon, stories

pytestmark = pytest.mark.usefixtures("small_base")

HALF_YEAR = parse("2026-H1")
any_dimensions = st.sampled_from([(), *((d,) for d in DIMENSIONS), *combinations(DIMENSIONS, 2)])
any_caller = st.none() | st.frozensets(st.sampled_from(list(DIRECTORATES)))
on_a_database = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def ask(period: Period = HALF_YEAR, *by: str, visible: Any = None, **more: Any) -> Any:
    return figures(FiguresQuery(period, by, **more), visible)


def matches(found: dict[str, Any], told: Sequence[Story]) -> None:
    """Whether a row says what the stories say, and nothing that it must not."""
    expected = reckon(told)
    shown = expected["n"] >= BASE
    assert found["n"] == (expected["n"] if shown else None)
    assert found["withheld"] == (None if shown else "disclosure")
    for name in ("ratings", "sentiment"):
        assert found[name] == (expected[name] if shown else None)
    for name in ("csat", "dissatisfied", "ease", "resolved", "satisfaction"):
        assert_value(found[name], expected[name], shown=shown)
        if shown and name != "satisfaction" and found[name]["n"]:
            assert_score_interval(found[name], expected["effect"])


def assert_score_interval(found: dict[str, Any], effect: float) -> None:
    """Its bounds are the proportions from which the found one is 1.96 standard errors away."""
    for bound in (found["low"], found["high"]):
        error = bound * (1 - bound) / found["n"] * effect
        assert abs(found["value"] - bound) == pytest.approx(1.96 * error**0.5, abs=0.001)


def matches_closed(found: dict[str, Any], told: Sequence[Story]) -> None:
    """The same for a row of the cohort `closed`."""
    matches(found, told)
    expected = reckon(told)
    shown, funnel = expected["n"] >= BASE, found["funnel"]
    for name in ("closed", "pending", "asked", "accepted", "not_asked"):
        assert funnel[name] == expected[name]
    assert funnel["answered"] == found["n"]
    assert funnel["held"] == (expected["held"] if shown else None)
    assert funnel["closed"] == funnel["asked"] + funnel["pending"] + sum(
        funnel["not_asked"].values()
    )
    assert_value(found["response_rate"], expected["response_rate"], shown=shown)
    assert_value(found["within_target"], expected["within_target"], shown=True)
    for name in ("hours_to_first_reply", "hours_to_close"):
        hours, by_hand = found[name], expected[name]
        assert (hours["n"], hours["bands"]) == (by_hand["n"], by_hand["bands"])
        for part in ("median", "p90"):
            by_hand[part] = by_hand[part] and pytest.approx(by_hand[part], abs=0.0051)
            assert hours[part] == by_hand[part]


def assert_value(found: dict[str, Any] | None, expected: float | None, *, shown: bool) -> None:
    if not shown:
        assert found is None
        return
    assert found is not None
    assert found["value"] == (expected and pytest.approx(expected, abs=0.0051))
    if found.get("low") is not None:
        assert found["low"] <= found["value"] <= found["high"]


@on_a_database
@given(st.lists(stories(), max_size=25), any_dimensions, any_caller)
def test_every_row_and_the_total_are_what_a_hand_would_reckon(
    app: Flask, told: list[Story], by: tuple[str, ...], sees: frozenset[str] | None
) -> None:
    plant(told)
    with app.test_request_context():
        show_rows_of(sees)
        answer = ask(HALF_YEAR, *by, visible=sees)
        if db.engine.dialect.name == "postgresql":
            unfiltered = ask(HALF_YEAR, *by)
            assert unfiltered["fingerprint"] == answer["fingerprint"], "the policies narrow alone"
    db.session.rollback()
    inside = [s for s in told if s.month <= "2026-06" and (sees is None or s.partner in sees)]
    for found in answer["rows"]:
        matches_closed(
            found, [s for s in inside if all(s.part(name) == found[name] for name in by)]
        )
    matches_closed(answer["total"], inside)
    rows = answer["rows"]
    assert sum(found["funnel"]["closed"] for found in rows) == len(inside)
    assert {tuple(found[name] for name in by) for found in rows} >= {
        tuple(story.part(name) for name in by) for story in inside
    }


@on_a_database
@given(st.lists(stories(), max_size=25), st.sampled_from([(), ("month",), ("service", "month")]))
def test_the_answered_cohort_goes_by_the_first_answer_and_says_the_last(
    told: list[Story], by: tuple[str, ...]
) -> None:
    plant(told)
    answer = ask(parse("2026-Q2"), *by, cohort=ANSWERED)
    db.session.rollback()
    inside = [s for s in told if s.valid and "2026-04" <= s.valid[0].month <= "2026-06"]
    for found in [*answer["rows"], answer["total"]]:
        among = [
            story
            for story in inside
            if found.get("month", story.valid[0].month) == story.valid[0].month
            and found.get("service", story.service) == story.service
        ]
        matches(found, among)
        assert found["funnel"] is None
        assert found["response_rate"] is None
        shown = len(among) >= BASE
        assert found["hours_to_close"] == (found["hours_to_close"] if shown else None)
        if shown:
            assert found["within_target"]["n"] == found["hours_to_close"]["n"] == len(among)
        else:
            assert found["within_target"] is None


@on_a_database
@given(st.lists(stories(), max_size=20), st.sets(st.sampled_from(["HCC", "OCC", "HFRS"])))
def test_a_caller_gets_what_there_would_be_without_the_partners_it_may_not_see(
    told: list[Story], visible: set[str]
) -> None:
    plant(told)
    narrowed = ask(HALF_YEAR, "partner", "service", visible=frozenset(visible))
    db.session.rollback()
    plant([story for story in told if story.partner in visible])
    alone = ask(HALF_YEAR, "partner", "service")
    db.session.rollback()
    assert (narrowed["rows"], narrowed["total"]) == (alone["rows"], alone["total"])
    assert narrowed["fingerprint"] == alone["fingerprint"]


@on_a_database
@given(st.lists(stories(), min_size=1, max_size=20), st.sampled_from(FILTERS))
def test_a_filter_leaves_what_has_its_value(told: list[Story], name: str) -> None:
    value = told[0].part(name)
    if value is None:
        return
    plant(told)
    answer = ask(parse("2026"), filters={name: value})
    db.session.rollback()
    matches_closed(answer["total"], [story for story in told if story.part(name) == value])
