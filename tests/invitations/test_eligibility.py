"""Whom to ask: each rule alone, their order, and what holds for any facts whatever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.invitations.eligibility import (
    ADDRESS_REASONS,
    LOOK_AGAIN,
    QUIET_PERIOD,
    REASONS,
    Decision,
    Facts,
    Mailbox,
    decide,
    mailbox_of,
)
from survey.partnership.settings import OUTCOMES, Asking

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASKING = Asking(too_old_days=14, share=40, answering_team=("Desk@hants.gov.uk", "@ibc.example.org"))
PLAIN = Mailbox(foreign=False, shared=False, answering=False)
WILLING = Facts(
    closed_at=NOW - timedelta(days=1),
    ripe_at=NOW - timedelta(hours=23),
    outcome="resolved",
    has_address=True,
    partner_asks=True,
    service_asks=True,
    opted_out=False,
    bounced=False,
    draw=39,
    mailbox=PLAIN,
)
# In the documented order: each obstacle hides those after it.
OBSTACLES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("no_address", {"has_address": False}),
    ("partner_off", {"partner_asks": False}),
    ("service_off", {"service_asks": False}),
    ("outcome_off", {"outcome": "withdrawn"}),
    ("sampled_out", {"draw": 40}),
    ("reopened", {"reopened": True}),
    ("too_old", {"closed_at": NOW - timedelta(days=14, seconds=1)}),
    ("opted_out", {"opted_out": True}),
    ("bounced", {"bounced": True}),
    ("foreign_address", {"mailbox": Mailbox(foreign=True, shared=True, answering=True)}),
    ("shared_mailbox", {"mailbox": Mailbox(foreign=False, shared=True, answering=True)}),
    ("answering_team", {"mailbox": Mailbox(foreign=False, shared=False, answering=True)}),
)

moments = st.timedeltas(timedelta(days=-60), timedelta(days=60)).map(lambda away: NOW + away)
any_mailbox = st.builds(Mailbox, st.booleans(), st.booleans(), st.booleans())
any_facts = st.builds(
    Facts,
    closed_at=moments,
    ripe_at=moments,
    outcome=st.sampled_from(OUTCOMES),
    draw=st.integers(0, 99),
    reopened=st.booleans(),
    mailbox=st.none() | any_mailbox,
    waits_until=st.none() | moments,
)
any_asking = st.builds(
    Asking,
    too_old_days=st.integers(2, 366),
    share=st.integers(0, 100),
    outcomes=st.sets(st.sampled_from(OUTCOMES), min_size=1).map(tuple),
)


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
    for _, obstacle in reversed(OBSTACLES[first:]):
        facts = replace(facts, **obstacle)
    assert decide(facts, ASKING, NOW) == Decision("not", OBSTACLES[first][0])


def test_every_reason_is_tried_here_but_the_quiet_period() -> None:
    reasons = [reason for reason, _ in OBSTACLES]
    assert list(REASONS) == [*reasons, QUIET_PERIOD]
    assert ADDRESS_REASONS.issubset(reasons)


def test_a_closure_waits_until_the_very_moment_it_is_ripe() -> None:
    facts = replace(WILLING, ripe_at=NOW)
    assert decide(facts, ASKING, NOW) == Decision("ask")
    before = NOW - timedelta(microseconds=1)
    assert decide(facts, ASKING, before) == Decision("wait", until=NOW)


def test_nothing_is_decided_about_a_closure_that_is_not_ripe_even_if_it_never_could_be() -> None:
    later = NOW + timedelta(hours=1)
    facts = replace(WILLING, ripe_at=later, has_address=False)
    assert decide(facts, ASKING, NOW) == Decision("wait", until=later)


@pytest.mark.parametrize(
    ("left", "decision"),
    [
        (timedelta(days=5), Decision("wait", until=NOW + LOOK_AGAIN)),
        (LOOK_AGAIN, Decision("wait", until=NOW + LOOK_AGAIN)),
        (timedelta(minutes=1), Decision("wait", until=NOW + timedelta(minutes=1))),
        (timedelta(0), Decision("ask")),
        (timedelta(days=-1), Decision("ask")),
    ],
)
def test_another_open_enquiry_is_waited_for_looking_again_and_then_the_person_is_asked(
    left: timedelta, decision: Decision
) -> None:
    assert decide(replace(WILLING, waits_until=NOW + left), ASKING, NOW) == decision


@pytest.mark.parametrize(("reason", "obstacle"), OBSTACLES)
def test_nobody_waits_for_another_enquiry_who_is_not_asked_anyway(
    reason: str, obstacle: dict[str, Any]
) -> None:
    facts = replace(WILLING, waits_until=NOW + timedelta(days=1), **obstacle)
    assert decide(facts, ASKING, NOW) == Decision("not", reason)


@pytest.mark.parametrize(("share", "draw", "asked"), [(0, 0, False), (1, 0, True), (100, 99, True)])
def test_a_share_is_so_many_of_a_hundred_lots(share: int, draw: int, asked: bool) -> None:
    decision = decide(replace(WILLING, draw=draw), replace(ASKING, share=share), NOW)
    assert decision == (Decision("ask") if asked else Decision("not", "sampled_out"))


@pytest.mark.parametrize(
    ("address", "domains", "mailbox"),
    [
        ("ada@hants.gov.uk", (), PLAIN),
        ("ada@hants.gov.uk", ("hants.gov.uk",), PLAIN),
        ("ada@schools.hants.gov.uk", ("hfrs.gov.uk", "hants.gov.uk"), PLAIN),
        ("ada@nothants.gov.uk", ("hants.gov.uk",), replace(PLAIN, foreign=True)),
        ("ada@gov.uk", ("hants.gov.uk",), replace(PLAIN, foreign=True)),
        ("pupil", ("hants.gov.uk",), replace(PLAIN, foreign=True)),
        ("info@hants.gov.uk", (), replace(PLAIN, shared=True)),
        ("info.desk@hants.gov.uk", (), PLAIN),
        ("desk@hants.gov.uk", (), replace(PLAIN, answering=True)),
        ("desk@hfrs.gov.uk", (), PLAIN),
        ("ada@ibc.example.org", (), replace(PLAIN, answering=True)),
        ("ada@not.ibc.example.org", (), PLAIN),
    ],
)
def test_an_address_tells_whether_it_is_foreign_shared_or_of_the_answering_team(
    address: str, domains: tuple[str, ...], mailbox: Mailbox
) -> None:
    assert mailbox_of(address, domains, ASKING) == mailbox


def test_a_closure_of_exactly_the_oldest_age_is_still_asked_about() -> None:
    facts = replace(WILLING, closed_at=NOW - timedelta(days=14))
    assert decide(facts, ASKING, NOW) == Decision("ask")


@given(any_facts, any_asking, moments)
def test_any_facts_have_exactly_one_outcome_with_what_belongs_to_it(
    facts: Facts, asking: Asking, now: datetime
) -> None:
    decision = decide(facts, asking, now)
    assert decision.outcome in ("ask", "wait", "not")
    assert (decision.reason is not None) == (decision.outcome == "not")
    assert decision.reason is None or decision.reason in REASONS
    assert decision.reason != QUIET_PERIOD
    assert (decision.until is not None) == (decision.outcome == "wait")
    assert decide(facts, asking, now) == decision


@given(any_facts, any_asking, moments, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_time_alone_never_turns_a_no_into_an_ask(
    facts: Facts, asking: Asking, now: datetime, later: timedelta
) -> None:
    if decide(facts, asking, now).outcome == "not":
        assert decide(facts, asking, now + later).outcome == "not"


@given(any_facts, any_asking, moments)
def test_whoever_looks_again_when_told_gets_further_each_time_and_comes_to_an_end(
    facts: Facts, asking: Asking, now: datetime
) -> None:
    decision = decide(facts, asking, now)
    for _ in range(60 * 2 * 12 + 2):
        if decision.until is None:
            return
        assert decision.until > now
        now = decision.until
        decision = decide(facts, asking, now)
    raise AssertionError("still waiting")


@given(any_facts, any_asking, moments, any_mailbox)
def test_looking_at_the_address_never_makes_a_person_asked_who_was_not(
    facts: Facts, asking: Asking, now: datetime, mailbox: Mailbox
) -> None:
    unseen = decide(replace(facts, mailbox=None), asking, now)
    seen = decide(replace(facts, mailbox=mailbox), asking, now)
    assert seen == unseen or seen.reason in ADDRESS_REASONS
    assert unseen.outcome != "not" or seen == unseen


@given(any_facts, any_asking, moments)
def test_whoever_is_asked_has_an_address_and_never_said_no(
    facts: Facts, asking: Asking, now: datetime
) -> None:
    if decide(facts, asking, now).outcome == "ask":
        assert facts.has_address
        assert not any((facts.opted_out, facts.bounced, facts.reopened))
        assert facts.draw < asking.share
        assert facts.mailbox in (None, PLAIN)
