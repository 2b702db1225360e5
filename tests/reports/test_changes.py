"""Verdicts on change: only what a whole table allows to say."""

import random
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.reports.changes import BETTER, NO_CHANGE, WORSE, Row, changed_since, holm, p_value

counts = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
rows = st.tuples(counts, counts).map(lambda both: Row(*both[0], *both[1]))


def verdicts(*table: Row) -> list[str]:
    return [change.verdict for change in changed_since(table)]


def test_a_clear_change_is_told_in_its_direction() -> None:
    assert verdicts(Row(90, 100, 60, 100), Row(60, 100, 90, 100), Row(60, 100, 61, 100)) == [
        *(BETTER, WORSE, NO_CHANGE)
    ]


def test_what_one_row_alone_would_show_a_table_of_many_need_not() -> None:
    # 13 points, from 0.02 to 0.25 by itself.
    row, others = Row(80, 100, 67, 100), [Row(70, 100, 70, 100)] * 9
    assert verdicts(row) == [BETTER]
    assert verdicts(row, *others) == [NO_CHANGE] * 10
    alone, among = changed_since([row])[0], changed_since([row, *others])[0]
    assert alone.difference == among.difference


def test_without_a_base_in_both_periods_nothing_is_compared_nor_counted() -> None:
    row, empty = Row(80, 100, 67, 100), Row(0, 0, 5, 9)
    assert verdicts(row, *[empty] * 9) == [BETTER] + [NO_CHANGE] * 9
    assert changed_since([empty])[0].difference.value is None
    assert changed_since([]) == []


def test_answers_of_the_same_people_show_less() -> None:
    assert verdicts(Row(80, 100, 67, 100)) == [BETTER]
    assert verdicts(Row(80, 100, 67, 100, effects=(2.0, 2.0))) == [NO_CHANGE]


@given(st.lists(st.floats(0, 1), max_size=6))
def test_holm_is_what_holds_in_every_part_of_the_table(p_values: list[float]) -> None:
    # Closed testing: a row is told if each group of rows with it in it has one below 0.05 / size.
    numbers = range(len(p_values))
    groups = list(chain.from_iterable(combinations(numbers, size + 1) for size in numbers))
    for number, adjusted in enumerate(holm(p_values)):
        mine = [group for group in groups if number in group]
        told = all(min(p_values[each] for each in g) * len(g) <= 0.05 for g in mine)
        assert (adjusted <= 0.05) == told


@settings(max_examples=50)
@given(st.lists(rows, max_size=6))
def test_a_verdict_never_contradicts_the_interval_beside_it(table: list[Row]) -> None:
    for row, change in zip(table, changed_since(table), strict=True):
        low, high = change.difference.low, change.difference.high
        if change.verdict == BETTER:
            assert low is not None
            assert low >= 0
        elif change.verdict == WORSE:
            assert high is not None
            assert high <= 0
        elif len(table) == 1 and low is not None and high is not None:
            assert low <= 0 <= high
        turned = changed_since([Row(row.before, row.n_before, row.part, row.n)])[0]
        if change.verdict == BETTER:
            assert turned.verdict == WORSE


def test_p_is_near_that_of_the_plain_comparison_of_two_large_shares() -> None:
    # (0.55 - 0.5) / sqrt(2 * 0.525 * 0.475 / 1000) = 2.239, so 0.0252 by the normal table.
    assert p_value(Row(550, 1000, 500, 1000)) == pytest.approx(0.0252, abs=0.001)
    assert p_value(Row(50, 100, 50, 100)) == 1.0


def test_where_nothing_changed_a_table_seldom_says_so() -> None:
    chance = random.Random(6)

    def drawn() -> int:
        return sum(chance.random() < 0.7 for _ in range(60))

    wrong = 0
    for _ in range(200):
        table = [Row(drawn(), 60, drawn(), 60) for _ in range(8)]
        wrong += any(change.verdict != NO_CHANGE for change in changed_since(table))
    assert wrong <= 18
