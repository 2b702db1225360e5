"""Draws: fair by rating, the same again, and never led by the best."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from survey.reports.said.draw import Candidate, Draw, apportion, draw

candidates = st.lists(
    st.builds(Candidate, st.binary(min_size=4, max_size=4), st.integers(1), st.integers(1, 5)),
    max_size=120,
    unique_by=lambda each: each.id,
)
sizes = st.integers(1, 30)


@given(candidates, sizes)
def test_each_rating_has_its_share_within_one(among: list[Candidate], size: int) -> None:
    found = draw(among, size)
    assert len(found.drawn) == min(size, len(among))
    assert set(found.drawn) <= set(among)
    all_of, drawn = (Counter(each.rating for each in those) for those in (among, found.drawn))
    for rating, count in all_of.items():
        exact = len(found.drawn) * count / len(among)
        assert exact - 1 < drawn[rating] < exact + 1


@given(candidates, sizes, st.randoms(use_true_random=False))
def test_the_order_they_come_in_changes_nothing(
    among: list[Candidate], size: int, rng: Random
) -> None:
    first = draw(among, size)
    rng.shuffle(among)
    assert draw(iter(among), size) == first
    assert list(first.drawn) == sorted(first.drawn)


@given(candidates, sizes)
def test_of_each_rating_the_lowest_lots_are_drawn(among: list[Candidate], size: int) -> None:
    drawn = set(draw(among, size).drawn)
    for out in set(among) - drawn:
        assert all(each < out for each in drawn if each.rating == out.rating)


@given(st.dictionaries(st.integers(1, 5), st.integers(1, 10**6), min_size=1), st.integers(1, 100))
def test_places_are_all_given_and_to_nobody_who_is_not_there(
    counts: dict[int, int], size: int
) -> None:
    places = apportion(counts, size)
    assert sum(places.values()) == min(size, sum(counts.values()))
    assert all(places[rating] <= counts[rating] for rating in counts)


def test_between_equal_remainders_the_lower_rating_goes_first() -> None:
    assert apportion({5: 10, 1: 10}, 3) == {5: 1, 1: 2}
    assert apportion({1: 1, 3: 1, 5: 1}, 1) == {1: 1, 3: 0, 5: 0}


def test_of_nothing_nothing_is_drawn() -> None:
    assert draw([], 20) == Draw((), 0)


def test_everybody_of_a_rating_is_as_likely_to_be_drawn() -> None:
    rng = Random(1)
    times: Counter[int] = Counter()
    for _ in range(3000):
        lots = [Candidate(rng.randbytes(8), number, 1 + number % 2) for number in range(10)]
        times.update(each.id for each in draw(lots, 4).drawn)
    assert all(abs(times[number] - 1200) < 150 for number in range(10))
