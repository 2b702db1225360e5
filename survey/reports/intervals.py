"""How far chance may lead: intervals of shares, of their differences, and what widens them.

Plain functions over plain numbers, unrounded; each names the paper it is from.
"""

from math import hypot, sqrt
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE = 0.95
NORMAL_QUANTILE = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


class Proportion(NamedTuple):
    """So many of so many, `n` above 0."""

    part: float
    n: float


def wilson(part: float, n: float, z: float = NORMAL_QUANTILE) -> tuple[float, float]:
    """The score interval of the proportion part / n, for n above 0; 95 % unless told.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
    (1927). It stays inside [0, 1] and holds its coverage for small n and extreme proportions.
    """
    p = part / n
    centre = p + z * z / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At part = 0 and part = n a bound is the proportion itself, but for the last bits.
    return max(0.0, min(p, (centre - half) / scale)), min(1.0, max(p, (centre + half) / scale))


def newcombe(now: Proportion, then: Proportion, z: float = NORMAL_QUANTILE) -> tuple[float, float]:
    """The interval of the difference of two independent shares; 95 % unless told.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions:
    comparison of eleven methods", Statistics in Medicine 17 (1998), method 10: the Wilson bounds of
    both shares, joined as the sides of a right triangle.
    """
    p, q = now.part / now.n, then.part / then.n
    (low, high), (low_then, high_then) = wilson(*now, z), wilson(*then, z)
    return p - q - hypot(p - low, high_then - q), p - q + hypot(high - p, q - low_then)


def design_effect(n: int, squares: int) -> float:
    """How many times wider in variance n answers are than those of n people; at least 1.

    L. Kish, "Survey sampling" (1965), section 5.4, for clusters of unequal size, as justified from
    a model by S. Gabler, S. Haeder and P. Lahiri, Survey Methodology 25 (1999): 1 + (sum of squares
    of the clusters' sizes / n - 1) * rho. A cluster is what one person answered; rho is taken as 1,
    as if a person always answered alike, so intervals are rather too wide than too narrow, and one
    count is enough. Where everybody answered once it is 1.

    Args:
        n: answers.
        squares: the sum over people of the square of how many of them each gave.
    """
    return max(1.0, squares / n) if n else 1.0


def t_quantile(p: float, df: float) -> float:
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
    return x + sum(term * df**-power for power, term in enumerate(terms, start=1))
