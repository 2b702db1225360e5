"""Checking a form: what counts as an answer, and what a person is told to mend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.questionnaire.answers import Answers, Errors, Mistake, check, clean
from survey.questionnaire.file import parse
from survey.questionnaire.questions import Questionnaire
from survey.questionnaire.shipped import current
from tests.questionnaire.written import RATING, WHOLE, after, question

ASKED = current()
NAMES = st.sampled_from(["resolved", "ease", "rating", "comment"]) | st.text()
VALUES = st.sampled_from(["yes", "no", "1", "3", "5", ""]) | st.text(alphabet=st.characters())


OF_ALL_KINDS = parse("try", 1, WHOLE.encode())
ANY_NAMES = st.sampled_from([each.key for each in OF_ALL_KINDS.questions]) | st.text()
ANY_VALUES = (
    st.sampled_from(["yes", "no", "partly", "form", "answer", "phone", "0", "5", "10", ""])
    | st.text()
)


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


def of_all_kinds(*form: tuple[str, str]) -> Answers | Errors:
    return check(OF_ALL_KINDS, form)


def test_every_kind_of_question_has_its_kind_of_answer() -> None:
    assert of_all_kinds(
        *(("resolved", "no"), ("missing", "answer"), ("missing", "form"), ("missing", "form")),
        *(("other", " A\r\nline "), ("via", "mail"), ("rating", "3"), ("again", "10")),
        ("comment", "5"),
    ) == Answers(
        {
            "resolved": "no",
            "missing": ("form", "answer"),
            "other": "A line",
            "via": "mail",
            "rating": 3,
            "again": 10,
            "comment": "5",
        }
    )


def test_an_answer_to_a_question_that_was_not_meant_is_left_out_right_or_wrong() -> None:
    whole = [("missing", "answer"), ("other", "x" * 21), ("rating", "3")]
    assert of_all_kinds(("resolved", "yes"), *whole) == Answers({"resolved": "yes", "rating": 3})
    assert of_all_kinds(*whole) == Answers({"rating": 3})
    # The condition of `missing` does not hold, so that of `other` cannot either.
    assert of_all_kinds(("resolved", "no"), *whole) == Errors(
        (Mistake("other", "too_long", 1),),
        {"resolved": "no", "missing": ("answer",), "other": "x" * 21, "rating": "3"},
    )


def test_a_question_is_required_only_where_it_is_meant() -> None:
    text = RATING + question("why", "text", "required = true", "longest = 9", after("rating", "1"))
    asked = parse("try", 1, text.encode())
    assert check(asked, [("rating", "2")]) == Answers({"rating": 2})
    wrong = check(asked, [("rating", "1"), ("why", " ")])
    assert isinstance(wrong, Errors)
    assert wrong.mistakes == (Mistake("why", "missing"),)


def test_several_choices_must_be_among_those_offered_and_are_kept_for_mending() -> None:
    wrong = of_all_kinds(("resolved", "no"), ("missing", "form"), ("missing", "cake"))
    assert wrong == Errors(
        (Mistake("missing", "not_an_option"), Mistake("rating", "missing")),
        {"resolved": "no", "missing": ("form", "cake")},
    )


@given(st.lists(st.tuples(ANY_NAMES, ANY_VALUES)))
def test_any_form_of_all_kinds_is_errors_or_answers_of_the_right_kind(
    form: list[tuple[str, str]],
) -> None:
    result = of_all_kinds(*form)
    if isinstance(result, Errors):
        assert result.mistakes
        return
    for key, value in result.values.items():
        asked = OF_ALL_KINDS.question(key)
        assert asked
        chosen = value if isinstance(value, tuple) else (value,)
        assert chosen
        assert not asked.values or set(map(str, chosen)) <= set(asked.values)
        assert asked.longest is None or len(str(value)) <= asked.longest
        assert asked.after is None or asked.after.holds(result.values)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Any valid questionnaire of up to six questions beside the overall one."""
    text = RATING
    choosable: dict[str, tuple[str, ...]] = {"rating": ("5", "4", "3", "2", "1")}
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["rating", "yes_partly_no", "choice", "choices", "text"]))
        key, more = f"q{number}", ["longest = 9"] if kind == "text" else []
        if draw(st.booleans()):
            more.append("required = true")
        if draw(st.booleans()):
            earlier = draw(st.sampled_from(sorted(choosable)))
            more.append(after(earlier, draw(st.sampled_from(choosable[earlier]))))
        options = ("a", "b", "c") if kind in ("choice", "choices") else ()
        text += question(key, kind, *more, options=options)
        asked = parse("any", 1, text.encode()).questions[-1]
        if asked.values:
            choosable[key] = asked.values
    return parse("any", 1, text.encode())


@given(st.data())
def test_whoever_answers_what_is_meant_is_understood_as_meant(data: st.DataObject) -> None:
    """A person who fills in each question that applies to them gets no error, whatever is asked."""
    asked = data.draw(questionnaires())
    form: list[tuple[str, str]] = []
    for each in asked.questions:
        value = data.draw(st.sampled_from(each.values)) if each.values else "words"
        form.append((each.key, value))
    result = check(asked, data.draw(st.permutations(form)))
    assert isinstance(result, Answers)
    sent = dict(form)
    for each in asked.questions:
        meant = each.after is None or each.after.holds(result.values)
        assert (each.key in result.values) == meant
        if meant and not isinstance(result.values[each.key], tuple):
            assert str(result.values[each.key]) == sent[each.key]
