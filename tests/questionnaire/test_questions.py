"""Questionnaires: what ships stays as it shipped, and a wrong file is named clearly."""

import tomllib
from contextlib import suppress
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from survey.foundation.toml_files import WrongFile
from survey.questionnaire.file import parse, says_the_same
from survey.questionnaire.questions import Questionnaire, told_apart
from survey.questionnaire.schema import FileSchema
from survey.questionnaire.shipped import FOLDER, current, shipped
from tests.questionnaire.written import RATING, WHOLE, question

WORDS = ["rating", "choice", "choices", "text", "comment", "en", "cy", "resolved", "yes", "5", ""]
SHIPPED = {
    "default/1.toml": "9e2f5f20afa3e2c66a730e42b8dfe61f4ced597263dd9ef4473cba8175c6e9be",
    "default/2.toml": "be228488378448c3876bc8f11c0aab72f0efb9e3293b2c27b47417a8b3d4f933",
}


def test_no_shipped_version_was_edited_or_left_unpinned() -> None:
    found = {
        str(path.relative_to(FOLDER)): sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.glob("*/*.toml")
    }
    assert found == SHIPPED


def test_the_default_questionnaire_asks_what_the_founders_agreed() -> None:
    asked = current()
    assert [(q.key, q.kind, q.required, q.longest) for q in asked.questions] == [
        ("resolved", "yes_partly_no", False, None),
        ("ease", "effort", False, None),
        ("rating", "rating", True, None),
        ("comment", "comment", False, 1200),
    ]


def test_the_options_of_each_question_are_shown_best_first() -> None:
    for each in current().questions:
        assert tuple(each.texts["en"].options) == each.values


@pytest.mark.parametrize("wanted", ["cy", "cy-GB", "CY"])
def test_who_wants_welsh_gets_it_since_version_2(wanted: str) -> None:
    assert shipped()[1].language_for(wanted) == "en"
    assert shipped()[2].language_for(wanted) == "cy"


def test_version_2_asks_in_english_what_version_1_asked() -> None:
    first, second = (shipped()[version] for version in (1, 2))
    for old, new in zip(first.questions, second.questions, strict=True):
        assert (old.key, old.kind, old.texts["en"]) == (new.key, new.kind, new.texts["en"])


def test_the_newest_version_is_the_current_one() -> None:
    assert current().version == max(shipped())
    assert current() is shipped()[current().version]


@pytest.mark.parametrize("wanted", [None, "", "en", "EN", "en-GB", "pl", "xx-nonsense"])
def test_who_wants_a_language_we_lack_gets_english(wanted: str | None) -> None:
    assert current().language_for(wanted) == "en"


def test_a_language_is_found_by_its_tag_or_by_its_first_part() -> None:
    welsh = read(RATING + RATING[RATING.index("[questions.texts") :].replace(".en", ".cy"))
    assert welsh.language_for("cy-GB") == "cy"
    assert welsh.languages == ("en", "cy")


def read(text: str, name: str = "try", version: int = 1) -> Questionnaire:
    return parse(name, version, text.encode())


def mistakes(text: str) -> list[str]:
    with pytest.raises(WrongFile) as refusal:
        read(text)
    return refusal.value.mistakes


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("questions = [", "not TOML: "),
        ("", "questions: Missing data for required field"),
        ("questions = []", "questions: ask 1 to 30"),
        (RATING.replace('kind = "rating"', 'kind = "ratings"'), "[1].kind: no such kind; nearest"),
        (RATING.replace('key = "rating"', 'key = "Rating!"'), "[1].key: a key is 1 to 40"),
        (RATING.replace('key = "rating"', 'key = "main"'), "[1].key: is taken by the page"),
        (RATING.replace("asks", "colour"), "[1].texts.en.colour: unknown key; nearest known: "),
        (RATING + RATING, "questions[2].key: rating is asked twice"),
        (RATING.replace("required = true", ""), "[1].required: the overall question"),
        (RATING.replace('5 = "Very"', ""), "[1].texts.en.options: must word exactly 5, 4, 3, 2, 1"),
        (RATING.replace('5 = "Very"', '6 = "Very"'), "must word exactly"),
        (RATING.replace(".en", ".cy"), "questions[1].texts.en: is missing"),
        (RATING.replace("required = true", "required = true\nlongest = 9"), "[1].longest: belongs"),
        (question("more", "rating"), "questions: the overall question, with the key rating"),
        (RATING + question("more", "comment", "longest = 9"), "[2].key: a comment has the key"),
        (RATING + question("comment", "comment"), "[2].longest: belongs to every text"),
        (RATING + question("more", "text", "longest = 301"), "[2].longest: is 300 at most"),
        (RATING + question("ease", "choice"), "[2].kind: the key ease is always of the kind"),
        (RATING + question("more", "effort").replace(".en", ".cy"), "[2].texts.en: is missing"),
        (RATING + question("more", "choice", options=("a",)), "options: there must be 2 to 20"),
        (RATING + question("more", "choice", options=("a", "B")), "'B' is no name for an option"),
        (RATING + question("more", "choice", options=("a", "hint")), "hint is taken by the page"),
        (RATING + question("more", "text", "longest = 9", options=("a",)), "nothing to choose"),
        (RATING + question("more", "recommendation", options=("0", "5")), "must word 0 and 10"),
        (
            RATING + question("more", "text", 'longest = 9\nafter = {question = "x", is = ["1"]}'),
            "[2].after: question must be an earlier one that is chosen from; nearest: rating",
        ),
        (
            RATING
            + question("more", "text", 'longest = 9\nafter = {question = "rating", is = ["9"]}'),
            "[2].after: is: '9' is not among 5, 4, 3, 2, 1",
        ),
        (
            question("more", "effort", 'after = {question = "rating", is = ["1"]}') + RATING,
            "questions[1].after: question must be an earlier one",
        ),
        (RATING.replace("How satisfied?", " "), "[1].texts.en.asks: is blank"),
        (
            RATING.replace("How satisfied?", r"\u0000"),
            "[1].texts.en.asks: holds the character U+0000",
        ),
        (
            RATING.replace("Very", r"\ue000signed\ue000"),
            "[1].texts.en.options.5: holds the character",
        ),
        ("questions = " + "[" * 500 + "]" * 500, "too deeply to be read"),
        (
            RATING + question("more", "effort", 'after = {is = ["1"]}'),
            "[2].after.question: Missing",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_the_place_and_what_is_wrong(text: str, says: str) -> None:
    assert any(says in mistake for mistake in mistakes(text)), mistakes(text)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 11) | st.floats() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(WORDS), inner),
    max_leaves=4,
)


