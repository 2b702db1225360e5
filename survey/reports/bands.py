"""Working hours in fixed bands, and the median and 90th percentile told from them.

Bands add up: a year is the sum of its months, whatever the number of closures, which single hours
are not. They go by the founding partnership's working days of eight and a half hours, up to forty
of them, and are the same for all, so that figures of two partnerships may be laid side by side.
"""

from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise

# In working hours. A band holds what is more than its lower edge, up to and with its upper one, as
# "within so many hours" has it; the first also holds 0, the last all that is more.
EDGES = (1.0, 2.0, 4.0, 8.5, 17.0, 25.5, 34.0, 42.5, 59.5, 85.0, 127.5, 170.0, 255.0, 340.0)
BANDS = (
    *(f"{lower:g}-{upper:g}" for lower, upper in pairwise((0.0, *EDGES))),
    f"{EDGES[-1]:g}+",
)
# What has an upper edge: the band, and both of its edges.
_BETWEEN = tuple(zip(BANDS[:-1], (0.0, *EDGES[:-1]), EDGES, strict=True))


def band_of(hours: float) -> str:
    """The band of so many working hours."""
    return BANDS[bisect_left(EDGES, hours)]


def middle(band: str) -> float:
    """The hours that stand for a band: half-way between its edges; of the last, where it begins."""
    number = BANDS.index(band)
    lower = (0.0, *EDGES)[number]
    return (lower + EDGES[number]) / 2 if number < len(EDGES) else lower


def quantile(counts: Mapping[str, int], p: float) -> float | None:
    """The p-quantile of hours counted by band, to two decimals; None without any.

    Linear interpolation in grouped data, as in G. U. Yule, "An introduction to the theory of
    statistics" (1911), on the median: the hours of a band count as spread evenly over it. One that
    falls into the last band, which has no end, is that band's lower edge: at least so long.
    """
    needed, below = sum(counts.values()) * p, 0
    if not needed:
        return None
    for band, lower, upper in _BETWEEN:
        inside = counts.get(band, 0)
        if below + inside >= needed:
            return round(lower + (upper - lower) * (needed - below) / inside, 2)
        below += inside
    return EDGES[-1]
