"""Rising words: what is told of, from how many comments, and that chance alone tells nothing."""

import random

from hypothesis import given
from hypothesis import strategies as st

from survey.comments.themes.rising import FEWEST_COMMENTS, Rising, rising
from survey.comments.words import Words, words_of

QUIET = [words_of("all was fine at lunch")] * 40


def many(text: str, times: int) -> list[Words]:
    return [words_of(text)] * times


def test_a_new_word_from_five_comments_rises_and_from_four_does_not() -> None:
    assert rising(many("The uniform", 5) + QUIET, QUIET) == [Rising("uniform", 5, 0)]
    assert rising(many("The uniform", 4) + QUIET, QUIET) == []


def test_one_comment_counts_once_however_often_it_says_a_word() -> None:
    assert rising([words_of("helmet " * 50), *QUIET], QUIET) == []


def test_what_was_as_frequent_before_does_not_rise() -> None:
    assert rising(many("uniform", 6) + QUIET, many("uniform", 6) + QUIET) == []
    assert rising(many("uniform", 6) + QUIET, many("uniform", 3) + QUIET * 3) == [
        Rising("uniform", 6, 3)
    ]


def test_two_words_side_by_side_rise_together_and_their_halves_are_not_repeated() -> None:
    now = many("the Uniform's lost, car park shut", 6) + many("shut", 2) + QUIET
    assert [one.word for one in rising(now, QUIET)] == [
        "shut",
        "car park",
        "park shut",
        "uniforms lost",
    ]


def test_stop_words_names_marks_and_numbers_are_left_out() -> None:
    now = many("and this [PERSON] [PHONE number] Denise O'Dwyer 4711 👍", 9) + QUIET
    assert rising(now, QUIET, leave_out={"denise", "o'dwyer"}) == []


def test_nothing_rises_from_nothing() -> None:
    assert rising(many("uniform", 9), []) == []
    assert rising([], QUIET) == []


def test_only_so_many_are_told_the_surest_first() -> None:
    now = many("alpha", 9) + many("beta", 7) + many("gamma", 5) + QUIET
    assert [one.word for one in rising(now, QUIET, most=2)] == ["alpha", "beta"]


@given(st.lists(st.text(alphabet="abcd '[]", max_size=30), max_size=30), st.integers())
def test_the_order_of_comments_does_not_matter(texts: list[str], seed: int) -> None:
    now = [words_of(text) for text in texts]
    shuffled = random.Random(seed).sample(now, len(now))
    found = rising(now, QUIET)
    assert found == rising(shuffled, QUIET)
    assert all(one.count >= FEWEST_COMMENTS for one in found)
