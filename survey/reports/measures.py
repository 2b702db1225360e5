"""What each number means: shares and means from counts, with their intervals.

Plain functions over plain counts. SQL counts and this file divides, so a figure for a year is made
of the same counts as the figures for its months, and two places never divide differently. What a
reader may rely on is said in `rules.py`, in one sentence each.

Rounding happens here and once, at the end: shares to four decimals, points on the scale from 0 to
100 to two. Nothing is computed from a rounded number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
NORMAL_QUANTILE = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
SMALLEST_N_FOR_T = 30
PROMOTERS = range(9, 11)
DETRACTORS = range(7)


@dataclass(frozen=True)
class Estimate:
    """A value with its base and, where there is one, its 95 % interval. Nothing counted: None."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


def csat(ratings: Mapping[int, int]) -> Estimate:
    """The satisfied: share of ratings 4 and 5 among the counts by rating (1 to 5)."""
    return share(ratings.get(4, 0) + ratings.get(5, 0), sum(ratings.values()))


def dissatisfied(ratings: Mapping[int, int]) -> Estimate:
    """The dissatisfied: share of ratings 1 and 2 among the counts by rating (1 to 5)."""
    return share(ratings.get(1, 0) + ratings.get(2, 0), sum(ratings.values()))


def recommendation(answers: Mapping[int, int]) -> Estimate:
    """Promoters less detractors, from -1 to 1: of counts by answer (0 to 10), to four decimals.

    F. F. Reichheld, "The one number you need to grow", Harvard Business Review 81 (2003): 9 and 10
    promote, 0 to 6 detract. Both shares are of the same people, as are two paired proportions; so
    the interval is that of D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a
    difference of binomial proportions based on paired data", Journal of Educational and Behavioral
    Statistics 37 (2012): Wald's, after one more answer on either side.
    """
    n = sum(answers.values())
    if n == 0:
        return Estimate(None, 0)
    for_it = sum(answers.get(answer, 0) for answer in PROMOTERS)
    against = sum(answers.get(answer, 0) for answer in DETRACTORS)
    value = (for_it - against) / n
    up, down = (for_it + 1) / (n + 2), (against + 1) / (n + 2)
    half = NORMAL_QUANTILE * sqrt((up + down - (up - down) ** 2) / (n + 2))
    low, high = max(-1.0, min(value, up - down - half)), min(1.0, max(value, up - down + half))
    return Estimate(round(value, 4), n, round(low, 4), round(high, 4))


def ease(answers: Mapping[int, int]) -> Estimate:
    """Those who found it easy: share of 4 and 5 among the counts by answer (1 to 5)."""
    return csat(answers)


def resolved(answers: Mapping[str, int]) -> Estimate:
    """Those who could do what they needed: share of yes among the counts of yes, partly, no."""
    return share(answers.get("yes", 0), sum(answers.values()))


def response_rate(answered: int, asked: int) -> Estimate:
    """Answered among asked, undeliverable ones in the base.

    AAPOR, Standard Definitions (10th ed., 2023), response rate 2: partial answers count.
    """
    return share(answered, asked)


def share(part: int, n: int) -> Estimate:
    """A proportion from 0 to 1, with its Wilson interval, all to four decimals."""
    if n == 0:
        return Estimate(None, 0)
    low, high = wilson(part, n)
    return Estimate(round(part / n, 4), n, round(low, 4), round(high, 4))


def census(part: int, n: int) -> Estimate:
    """A proportion of everything there was, so without an interval, to four decimals."""
    return Estimate(round(part / n, 4) if n else None, n)


def satisfaction(ratings: Mapping[int, int]) -> Estimate:
    """The mean rating on a scale from 0 to 100, with Student's t interval, to two decimals.

    Below 30 ratings the mean of five points is too far from normal: there is no interval. Bounds
    stay on the scale.
    """
    n = sum(ratings.values())
    if n == 0:
        return Estimate(None, 0)
    mean = sum(rating * count for rating, count in ratings.items()) / n
    value = 25 * (mean - 1)
    if n < SMALLEST_N_FOR_T:
        return Estimate(round(value, 2), n)
    squares = sum(count * (rating - mean) ** 2 for rating, count in ratings.items())
    half = 25 * t_quantile((1 + CONFIDENCE) / 2, n - 1) * sqrt(squares / (n - 1) / n)
    low, high = max(0.0, value - half), min(100.0, value + half)
    return Estimate(round(value, 2), n, round(low, 2), round(high, 2))


def wilson(part: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of the proportion part / n, for n of at least 1.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
    (1927). It stays inside [0, 1] and holds its coverage for small n and extreme proportions.
    """
    z = NORMAL_QUANTILE
    p = part / n
    centre = p + z * z / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At part = 0 and part = n a bound is the proportion itself, but for the last bits.
    return max(0.0, min(p, (centre - half) / scale)), min(1.0, max(p, (centre + half) / scale))


def difference(part: int, n: int, before: int, n_before: int) -> Estimate:
    """How much a share grew, with Newcombe's interval, to four decimals; its base is the new one.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions:
    comparison of eleven methods", Statistics in Medicine 17 (1998), method 10: the Wilson bounds of
    both shares, joined as the sides of a right triangle.
    """
    if n == 0 or n_before == 0:
        return Estimate(None, n)
    now, then = part / n, before / n_before
    (low, high), (low_then, high_then) = wilson(part, n), wilson(before, n_before)
    value = now - then
    return Estimate(
        round(value, 4),
        n,
        round(value - hypot(now - low, high_then - then), 4),
        round(value + hypot(high - now, then - low_then), 4),
    )


def t_quantile(p: float, df: int) -> float:
    """The quantile of Student's t, within 1e-4 for df of at least 29 and p of 0.975.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5: the Cornish-Fisher expansion
    around the normal quantile, to the fourth power of 1/df.
    """
    x = NormalDist().inv_cdf(p)
    terms: tuple[float, ...] = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + sum(term * float(df) ** -power for power, term in enumerate(terms, start=1))
