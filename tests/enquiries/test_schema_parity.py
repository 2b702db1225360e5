"""The schema that documents the API and the check that runs agree on whatever comes.

Codes are known here or malformed, and the source tells the time to the second: which codes exist,
and coarser times, are the check's alone.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from time_machine import travel

from survey.enquiries.check import Checked, Checker
from survey.enquiries.fields import CHANNELS, DELIVERIES
from survey.enquiries.schema import EnquirySchema
from survey.partnership.settings import OUTCOMES
from tests.enquiries.examples import DIRECTORY, NOW, enquiry

CHECKER = Checker(DIRECTORY, NOW)
SCHEMA = EnquirySchema()

offsets = st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(-timedelta(hours=11))])
moments = st.builds(
    lambda seconds, zone: (NOW + timedelta(seconds=seconds)).astimezone(zone).isoformat(),
    # Close together, so that every order and equality comes up; around now, and long ago.
    st.sampled_from([-2, -1, 0, 299, 300, 301]) | st.integers(-900_000_000, 600),
    offsets,
)
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 20_000),
    st.just(10**400),
    st.floats(),
    st.lists(st.text(max_size=2), max_size=1),
    st.dictionaries(st.text(max_size=2), st.none(), max_size=1),
)
# Longer than any limit and with a control character, so that it is never a code that might exist.
malformed = st.sampled_from(["", "  ", "\x00", "a\x85b", "\ud800", "a\u202eb", "x" * 300])
near_address = st.from_regex(r"[a-z.+ö]{0,3}@{0,2}[a-zü .-]{0,5}\.?[a-z]{0,2}\n?", fullmatch=True)


def field(*good: str | None) -> st.SearchStrategy[Any]:
    return st.sampled_from([f" {g}\t" if g else g for g in good] * 4) | malformed | odd


items = st.fixed_dictionaries(
    {},
    optional={
        "source": field("portal"),
        "reference": field("R-1", "R" * 120, "R\u200b1", "R\xa01"),
        "partner": field("HCC"),
        "directorate": field("children", None),
        "service": field("payroll"),
        "topic": field("payslip", "Überstunden", "not-told-apart", None),
        "channel": field(*CHANNELS) | st.just("telephone"),
        "opened_at": moments | malformed | odd,
        "first_reply_at": moments | malformed | odd,
        "closed_at": moments | malformed | odd,
        "reopened_at": moments | malformed | odd,
        "outcome": field(*OUTCOMES, None) | st.just("solved"),
        "team": field("Payroll 2", None),
        "deliver": field(*DELIVERIES, None) | st.just("post"),
        "target_hours": odd | st.floats(0, 10_000) | st.sampled_from([0, 10_000, 10_001]),
        "email": near_address | field("jo@bücher.example", None),
        "language": field("en", "cy-GB", None) | st.text("ab-_1", max_size=6),
        "colour": st.none(),
    },
)


@pytest.fixture(scope="module", autouse=True)
def _one_moment() -> Iterator[None]:
    with travel(NOW, tick=False):
        yield


def named_by_check(item: dict[str, Any]) -> set[str]:
    result = CHECKER.check(item)
    return set() if isinstance(result, Checked) else set(result)


def named_by_schema(item: dict[str, Any]) -> set[str]:
    try:
        SCHEMA.load(item)
    except ValidationError as error:
        return set(error.messages_dict)
    return set()


@settings(max_examples=600)
@given(items, st.sets(st.sampled_from(sorted(enquiry())), max_size=2))
def test_schema_and_check_name_the_same_fields(spoilt: dict[str, Any], left_out: set[str]) -> None:
    item = {k: v for k, v in (enquiry() | spoilt).items() if k not in left_out}
    assert named_by_schema(item) == named_by_check(item)


@settings(max_examples=200)
@given(st.lists(moments, min_size=4, max_size=4), st.booleans())
def test_schema_and_check_agree_on_every_order_of_events(when: list[str], open_: bool) -> None:
    names = ("opened_at", "first_reply_at", "closed_at", "reopened_at")
    item = enquiry(**dict(zip(names, when, strict=True)))
    if open_:
        item["closed_at"] = None
    assert named_by_schema(item) == named_by_check(item)


def test_schema_and_check_agree_on_a_good_enquiry() -> None:
    assert named_by_check(enquiry()) == named_by_schema(enquiry()) == set()


@pytest.mark.parametrize("item", [None, [], "enquiry", 7])
def test_schema_and_check_agree_on_what_is_no_object(item: Any) -> None:
    assert named_by_schema(item) == named_by_check(item) == {"_schema"}


def test_the_moment_in_these_tests_is_the_schemas_own() -> None:
    assert datetime.now(UTC) == NOW
