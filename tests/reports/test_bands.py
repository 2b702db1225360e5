"""Working hours in bands: where each belongs, and what quantiles they give."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.reports.bands import BANDS, EDGES, band_of, quantile
from tests.reports.stories import interpolated

hours = st.lists(st.integers(0, 5000).map(lambda tenths: tenths / 10), min_size=1)
parts = st.sampled_from([0.1, 0.5, 0.9])


def banded(values: list[float]) -> Counter[str]:
    return Counter(map(band_of, values))


def test_a_band_ends_with_its_upper_edge() -> None:
    assert BANDS[:4] == ("0-1", "1-2", "2-4", "4-8.5")
    assert BANDS[-2:] == ("255-340", "340+")
    found = {0: "0-1", 1: "0-1", 1.0001: "1-2", 8.5: "4-8.5", 340: "255-340", 340.5: "340+"}
    assert {value: band_of(value) for value in found} == found


def test_nothing_counted_has_no_quantile() -> None:
    assert quantile({}, 0.5) is None
    assert quantile({"0-1": 0}, 0.5) is None


def test_a_quantile_lies_in_its_band_as_far_as_the_count_goes() -> None:
    # A hundred: the fiftieth is the twentieth of forty between 2 and 4, the ninetieth ends a band.
    counts = {"0-1": 30, "2-4": 40, "4-8.5": 20, "340+": 10}
    assert (quantile(counts, 0.5), quantile(counts, 0.9)) == (3.0, 8.5)


def test_a_quantile_beyond_the_last_edge_is_that_edge() -> None:
    assert quantile({"340+": 3}, 0.5) == 340


@given(hours, parts)
def test_quantiles_are_where_the_distribution_laid_out_by_edges_reaches_them(
    values: list[float], p: float
) -> None:
    assert quantile(banded(values), p) == pytest.approx(interpolated(values, p), abs=0.0051)


@given(hours, parts)
def test_a_quantile_of_bands_is_in_the_band_of_the_exact_one(values: list[float], p: float) -> None:
    found = quantile(banded(values), p)
    # The smallest value up to which at least the part p lies.
    exact = next(v for v in sorted(values) if sum(w <= v for w in values) >= p * len(values))
    ranges = dict(zip(BANDS, [*pairwise((0, *EDGES)), (EDGES[-1], EDGES[-1])], strict=True))
    lower, upper = ranges[band_of(exact)]
    assert found is not None
    assert lower <= found <= upper


@given(hours, hours)
def test_bands_add_up(some: list[float], others: list[float]) -> None:
    assert banded(some) + banded(others) == banded(some + others)
