"""Weighting to the mix of the eligible: the margins it promises, and where it says nothing."""

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survey.reports.raking import (
    ALIKE,
    HIGHER,
    LOWER,
    Cell,
    collapsed,
    rake,
    weighted_share,
)

SERVICES, CHANNELS = ("a", "b", "c"), ("portal", "phone")
ORDERS = (SERVICES, CHANNELS)


@st.composite
def tables(draw: st.DrawFn) -> list[Cell]:
    """Any closures by service and channel, of which some were answered."""
    cells = []
    for traits in product(SERVICES, CHANNELS):
        answered = draw(st.integers(1, 200))
        silent = draw(st.integers(0, 400))
        satisfied = draw(st.integers(0, answered))
        cells.append(Cell(traits, answered + silent, answered, satisfied))
    return cells


def one_by_one(eligible: tuple[int, int], answered: tuple[int, int], *happy: int) -> list[Cell]:
    return [
        Cell((name,), *counts)
        for name, counts in zip("ab", zip(eligible, answered, happy, strict=True), strict=True)
    ]


@given(tables())
def test_weighted_answers_have_the_margins_of_the_eligible(cells: list[Cell]) -> None:
    n, eligible = sum(c.answered for c in cells), sum(c.eligible for c in cells)
    groups = [collapsed(cells, trait, order) for trait, order in enumerate(ORDERS)]
    weights = rake(cells, groups)
    assert weights is not None
    for trait, group_of in enumerate(groups):
        for group in set(group_of.values()):
            inside = [group_of[c.traits[trait]] == group for c in cells]
            part = sum(w * c.answered for w, c, i in zip(weights, cells, inside, strict=True) if i)
            wanted = sum(c.eligible for c, i in zip(cells, inside, strict=True) if i)
            assert part / n == pytest.approx(wanted / eligible, abs=1e-6)


@given(tables())
def test_a_group_holds_thirty_answers_and_neighbours_only(cells: list[Cell]) -> None:
    for trait, order in enumerate(ORDERS):
        group_of = collapsed(cells, trait, order)
        numbers = [group_of[value] for value in order]
        assert numbers == sorted(numbers)
        sizes = [
            sum(c.answered for c in cells if group_of[c.traits[trait]] == number)
            for number in set(numbers)
        ]
        assert min(sizes) >= 30 or len(sizes) == 1


@settings(max_examples=50)
@given(tables())
def test_by_one_trait_it_is_the_mean_of_its_shares_by_the_mix_of_the_eligible(
    cells: list[Cell],
) -> None:
    by_channel = [
        Cell(
            (name,),
            *(
                sum(getattr(c, count) for c in cells if c.traits[1] == name)
                for count in ("eligible", "answered", "satisfied")
            ),
        )
        for name in CHANNELS
    ]
    found = weighted_share(by_channel, [CHANNELS])
    n, eligible = sum(c.answered for c in by_channel), sum(c.eligible for c in by_channel)
    weights = [c.eligible / eligible * n / c.answered for c in by_channel]
    assume(
        all(0.3 <= w <= 3 and c.answered >= 30 for w, c in zip(weights, by_channel, strict=True))
    )
    if n < 200:
        assert found is None
        return
    assert found is not None
    by_hand = sum(c.eligible / eligible * c.satisfied / c.answered for c in by_channel)
    kish = sum(w * w * c.answered for w, c in zip(weights, by_channel, strict=True)) / n
    assert found.value == pytest.approx(by_hand, abs=0.0051)
    assert found.effect == pytest.approx(kish, abs=0.0051)
    assert found.low <= found.value <= found.high


def test_the_mix_of_who_answered_is_put_right_and_the_word_says_where_it_mattered() -> None:
    # Half were served by each; of a, whose people are satisfied, four times as many answered.
    found = weighted_share(one_by_one((500, 500), (240, 60), 216, 30), ["ab"])
    assert found is not None
    # (0.9 + 0.5) / 2, not 246 / 300; weights 0.625 and 2.5.
    assert (found.value, found.n, found.effect, found.compared) == (0.7, 300, 1.56, LOWER)
    turned = weighted_share(one_by_one((500, 500), (240, 60), 120, 54), ["ab"])
    assert turned is not None
    assert turned.compared == HIGHER
    even = weighted_share(one_by_one((500, 500), (150, 150), 120, 100), ["ab"])
    assert even is not None
    assert (even.effect, even.compared) == (1.0, ALIKE)


def test_the_interval_is_that_of_as_many_answers_as_the_weights_leave() -> None:
    # 192 of 300, and 96 of them where each person answered twice: Wilson's by hand.
    cells = one_by_one((500, 500), (240, 60), 216, 30)
    once, twice = weighted_share(cells, ["ab"]), weighted_share(cells, ["ab"], 2.0)
    assert once is not None
    assert twice is not None
    assert (once.low, once.high) == (0.63, 0.76)
    assert (twice.low, twice.high) == (0.6, 0.78)


def test_no_answer_speaks_for_more_than_three() -> None:
    # The weight of b would be 5, of a 0.55.
    found = weighted_share(one_by_one((500, 500), (270, 30), 270, 0), ["ab"])
    assert found is not None
    weighted = 270 * (300 / 540)
    assert found.value == round(weighted / (weighted + 3 * 30), 2)


def test_below_two_hundred_answers_or_without_fitting_weights_there_is_none() -> None:
    assert weighted_share(one_by_one((500, 500), (100, 99), 50, 50), ["ab"]) is None
    assert weighted_share([], ORDERS) is None
    # Answers only where both traits agree, so that no weights give the margins of all.
    cells = [
        Cell(("a", "portal"), 100, 100, 50),
        Cell(("b", "phone"), 100, 100, 50),
        Cell(("a", "phone"), 300, 0, 0),
    ]
    assert weighted_share(cells, ORDERS) is None


def test_a_value_without_a_place_comes_last() -> None:
    cells = [Cell((value,), 99, 40, 20) for value in ("new", "b", "a")]
    assert collapsed(cells, 0, ["a", "b"]) == {"a": 0, "b": 1, "new": 2}
