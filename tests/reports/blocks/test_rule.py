"""When answers that wait become a block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.reports.blocks.rule import Waiting, ends, may_close
from survey.reports.periods import next_month


@pytest.mark.parametrize(
    ("waiting", "closes"),
    [
        (Waiting(people=10, dissatisfied=1, satisfied=8, scores=4), True),
        (Waiting(people=9, dissatisfied=0, satisfied=8, scores=3), False),
        # Of ten with two dissatisfied, any nine hold one who is.
        (Waiting(people=10, dissatisfied=2, satisfied=8, scores=3), False),
        (Waiting(people=11, dissatisfied=2, satisfied=8, scores=3), True),
        (Waiting(people=29, dissatisfied=0, satisfied=29, scores=1), False),
        (Waiting(people=30, dissatisfied=0, satisfied=30, scores=1), True),
        (Waiting(people=200, dissatisfied=0, satisfied=0, scores=1), False),
        (Waiting(people=200, dissatisfied=192, satisfied=8, scores=4), False),
    ],
)
def test_a_block_closes_only_where_nobody_can_be_told(waiting: Waiting, *, closes: bool) -> None:
    assert may_close(waiting, 10) is closes


@given(
    people=st.integers(0, 60),
    dissatisfied=st.integers(0, 60),
    satisfied=st.integers(0, 90),
    scores=st.integers(0, 5),
    minimum=st.integers(5, 30),
)
def test_all_but_one_of_the_minimum_may_be_content_in_every_block(
    people: int, dissatisfied: int, satisfied: int, scores: int, minimum: int
) -> None:
    waiting = Waiting(people, min(dissatisfied, people), satisfied, scores)
    if may_close(waiting, minimum):
        assert waiting.people >= minimum
        assert waiting.people - waiting.dissatisfied >= minimum - 1
        assert waiting.satisfied > 0


@given(
    times=st.lists(st.integers(1, 6), min_size=5, max_size=40),
    low=st.integers(0, 60),
    minimum=st.integers(5, 30),
)
def test_any_nine_may_have_given_content_answers_only_each_as_many_as_they_did(
    times: list[int], low: int, minimum: int
) -> None:
    answers = sum(times)
    if may_close(Waiting(len(times), min(low, answers), satisfied=1, scores=2), minimum):
        most = sorted(times)[1 - minimum :]
        assert len(most) == minimum - 1
        assert sum(most) <= answers - low


def test_periods_end_with_their_last_month() -> None:
    months = [f"2026-{number:02}" for number in range(1, 13)]
    assert [month for month in months if ends(month, "month")] == months
    assert [month[5:] for month in months if ends(month, "quarter")] == ["03", "06", "09", "12"]
    assert [month for month in months if ends(month, "year")] == ["2026-12"]
    assert [next_month(month) for month in months] == [*months[1:], "2027-01"]
