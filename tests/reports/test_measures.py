"""What the measures promise, against published values and for any counts."""

import math
import statistics
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey.reports import intervals, measures
from survey.reports.measures import Estimate
from survey.reports.rules import RULES

EXAMPLE = {1: 4, 2: 6, 3: 11, 4: 40, 5: 62}
shares = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
ratings = st.dictionaries(st.integers(1, 5), st.integers(0, 500), max_size=5)


def in_order(estimate: Estimate) -> tuple[float, float, float]:
    assert estimate.low is not None
    assert estimate.value is not None
    assert estimate.high is not None
    return estimate.low, estimate.value, estimate.high


def test_the_example_of_the_interface_comes_out_to_the_last_digit() -> None:
    assert measures.csat(EXAMPLE) == Estimate(0.8293, 123, 0.7531, 0.8855)
    assert measures.satisfaction(EXAMPLE) == Estimate(80.49, 123, 75.93, 85.04)
    assert measures.resolved({"yes": 108, "no": 12}) == Estimate(0.9, 120, 0.8333, 0.9419)
    assert measures.response_rate(123, 331) == Estimate(0.3716, 331, 0.3213, 0.4249)
    assert measures.census(2788, 4100) == Estimate(0.68, 4100)


def test_wilson_agrees_with_the_published_examples_of_newcombe() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (part, n), bounds in published.items():
        assert intervals.wilson(part, n) == pytest.approx(bounds, abs=5e-5)


def test_differences_agree_with_the_published_examples_of_newcombe() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), pages 873 to 890, table II, method 10.
    published = {
        (56, 70, 48, 80): (0.0524, 0.3339),
        (9, 10, 3, 10): (0.1705, 0.8090),
        (6, 7, 2, 7): (0.0582, 0.8062),
        (5, 56, 0, 29): (-0.0381, 0.1926),
        (0, 10, 0, 20): (-0.1611, 0.2775),
        (0, 10, 0, 10): (-0.2775, 0.2775),
        (10, 10, 0, 20): (0.6791, 1.0),
        (10, 10, 0, 10): (0.6075, 1.0),
    }
    for counts, bounds in published.items():
        found = measures.difference(*counts)
        assert (found.low, found.high) == pytest.approx(bounds, abs=5e-5)


def test_the_quantile_of_t_agrees_with_the_tables() -> None:
    tables = {29: 2.04523, 30: 2.04227, 40: 2.02108, 60: 2.00030, 120: 1.97993, 1000: 1.96234}
    for df, value in tables.items():
        assert intervals.t_quantile(0.975, df) == pytest.approx(value, abs=1e-4)


def test_nothing_counted_is_no_value_and_not_nought() -> None:
    nothing = Estimate(None, 0)
    assert measures.csat({}) == measures.satisfaction({}) == measures.ease({5: 0}) == nothing
    assert measures.dissatisfied({}) == measures.recommendation({3: 0}) == nothing
    assert measures.resolved({}) == measures.response_rate(0, 0) == measures.census(0, 0) == nothing


def test_a_mean_of_few_ratings_has_no_interval() -> None:
    assert measures.satisfaction({3: 29}) == Estimate(50.0, 29, None, None)
    assert measures.satisfaction({3: 30}) == Estimate(50.0, 30, 50.0, 50.0)


def test_resolved_counts_partly_in_the_base_only() -> None:
    assert measures.resolved({"yes": 1, "partly": 1, "no": 2}).value == 0.25


def test_recommendation_is_promoters_less_detractors_and_the_rest_stands_in_the_base() -> None:
    found = measures.recommendation({0: 5, 6: 15, 7: 10, 8: 20, 9: 20, 10: 30})
    assert (found.value, found.n) == (0.3, 100)
    # By hand: 51 and 21 of 102, so 0.294118 and sqrt((0.705882 - 0.086505) / 102) = 0.077925.
    assert (found.low, found.high) == (0.1414, 0.4468)


likely = st.dictionaries(st.integers(0, 10), st.integers(0, 500))


