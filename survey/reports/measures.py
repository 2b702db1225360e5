"""What each number means: shares and means from counts, with their intervals.

Plain functions over plain counts. SQL counts and this file divides, so a figure for a year is made
of the same counts as the figures for its months, and two places never divide differently. What a
reader may rely on is said in `rules.py`, in one sentence each.

Rounding happens here and once, at the end: shares to four decimals, points on the scale from 0 to
100 to two. Nothing is computed from a rounded number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from survey.reports.intervals import (
    CONFIDENCE,
    NORMAL_QUANTILE,
    Proportion,
    newcombe,
    t_quantile,
    wilson,
)

SATISFIED = range(4, 6)
DISSATISFIED = range(1, 3)
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


def csat(
    ratings: Mapping[int, int], effect: float = 1, beside: Mapping[bool, int] | None = None
) -> Estimate:
    """The satisfied: share of ratings 4 and 5 among the counts by rating (1 to 5).

    `beside` counts further ratings by whether they are a 4 or 5.
    """
    more = beside or {}
    satisfied = sum(ratings.get(each, 0) for each in SATISFIED) + more.get(True, 0)
    return share(satisfied, sum(ratings.values()) + sum(more.values()), effect)


def dissatisfied(ratings: Mapping[int, int], effect: float = 1) -> Estimate:
    """The dissatisfied: share of ratings 1 and 2 among the counts by rating (1 to 5)."""
    return share(sum(ratings.get(each, 0) for each in DISSATISFIED), sum(ratings.values()), effect)


def recommendation(answers: Mapping[int, int], effect: float = 1) -> Estimate:
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
    base = n / effect + 2
    up, down = (for_it / effect + 1) / base, (against / effect + 1) / base
    half = NORMAL_QUANTILE * sqrt((up + down - (up - down) ** 2) / base)
    low, high = max(-1.0, min(value, up - down - half)), min(1.0, max(value, up - down + half))
    return Estimate(round(value, 4), n, round(low, 4), round(high, 4))


def ease(answers: Mapping[int, int], effect: float = 1) -> Estimate:
    """Those who found it easy: share of 4 and 5 among the counts by answer (1 to 5)."""
    return csat(answers, effect)


def resolved(answers: Mapping[str, int], effect: float = 1) -> Estimate:
    """Those who could do what they needed: share of yes among the counts of yes, partly, no."""
    return share(answers.get("yes", 0), sum(answers.values()), effect)


def response_rate(answered: int, asked: int) -> Estimate:
    """Answered among asked, undeliverable ones in the base.

    AAPOR, Standard Definitions (10th ed., 2023), response rate 2: partial answers count. Where more
    answered than were asked, since the answers are about enquiries closed before: no share.
    """
    return share(answered, asked) if answered <= asked else Estimate(None, asked)


def share(part: int, n: int, effect: float = 1) -> Estimate:
    """A proportion from 0 to 1, with its Wilson interval, all to four decimals.

    The interval is that of the effective size, n / effect; see E. L. Korn and B. I. Graubard,
    "Confidence intervals for proportions with small expected number of positive counts estimated
    from survey data", Survey Methodology 24 (1998).
    """
    if n == 0:
        return Estimate(None, 0)
    low, high = wilson(part / effect, n / effect)
    return Estimate(round(part / n, 4), n, round(low, 4), round(high, 4))


def census(part: int, n: int) -> Estimate:
    """A proportion of everything there was, so without an interval, to four decimals."""
    return Estimate(round(part / n, 4) if n else None, n)


def satisfaction(ratings: Mapping[int, int], effect: float = 1) -> Estimate:
    """The mean rating on a scale from 0 to 100, with Student's t interval, to two decimals.

    Below 30 ratings (of their effective number) the mean of five points is too far from normal:
    there is no interval. Bounds stay on the scale.
    """
    n = sum(ratings.values())
    if n == 0:
        return Estimate(None, 0)
    mean = sum(rating * count for rating, count in ratings.items()) / n
    value = 25 * (mean - 1)
    df = n / effect - 1
    if df + 1 < SMALLEST_N_FOR_T:
        return Estimate(round(value, 2), n)
    variance = sum(count * (rating - mean) ** 2 for rating, count in ratings.items()) / n
    half = 25 * t_quantile((1 + CONFIDENCE) / 2, df) * sqrt(variance / df)
    low, high = max(0.0, value - half), min(100.0, value + half)
    return Estimate(round(value, 2), n, round(low, 2), round(high, 2))


def difference(
    part: int, n: int, before: int, n_before: int, effects: tuple[float, float] = (1, 1)
) -> Estimate:
    """How much a share grew, with Newcombe's interval, to four decimals.

    Its base is the new one, `n`. `effects` are the design effects of both.
    """
    if n == 0 or n_before == 0:
        return Estimate(None, n)
    now, then = effects
    low, high = newcombe(
        Proportion(part / now, n / now), Proportion(before / then, n_before / then)
    )
    return Estimate(round(part / n - before / n_before, 4), n, round(low, 4), round(high, 4))
