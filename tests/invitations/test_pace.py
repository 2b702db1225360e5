"""How fast letters may go to one mail system: never faster than the pace, and slower when told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.invitations.pace import SECONDS_HELD, Bucket, full_bucket, most_held

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@given(
    st.floats(1, 5000),
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200), st.booleans()), max_size=60),
)
def test_no_more_goes_out_than_the_pace_and_what_is_held(
    full: float, turns: list[tuple[int, int, bool]]
) -> None:
    bucket, now, sent = full_bucket(full, NOW), NOW, 0
    for seconds, wanted, put_off in turns:
        now += timedelta(seconds=seconds)
        bucket = bucket.refilled(full, now)
        letters = min(wanted, max(int(bucket.tokens), 0))
        bucket, sent = bucket.without(letters), sent + letters
        if put_off:
            bucket = bucket.put_off(full, now)
    assert sent <= most_held(full) + full * ((now - NOW) / MINUTE) + 1e-6


def test_an_outage_of_hours_does_not_end_in_a_burst() -> None:
    rested = Bucket(0, NOW).refilled(3000, NOW + timedelta(hours=9))
    assert rested.tokens == 3000 * SECONDS_HELD / 60


def test_the_slowest_pace_still_lets_a_letter_out() -> None:
    bucket = Bucket(0, NOW)
    assert bucket.next_token(1, NOW) == MINUTE
    assert bucket.refilled(1, NOW + MINUTE).tokens == 1


def test_whoever_puts_letters_off_is_written_to_half_as_fast_and_a_tenth_faster_each_minute() -> (
    None
):
    bucket = full_bucket(100, NOW).put_off(100, NOW)
    assert [bucket.pace(100, NOW + n * MINUTE) for n in (0, 1, 3, 5, 9)] == [50, 60, 80, 100, 100]
    assert bucket.tokens == 0


def test_letters_put_off_together_are_one_hint() -> None:
    once = full_bucket(100, NOW).put_off(100, NOW)
    assert once.put_off(100, NOW + timedelta(seconds=2)) == once
    assert once.put_off(100, NOW + MINUTE).slowed_to == 30


def test_one_letter_in_ten_may_be_put_off_at_any_pace() -> None:
    bucket = full_bucket(100, NOW)
    for n in range(50):
        bucket = bucket.refilled(100, NOW + n * MINUTE).without(10).put_off(100, NOW + n * MINUTE)
    assert bucket.slowed_to is None
    assert bucket.without(5).put_off(100, NOW + 50 * MINUTE).slowed_to == 50


def test_what_was_borne_for_long_does_not_hide_an_outage() -> None:
    bucket = full_bucket(100, NOW).without(100_000)
    for _ in range(11):
        assert bucket.slowed_to is None
        bucket = bucket.put_off(100, NOW)
    assert bucket.slowed_to == 50


def test_a_pace_never_falls_to_nothing() -> None:
    bucket = full_bucket(100, NOW)
    for n in range(50):
        bucket = bucket.put_off(100, NOW + n * timedelta(seconds=10))
    assert bucket.slowed_to is not None
    assert bucket.slowed_to >= 1


def test_back_at_the_full_pace_it_was_never_slowed() -> None:
    bucket = full_bucket(100, NOW).put_off(100, NOW).refilled(100, NOW + 5 * MINUTE)
    assert (bucket.slowed_to, bucket.slowed_at) == (None, None)


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(hours=1)])
def test_a_clock_put_back_takes_nothing_away(back: timedelta) -> None:
    assert Bucket(7, NOW).refilled(100, NOW - back) == Bucket(7, NOW)
