"""Checking a form: what counts as an answer, and what a person is told to mend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.questionnaire.answers import Answers, Errors, Mistake, check, clean
from survey.questionnaire.questions import current

ASKED = current()
NAMES = st.sampled_from(["resolved", "ease", "rating", "comment"]) | st.text()
VALUES = st.sampled_from(["yes", "no", "1", "3", "5", ""]) | st.text(alphabet=st.characters())


def checked(*form: tuple[str, str]) -> Answers | Errors:
    return check(ASKED, form)


def mistakes(*form: tuple[str, str]) -> list[Mistake]:
    result = checked(*form)
    assert isinstance(result, Errors)
    return list(result.mistakes)


def test_a_whole_form_becomes_answers_with_points_as_numbers() -> None:
    assert checked(
        ("resolved", "partly"), ("ease", "2"), ("rating", "4"), ("comment", "Quick, thanks.")
    ) == Answers({"resolved": "partly", "ease": 2, "rating": 4, "comment": "Quick, thanks."})


def test_only_the_overall_rating_is_required() -> None:
    assert checked(("rating", "1")) == Answers({"rating": 1})
    assert mistakes() == [Mistake("rating", "missing")]
    assert mistakes(("rating", " ")) == [Mistake("rating", "missing")]


def test_a_question_left_blank_is_no_answer() -> None:
    assert checked(("rating", "1"), ("comment", " \r\n "), ("ease", "")) == Answers({"rating": 1})


@pytest.mark.parametrize("value", ["0", "6", "4.0", "-1", "٣", "very satisfied", "5\x005"])
def test_a_point_that_was_not_offered_is_refused(value: str) -> None:
    assert mistakes(("rating", value)) == [Mistake("rating", "not_an_option")]


def test_a_comment_that_reads_as_a_point_stays_text() -> None:
    assert checked(("rating", "1"), ("comment", "5")) == Answers({"rating": 1, "comment": "5"})


def test_mistakes_come_in_the_order_of_the_page_and_the_rest_is_kept() -> None:
    result = checked(("comment", "x" * 1201), ("colour", "red"), ("resolved", "maybe"))
    assert result == Errors(
        (
            Mistake("resolved", "not_an_option"),
            Mistake("rating", "missing"),
            Mistake("comment", "too_long", 1),
            Mistake("colour", "not_asked"),
        ),
        {"resolved": "maybe", "comment": "x" * 1201},
    )


def test_a_field_sent_twice_is_refused_and_no_word_of_it_is_lost() -> None:
    result = checked(("rating", "4"), ("rating", "4"), ("comment", "one"), ("comment", "two"))
    assert result == Errors(
        (Mistake("rating", "sent_twice"), Mistake("comment", "sent_twice")),
        {"rating": "4", "comment": "one\ntwo"},
    )


def test_a_million_unknown_fields_make_one_mistake_with_a_short_name() -> None:
    form = [("rating", "4")] + [(f"{'x' * 100}{n}", "") for n in range(1000)]
    assert mistakes(*form) == [Mistake("x" * 40, "not_asked")]


def test_a_line_break_counts_as_one_character_however_it_was_sent() -> None:
    for line_break in ("\r\n", "\n", "\r"):
        comment = line_break.join(["x" * 599, "x" * 600])
        assert checked(("rating", "5"), ("comment", comment)) == Answers(
            {"rating": 5, "comment": "x" * 599 + "\n" + "x" * 600}
        )


def test_a_very_long_comment_is_kept_whole_for_mending() -> None:
    comment = "ü" * 100_000
    result = checked(("rating", "5"), ("comment", comment))
    assert result == Errors(
        (Mistake("comment", "too_long", 98_800),), {"rating": "5", "comment": comment}
    )


def test_control_characters_are_taken_out_and_tabs_stay() -> None:
    assert clean("a\x00b\x1b\tc\x85\ud800d\x7f") == "ab\tcd"


def test_emoji_and_right_to_left_text_stay_as_they_are() -> None:
    assert clean("👩‍👧 שלום é") == "👩‍👧 שלום é"


@given(st.lists(st.tuples(NAMES, VALUES)))
def test_any_form_is_answers_or_errors_and_answers_can_always_be_stored(
    form: list[tuple[str, str]],
) -> None:
    result = check(ASKED, form)
    if isinstance(result, Errors):
        assert result.mistakes
        return
    assert result.values["rating"] in range(1, 6)
    assert result.values.get("ease", 1) in range(1, 6)
    assert result.values.get("resolved", "yes") in ("yes", "partly", "no")
    comment = str(result.values.get("comment", ""))
    assert len(comment) <= 1200
    assert "\x00" not in comment
    comment.encode()


@given(st.text(alphabet=st.characters()))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