@given(st.data())
def test_whatever_stands_at_any_place_is_taken_or_refused(
    data: st.DataObject,
) -> None:
    document = tomllib.loads(WHOLE)
    place: Any = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(ANYTHING)
    with suppress(ValidationError):
        assert FileSchema().load(document)["questions"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = mistakes(
        question("Rating", "rating")
        + question("ease", "choice")
        + question("why", "text", "longest = 0")
    )
    assert [mistake.partition(":")[0] for mistake in told] == [
        "questions[1].key",
        "questions[2].kind",
        "questions[2].texts.en.options",
        "questions[3].longest",
    ]


def test_a_mistake_in_one_place_hides_none_in_another_and_brings_none_along() -> None:
    told = mistakes(
        question("more", "text", "colour = 1")
        + question("via", "choice", options=("phone", "mail")).replace("Option mail", "")
        + question("why", "text", "longest = 9", 'after = {question = "via", is = ["mail"]}')
        + question("who", "text", "longest = 9", 'after = {question = "where", is = ["mail"]}')
        + question("via", "text", "longest = 0", options=("a",))
    )
    assert [mistake.partition(": ")[0] for mistake in told] == [
        "questions",
        "questions[1].colour",
        "questions[1].longest",
        "questions[2].texts.en.options.mail",
        "questions[4].after",
        "questions[5].key",
        "questions[5].longest",
        "questions[5].texts.en.options",
    ]


def test_options_are_shown_in_one_order_in_every_language() -> None:
    both = (
        question("via", "choice", options=("phone", "mail"))
        + question("via", "choice", options=("mail", "phone"), of="cy").partition("\n\n")[2]
    )
    rating = RATING + RATING[RATING.index("[questions.texts") :].replace(".en", ".cy")
    via = read(rating + both).questions[1]
    assert [tuple(text.options) for text in via.texts.values()] == [("phone", "mail")] * 2


def test_a_number_without_words_is_its_own_word() -> None:
    recommend = read(RATING + question("again", "recommendation", options=("0", "10"))).questions[1]
    assert recommend.values == tuple(map(str, range(11)))
    words = recommend.texts["en"].options
    assert (words["0"], words["5"], words["10"]) == ("Option 0", "5", "Option 10")


def test_notes_and_layout_make_no_other_questionnaire_but_order_does() -> None:
    one = RATING + question("via", "choice", options=("phone", "mail"))
    other = RATING + question("via", "choice", options=("mail", "phone"))
    assert says_the_same(one.encode(), ("# a note\n" + one + "\n\n").encode())
    assert not says_the_same(one.encode(), other.encode())


def test_answers_are_added_up_only_where_key_kind_and_values_agree() -> None:
    first = read(RATING + question("via", "choice", options=("phone", "mail")))
    reworded = read(
        RATING + question("via", "choice", options=("mail", "phone")).replace("Via", "How"),
        version=2,
    )
    longer = read(RATING + question("via", "choice", options=("phone", "mail", "chat")), version=3)
    several = read(RATING + question("via", "choices", options=("phone", "mail")), name="other")
    back = read(RATING + question("via", "choice", options=("phone", "mail")), version=4)
    labels = told_apart([*shipped().values(), first, reworded, longer, several, back])
    asked = [("try", 1), ("try", 2), ("try", 3), ("other", 1), ("try", 4)]
    assert [labels[name, number, "via"] for name, number in asked] == [
        "via",
        "via",
        "via@try.3",
        "via@other.1",
        "via",
    ]
    assert labels["try", 1, "rating"] == labels["default", 2, "rating"] == "rating"