@given(likely)
def test_recommendation_lies_in_its_interval_and_turns_with_the_sides(
    counts: dict[int, int],
) -> None:
    assume(sum(counts.values()))
    low, value, high = in_order(measures.recommendation(counts))
    assert -1 <= low <= value <= high <= 1
    each = [(a > 8) - (a < 7) for a in Counter(counts).elements()]
    assert value == pytest.approx(statistics.mean(each), abs=5.1e-5)
    # A promoter for each detractor and the other way round.
    turned = {0: sum(e > 0 for e in each), 8: each.count(0), 10: sum(e < 0 for e in each)}
    assert in_order(measures.recommendation(turned)) == pytest.approx((-high, -value, -low))


def test_nine_of_ten_recommendation_intervals_and_more_hold_the_truth() -> None:
    # Every sample of 12 from 0.55 promoters and 0.15 detractors, with its probability.
    n, up, down, covered = 12, 0.55, 0.15, 0.0
    for ups, downs in ((u, d) for u in range(n + 1) for d in range(n + 1 - u)):
        ways = math.comb(n, ups) * math.comb(n - ups, downs)
        likelihood = ways * up**ups * down**downs * (1 - up - down) ** (n - ups - downs)
        low, _, high = in_order(measures.recommendation({9: ups, 0: downs, 7: n - ups - downs}))
        covered += likelihood * (low <= up - down <= high)
    assert 0.94 < covered < 0.99


def test_the_design_effect_is_one_where_everybody_answered_once() -> None:
    assert intervals.design_effect(40, 40) == intervals.design_effect(0, 0) == 1
    # Ten people of three answers each, and ten of one.
    assert intervals.design_effect(40, 100) == 2.5


times_each = st.lists(st.integers(1, 6), min_size=1, max_size=80)


@given(times_each, ratings, st.integers(1, 6))
def test_who_says_the_same_again_and_again_counts_as_once(
    each: list[int], counts: dict[int, int], times: int
) -> None:
    n = sum(each)
    assert 1 <= intervals.design_effect(n, sum(m * m for m in each)) <= max(each)
    again = {rating: count * times for rating, count in counts.items()}
    for measure in (measures.csat, measures.dissatisfied, measures.satisfaction):
        once, often = measure(counts), measure(again, times)
        assert often.n == once.n * times
        for name in ("value", "low", "high"):
            assert getattr(often, name) == pytest.approx(getattr(once, name), abs=0.011)


def test_every_measure_has_its_rule_in_one_sentence() -> None:
    for name in ("n", "csat", "satisfaction", "resolved", "ease", "sentiment", "within_target"):
        assert RULES[name]
    assert all("\n" not in rule and len(rule) < 250 for rule in RULES.values())


@given(shares)
def test_a_share_lies_in_its_interval_and_both_in_0_to_1(share: tuple[int, int]) -> None:
    low, value, high = in_order(measures.share(*share))
    assert 0 <= low <= value <= high <= 1


@given(shares, st.integers(2, 50))
def test_an_interval_narrows_as_the_base_grows(share: tuple[int, int], times: int) -> None:
    part, n = share
    low, high = intervals.wilson(part, n)
    closer_low, closer_high = intervals.wilson(part * times, n * times)
    assert closer_high - closer_low < high - low


@given(shares)
def test_yes_and_no_mirror_each_other(share: tuple[int, int]) -> None:
    part, n = share
    low, high = intervals.wilson(part, n)
    assert intervals.wilson(n - part, n) == pytest.approx((1 - high, 1 - low))


@given(shares, shares)
def test_a_difference_lies_in_its_interval_and_turns_with_the_sides(
    now: tuple[int, int], then: tuple[int, int]
) -> None:
    low, value, high = in_order(measures.difference(*now, *then))
    assert -1 <= low <= value <= high <= 1
    assert value == pytest.approx(now[0] / now[1] - then[0] / then[1], abs=5.1e-5)
    turned = in_order(measures.difference(*then, *now))
    assert turned == pytest.approx((-high, -value, -low))


def test_without_one_of_two_bases_there_is_no_difference() -> None:
    assert measures.difference(0, 0, 3, 9) == Estimate(None, 0)
    assert measures.difference(3, 9, 0, 0) == Estimate(None, 9)


@given(ratings)
def test_satisfaction_is_the_mean_on_0_to_100_inside_its_interval(counts: dict[int, int]) -> None:
    each = list(Counter(counts).elements())
    assume(len(each) >= 30)
    low, value, high = in_order(measures.satisfaction(counts))
    assert value == pytest.approx(25 * (statistics.mean(each) - 1), abs=0.0051)
    assert 0 <= low <= value <= high <= 100
