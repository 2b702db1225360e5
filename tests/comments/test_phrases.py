"""The language of phrases: what each sign stands for, what is refused, and that it never fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.comments.phrase_language import WrongPhrase, each_wrong
from survey.comments.phrases import Phrases
from survey.comments.text import plain_of, text_of
from survey.comments.words import words_of


def told(phrase: str, text: str) -> bool:
    phrases = Phrases({"it": [phrase]}, {"slow": ["late", "too long"]})
    return bool(phrases.find(text_of(text).plain))


@pytest.mark.parametrize(
    ("phrase", "yes", "no"),
    [
        ("call back", "Please CALL back", "call me back"),
        ("call back", "a call-back", "call. Back"),
        ("chas*", "I was chasing", "I wait"),
        ("passed from * to *", "passed from payroll to HR", "passed from payroll. Off to lunch"),
        ("told * twice", "told them all this twice", "told them all of this now twice"),
        ("(no|not any) reply", "not any reply", "not a reply"),
        ("still [not] paid", "still not paid; still paid", "still never paid"),
        ("# weeks", "took six weeks or 7", "took weeks"),
        ("been {slow}", "it has been too long", "it has been early"),
        ("dont know", "I don’t know", "I know"),
        ("a (b|c d) e", "a c d e", "a c e"),
        ("pay [*] wrong", "pay, again, wrong", "pay fine. wrong"),
    ],
)
def test_a_phrase_is_found_where_it_stands_and_only_there(phrase: str, yes: str, no: str) -> None:
    assert (told(phrase, yes), told(phrase, no)) == (True, False)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "*",
        "# #",
        "(a|b",
        "a)",
        "ab*",
        "{unknown} a",
        "[a]",
        "(" * 5000,
        f"({'a b|' * 40}c)" * 3,
    ],
)
def test_a_phrase_that_cannot_be_is_refused_with_itself_in_the_message(wrong: str) -> None:
    with pytest.raises(WrongPhrase, match=r"^'|^\""):
        Phrases({"it": [wrong]})
    assert len(list(each_wrong(["fine", wrong], {}))) == 1


@given(st.text(max_size=200))
def test_no_text_makes_it_fail_and_places_lie_inside(text: str) -> None:
    phrases = Phrases({"x": ["(a|e) * (i|o)", "# [the] end", "the*"]})
    words = words_of(text)
    for found in phrases.find(plain_of(words)):
        assert 0 <= found.first <= found.anchor <= found.last < len(words.tokens)


@given(st.text(alphabet="ab #*()[]|{}-'", max_size=25))
def test_any_phrase_compiles_or_is_refused(text: str) -> None:
    assert len(list(each_wrong([text], {}))) <= 1
