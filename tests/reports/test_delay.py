"""What a day's delay costs: the slope that a hand would draw, and an interval that holds."""

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survey.reports.bands import BANDS, middle
from survey.reports.delay import delay_cost
from survey.reports.figures import figures
from survey.reports.measures import Estimate
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery
from tests.reports.stories import Answer, Story, plant

answers = st.dictionaries(
    st.tuples(st.sampled_from(BANDS), st.integers(1, 5)), st.integers(0, 60), min_size=2
)


def by_hand(counts: dict[tuple[str, int], int], day: float) -> tuple[float, float]:
    """Slope and error from the normal equations, an answer at a time: (X'X)^-1 X'e²X (X'X)^-1."""
    each = [(middle(b) / day, 25 * (r - 1)) for b, r in Counter(counts).elements()]
    n, sx, sy = len(each), sum(x for x, _ in each), sum(y for _, y in each)
    sxx, sxy = sum(x * x for x, _ in each), sum(x * y for x, y in each)
    det = n * sxx - sx * sx
    a, b = (sxx * sy - sx * sxy) / det, (n * sxy - sx * sy) / det
    squares = sum((y - a - b * x) ** 2 * (n * x - sx) ** 2 for x, y in each)
    return b, (squares * n / (n - 2)) ** 0.5 / det


@given(answers)
def test_it_is_the_least_squares_slope_with_its_robust_interval(
    counts: dict[tuple[str, int], int],
) -> None:
    assume(len({band for (band, _), n in counts.items() if n}) > 1)
    found, n = delay_cost(counts, 8.5), sum(counts.values())
    if n < 30:
        assert found == Estimate(None, n)
        return
    slope, error = by_hand(counts, 8.5)
    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert found.value == pytest.approx(-slope, abs=0.0051)
    # Student's t of 28 and more degrees of freedom lies between these two.
    assert 1.95 * error - 0.011 <= (found.high - found.low) / 2 <= 2.06 * error + 0.011


def test_twenty_five_points_a_day_are_twenty_five_points() -> None:
    # Middles of 12.75, 21.25 and 29.75 hours are a working day apart.
    counts = {("8.5-17", 5): 20, ("17-25.5", 4): 20, ("25.5-34", 3): 20}
    assert delay_cost(counts, 8.5) == Estimate(25.0, 60, 25.0, 25.0)


def test_few_answers_or_one_band_have_no_slope() -> None:
    assert delay_cost({}, 8.5) == Estimate(None, 0)
    assert delay_cost({("0-1", 5): 14, ("1-2", 1): 15}, 8.5) == Estimate(None, 29)
    assert delay_cost({("0-1", 5): 50, ("0-1", 1): 50}, 8.5) == Estimate(None, 100)
    assert delay_cost({("0-1", 5): 30, ("1-2", 1): 20}, 8.5, effect=2.0).value is None


def test_who_says_the_same_twice_counts_once() -> None:
    once = {("0-1", 5): 40, ("17-25.5", 4): 30, ("34-42.5", 2): 30}
    twice = {key: 2 * times for key, times in once.items()}
    one, other = delay_cost(once, 8.5), delay_cost(twice, 8.5, effect=2.0)
    assert (one.value, one.low, one.high) == (other.value, other.low, other.high)


def test_nineteen_of_twenty_intervals_hold_the_truth() -> None:
    chance, held = random.Random(9), 0
    bands = BANDS[3:8]
    for _ in range(300):
        drawn: Counter[tuple[str, int]] = Counter()
        for _ in range(80):
            place = chance.randrange(5)
            # The later, the more scattered: from 4 with certainty to an even chance of 2 and 4.
            drawn[bands[place], 2 if chance.random() < place / 8 else 4] += 1
        found = delay_cost(drawn, 8.5)
        expected = by_hand(
            {(b, r): n for i, b in enumerate(bands) for r, n in ((4, 8 - i), (2, i)) if n}, 8.5
        )
        assert found.low is not None
        assert found.high is not None
        held += found.low <= -expected[0] <= found.high
    assert held >= 0.92 * 300


@pytest.mark.usefixtures("small_base")
def test_the_total_tells_what_a_working_day_of_waiting_costs() -> None:
    def waited(tenths: int, rating: int) -> Story:
        return Story(tenths=tenths, answers=(Answer(rating=rating),))

    plant([waited(100, 5), waited(200, 4), waited(300, 3)] * 10)
    answer: Any = figures(FiguresQuery(parse("2026-H1"), ("service",)), None)
    assert answer["total"]["delay_cost"] == {"value": 25.0, "n": 30, "low": 25.0, "high": 25.0}
    assert "delay_cost" not in answer["rows"][0]
    narrowed = FiguresQuery(parse("2026-H1"), filters={"service": "hr"})
    assert figures(narrowed, None)["total"]["delay_cost"] is None
