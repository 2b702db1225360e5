"""Whom to ask: each rule alone, their order, and what holds for any facts whatever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.invitations.eligibility import QUIET_PERIOD, REASONS, Decision, Facts, decide
from survey.partnership.settings import OUTCOMES, Asking

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASKING = Asking(delay_minutes=60, too_old_days=14)
WILLING = Facts(
    closed_at=NOW - timedelta(days=1),
    outcome="resolved",
    has_address=True,
    partner_asks=True,
    service_asks=True,
    opted_out=False,
    bounced=False,
)
# In the documented order: each obstacle hides those after it.
OBSTACLES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("no_address", {"has_address": False}),
    ("partner_off", {"partner_asks": False}),
    ("service_off", {"service_asks": False}),
    ("outcome_off", {"outcome": "withdrawn"}),
    ("too_old", {"closed_at": NOW - timedelta(days=14, seconds=1)}),
    ("opted_out", {"opted_out": True}),
    ("bounced", {"bounced": True}),
)

moments = st.timedeltas(timedelta(days=-60), timedelta(days=60)).map(lambda away: NOW + away)
any_facts = st.builds(Facts, closed_at=moments, outcome=st.sampled_from(OUTCOMES))
any_asking = st.builds(Asking, delay_minutes=st.integers(0, 1440), too_old_days=st.integers(2, 366))


def test_without_an_obstacle_the_person_is_asked() -> None:
    assert decide(WILLING, ASKING, NOW) == Decision("ask")


@pytest.mark.parametrize("outcome", ["resolved", "unresolved"])
def test_a_person_is_asked_whether_or_not_the_enquiry_was_resolved(outcome: str) -> None:
    assert decide(replace(WILLING, outcome=outcome), ASKING, NOW) == Decision("ask")


@pytest.mark.parametrize(("reason", "obstacle"), OBSTACLES)
def test_one_obstacle_alone_gives_its_reason(reason: str, obstacle: dict[str, Any]) -> None:
    assert decide(replace(WILLING, **obstacle), ASKING, NOW) == Decision("not", reason)


@pytest.mark.parametrize("first", range(len(OBSTACLES)))
def test_of_several_obstacles_the_first_in_the_order_is_told(first: int) -> None:
    facts = WILLING
    for _, obstacle in OBSTACLES[first:]:
        facts = replace(facts, **obstacle)
    assert decide(facts, ASKING, NOW) == Decision("not", OBSTACLES[first][0])


def test_a_closure_waits_until_the_very_moment_it_is_ripe() -> None:
    ripe = replace(WILLING, closed_at=NOW - timedelta(minutes=60))
    assert decide(ripe, ASKING, NOW) == Decision("ask")
    assert decide(ripe, ASKING, NOW - timedelta(microseconds=1)) == Decision("wait")


def test_nothing_is_decided_about_a_closure_that_is_not_ripe_even_if_it_never_could_be() -> None:
    facts = replace(WILLING, closed_at=NOW, has_address=False)
    assert decide(facts, ASKING, NOW) == Decision("wait")


def test_a_closure_of_exactly_the_oldest_age_is_still_asked_about() -> None:
    facts = replace(WILLING, closed_at=NOW - timedelta(days=14))
    assert decide(facts, ASKING, NOW) == Decision("ask")


@given(any_facts, any_asking, moments)
def test_any_facts_have_exactly_one_outcome_with_a_reason_only_for_not_asking(
    facts: Facts, asking: Asking, now: datetime
) -> None:
    decision = decide(facts, asking, now)
    assert decision.outcome in ("ask", "wait", "not")
    assert (decision.reason is not None) == (decision.outcome == "not")
    assert decision.reason is None or decision.reason in REASONS
    assert decision.reason != QUIET_PERIOD
    assert decide(facts, asking, now) == decision


@given(any_facts, any_asking, moments, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_time_alone_never_turns_a_no_into_an_ask(
    facts: Facts, asking: Asking, now: datetime, later: timedelta
) -> None:
    if decide(facts, asking, now).outcome == "not":
        assert decide(facts, asking, now + later).outcome == "not"


@given(any_facts, any_asking, moments)
def test_whoever_is_asked_has_an_address_and_never_said_no(
    facts: Facts, asking: Asking, now: datetime
) -> None:
    if decide(facts, asking, now).outcome == "ask":
        assert facts.has_address
        assert not facts.opted_out
        assert not facts.bounced
