"""Partners compared at the same mix of cases: what each one's share would be with the mix of all.

A partner that sends more of the services people like least, or whose cases are late more often, has
fewer satisfied people whoever answers them. Direct standardisation gives every partner the same mix
of services and of met and missed targets: N. Keiding and D. Clayton, "Standardization and control
for confounding in observational studies: a historical perspective", Statistical Science 29 (2014).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey.reports.intervals import wilson
from survey.reports.query import CLOSED

LEAST_COVERED = 0.8
# What is compared, in the one cohort in which it is known who might have been asked.
COMPARED = ("partner",)


@dataclass(frozen=True)
class Stratum:
    """Cases that are alike: how many answered about one partner's, and how many are satisfied."""

    name: tuple[str, ...]
    answered: int
    satisfied: int


@dataclass(frozen=True)
class Standardised:
    """A share at the mix of all, from 0 to 1, with its 95 % interval, all to four decimals.

    Attributes:
        value: None where too much of the mix is missing.
        n: answers.
        low: of the interval.
        high: of the interval.
        covered: the part of the mix of all about which anybody answered here.
    """

    value: float | None
    n: int
    low: float | None
    high: float | None
    covered: float


def compares(by: Sequence[str], cohort: str) -> bool:
    """Whether the rows of such a question have `standardised_csat`."""
    return tuple(by) == COMPARED and cohort == CLOSED


def standardised(
    strata: Iterable[Stratum], mix: Mapping[tuple[str, ...], int], effect: float = 1
) -> Standardised:
    """The share of the satisfied, had the partner's cases the mix of all.

    Strata without an answer are left out, and the others stand for them; with less than four fifths
    of the mix there is no value. The interval is Wilson's of the effective size, that of as many
    answers as would leave the weighted share as uncertain (L. Kish, "Survey sampling", 1965, 11.7).

    Args:
        strata: of one partner, each once.
        mix: how many cases of each stratum there are in all partners.
        effect: the design effect of people who answered more than once.
    """
    heard = [stratum for stratum in strata if stratum.answered]
    n = sum(stratum.answered for stratum in heard)
    inside = sum(mix[stratum.name] for stratum in heard)
    covered = inside / sum(mix.values()) if inside else 0.0
    if covered < LEAST_COVERED:
        return Standardised(None, n, None, None, round(covered, 4))
    weights = [mix[stratum.name] / inside for stratum in heard]
    each = list(zip(weights, heard, strict=True))
    value = sum(weight * one.satisfied / one.answered for weight, one in each)
    size = 1 / sum(weight**2 / one.answered for weight, one in each) / effect
    # The last bits of a sum of parts may be more than the whole.
    low, high = wilson(min(1.0, value) * size, size)
    return Standardised(round(value, 4), n, round(low, 4), round(high, 4), round(covered, 4))
