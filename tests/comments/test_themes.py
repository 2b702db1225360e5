"""Themes: what the founding ones find, what strikes a phrase out, and a partnership's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.comments.phrase_language import WrongPhrase
from survey.comments.text import text_of
from survey.comments.themes.matching import mentions
from survey.comments.themes.taxonomy import Taxonomy, Theme, founding

SMALL = Taxonomy(
    (
        Theme("staff", "Staff", ("lovely staff", "rude"), unless=("rude health",)),
        Theme("portal", "Portal", ("portal",)),
        Theme("general", "In general", (), alone=("good",)),
    ),
    {},
)


def told(text: str, taxonomy: Taxonomy = SMALL) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.theme, one.words) for one in mentions(text_of(text), taxonomy)]


def test_each_theme_stands_in_its_own_clause_with_the_words_as_written() -> None:
    found = mentions(text_of("Lovely  staff, useless PORTAL"), SMALL)
    assert [(one.theme, one.words, one.clause) for one in found] == [
        ("staff", ("Lovely  staff",), 0),
        ("portal", ("PORTAL",), 1),
    ]


def test_a_theme_is_told_once_a_clause_with_all_its_words() -> None:
    assert told("portal? Lovely staff not rude portal") == [
        ("portal", ("portal",)),
        ("staff", ("Lovely staff", "rude")),
        ("portal", ("portal",)),
    ]


def test_of_phrases_within_one_another_the_widest_is_shown() -> None:
    nested = SMALL.extended({"staff": {"words": ["staff", "lovely * lot"]}})
    assert told("lovely staff, a lovely old lot", nested) == [
        ("staff", ("lovely staff",)),
        ("staff", ("lovely old lot",)),
    ]


def test_an_exception_strikes_out_what_it_covers_and_no_more() -> None:
    assert told("in rude health") == []
    assert told("in rude health but rude") == [("staff", ("rude",))]


def test_what_tells_of_a_theme_alone_is_heard_only_where_nothing_else_tells() -> None:
    assert told("good") == [("general", ("good",))]
    assert told("good portal") == [("portal", ("portal",))]


def test_a_partnership_adds_themes_and_words() -> None:
    own = founding().extended(
        {
            "uniform": {"name": "Uniform", "words": ["{no} helmet*"]},
            "phone_access": {"words": ["carrier pigeon*"]},
        }
    )
    assert told("A carrier pigeon with no helmet", own)[:2] == [
        ("phone_access", ("carrier pigeon",)),
        ("uniform", ("no helmet",)),
    ]
    assert own.name_of("uniform") == "Uniform"
    assert own.name_of("phone_access") == founding().name_of("phone_access")
    assert own.name_of("gone") == "gone"
    assert set(own.keys) == {*founding().keys, "uniform"}
    assert own.digest != founding().digest


def test_a_partnerships_wrong_phrase_is_refused() -> None:
    with pytest.raises(WrongPhrase, match=r"no list \{nolist\}"):
        founding().extended({"x": {"name": "X", "words": ["a {nolist}"]}})


def test_the_digest_is_of_the_content() -> None:
    assert founding().extended({}).digest == founding().digest
    assert founding().extended({}) == founding()


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("Lovely staff but the website is useless", {"staff_attitude", "portal_usability"}),
        ("Waited five weeks for a reply", {"response_time"}),
        ("Nobody rang me back", {"communication"}),
        ("My overtime was missing from this payslip", {"payroll_accuracy"}),
        ("The supplier's invoice was never paid", {"invoice_payment"}),
        ("Our requisition was rejected", {"purchasing"}),
        ("The DBS check for our new starter", {"hr_recruitment"}),
        ("Passed from pillar to post", {"process"}),
        ("On hold for ages then the line went dead", {"phone_access"}),
        ("None of the teams would own it", {"process"}),
        ("Excellent, many thanks", set()),
        ("n/a", set()),
    ],
)
def test_the_founding_themes_hear_what_people_mean(text: str, themes: set[str]) -> None:
    found = {one.theme for one in mentions(text_of(text), founding())}
    assert themes <= found
    assert bool(found) == bool(themes)


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    cut = text_of(text)
    for one in mentions(cut, founding()):
        assert one.theme in founding().keys
        assert all(shown in cut.words.text for shown in one.words)


def test_a_slip_of_the_pen_is_heard_and_shown_as_written() -> None:
    chasing = SMALL.extended({"speed": {"name": "Speed", "words": ["chase"]}})
    assert told("had to chace them", chasing) == [("speed", ("chace",))]
