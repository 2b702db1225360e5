"""Partners at the same mix of cases: what a hand would reckon, and how it is shown."""

import csv
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.reports.exports.csv_table import csv_lines
from survey.reports.exports.table import table_of
from survey.reports.figures import figures
from survey.reports.measures import share
from survey.reports.periods import parse
from survey.reports.query import ANSWERED, FiguresQuery
from survey.reports.schema import FiguresAnswer
from survey.reports.standard import Standardised, Stratum, standardised
from tests.reports.conftest import BASE
from tests.reports.stories import Answer, Story, plant

Mix = dict[tuple[str, ...], int]
kinds = st.dictionaries(
    st.tuples(st.sampled_from("abcdef")).map(tuple[str, ...]),
    st.tuples(st.integers(0, 40), st.floats(0, 1), st.integers(1, 500)),
    min_size=1,
)


def stratum(name: str, answered: int, satisfied: int) -> Stratum:
    return Stratum((name,), answered, satisfied)


def test_two_partners_that_serve_alike_are_alike_at_the_same_mix() -> None:
    # Of both, 90 % are satisfied with a and 50 % with b; one has more of a, one more of b.
    mix: Mix = {("a",): 300, ("b",): 300}
    more_a = standardised([stratum("a", 200, 180), stratum("b", 40, 20)], mix)
    more_b = standardised([stratum("a", 40, 36), stratum("b", 200, 100)], mix)
    assert (more_a.value, more_b.value) == (0.7, 0.7)
    assert (more_a.n, more_a.covered) == (240, 1.0)
    # 1 / (0.25 / 200 + 0.25 / 40) = 133 answers' worth.
    assert (more_a.low, more_a.high) == (more_b.low, more_b.high) == (0.6175, 0.7713)


def test_in_the_mix_of_all_it_is_the_plain_share() -> None:
    found = standardised([stratum("a", 60, 50), stratum("b", 40, 10)], {("a",): 600, ("b",): 400})
    plain = share(60, 100)
    assert (found.value, found.low, found.high) == (plain.value, plain.low, plain.high)


def test_with_too_little_of_the_mix_it_says_nothing_but_how_much() -> None:
    mix: Mix = {("a",): 79, ("b",): 21}
    assert standardised([stratum("a", 60, 50)], mix) == Standardised(None, 60, None, None, 0.79)
    assert standardised([stratum("a", 60, 45)], {("a",): 80, ("b",): 20}).value == 0.75
    assert standardised([], mix) == standardised([], {}) == Standardised(None, 0, None, None, 0.0)


@given(kinds, st.floats(1, 4))
def test_it_is_the_mean_of_the_strata_by_the_mix(
    told: dict[tuple[str, ...], tuple[int, float, int]], effect: float
) -> None:
    strata = [Stratum(name, n, round(part * n)) for name, (n, part, _) in told.items()]
    mix: Mix = {name: cases for name, (_, _, cases) in told.items()}
    found = standardised(strata, mix, effect)
    heard = [each for each in strata if each.answered]
    cases = sum(mix[each.name] for each in heard)
    assert found.covered == pytest.approx(cases / sum(mix.values()), abs=5.1e-5)
    assert (found.value is None) == (cases < 0.8 * sum(mix.values()))
    if found.value is not None:
        by_hand = sum(mix[s.name] * s.satisfied / s.answered for s in heard) / cases
        assert found.value == pytest.approx(by_hand, abs=5.1e-5)
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= found.value <= found.high <= 1


def told(partner: str, service: str, rating: int, **more: Any) -> Story:
    return Story(partner=partner, service=service, answers=(Answer(rating=rating),), **more)


@pytest.mark.usefixtures("small_base")
def test_rows_by_partner_have_it_and_no_others() -> None:
    plant([told("HCC", "payroll", 5)] * 8 + [told("HCC", "hr", 1)] * 2)
    plant([told("OCC", "payroll", 5)] * 2 + [told("OCC", "hr", 1)] * 8)
    plant([told("HFRS", "hr", 1)] * (BASE - 1))
    period = parse("2026-H1")
    answer: Any = figures(FiguresQuery(period, ("partner",)), None)
    assert FiguresAnswer().validate(answer) == {}
    shown = {row["partner"]: row["standardised_csat"] for row in answer["rows"]}
    # 10 payroll and 12 hr cases in all.
    assert shown["HCC"]["value"] == shown["OCC"]["value"] == 0.4545
    assert shown["HFRS"] is None
    lines = {line["partner"]: line for line in csv.DictReader(csv_lines(table_of(answer)))}
    assert lines["HCC"]["standardised_csat"] == "0.4545"
    assert (lines["HCC"]["standardised_csat_covered"], lines["HFRS"]["standardised_csat"]) == (
        "1.0",
        "",
    )
    for query in (
        FiguresQuery(period, ("partner", "service")),
        FiguresQuery(period, ("partner",), ANSWERED),
    ):
        other = figures(query, None)
        assert "standardised_csat" not in other["rows"][0]
        assert "standardised_csat" not in next(csv_lines(table_of(other)))
