"""Questionnaires: what ships stays as it shipped, and a wrong file is named clearly."""

from hashlib import sha256

import pytest

from survey.questionnaire.questions import (
    DEFAULT,
    FOLDER,
    QuestionnaireError,
    current,
    parse,
    shipped,
)

SHIPPED = {
    "default/1.toml": "9e2f5f20afa3e2c66a730e42b8dfe61f4ced597263dd9ef4473cba8175c6e9be",
    "default/2.toml": "be228488378448c3876bc8f11c0aab72f0efb9e3293b2c27b47417a8b3d4f933",
}
RATING = """
[[questions]]
key = "rating"
kind = "rating"
required = true
[questions.texts.en]
asks = "How satisfied?"
[questions.texts.en.options]
5 = "Very"
4 = "Rather"
3 = "So so"
2 = "Little"
1 = "Not"
"""


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
    for question in current().questions:
        assert tuple(question.texts["en"].options) == question.values


@pytest.mark.parametrize("wanted", ["cy", "cy-GB", "CY"])
def test_who_wants_welsh_gets_it_since_version_2(wanted: str) -> None:
    assert shipped(DEFAULT)[1].language_for(wanted) == "en"
    assert shipped(DEFAULT)[2].language_for(wanted) == "cy"


def test_version_2_asks_in_english_what_version_1_asked() -> None:
    first, second = (shipped(DEFAULT)[version] for version in (1, 2))
    for old, new in zip(first.questions, second.questions, strict=True):
        assert (old.key, old.kind, old.texts["en"]) == (new.key, new.kind, new.texts["en"])


def test_the_newest_version_is_the_current_one() -> None:
    assert current().version == max(shipped(DEFAULT))
    assert current() is shipped(DEFAULT)[current().version]


@pytest.mark.parametrize("wanted", [None, "", "en", "EN", "en-GB", "pl", "xx-nonsense"])
def test_who_wants_a_language_we_lack_gets_english(wanted: str | None) -> None:
    assert current().language_for(wanted) == "en"


def test_a_language_is_found_by_its_tag_or_by_its_first_part() -> None:
    welsh = parse(
        "try", 1, RATING + RATING[RATING.index("[questions.texts") :].replace(".en", ".cy")
    )
    assert welsh.language_for("cy-GB") == "cy"
    assert welsh.languages == ("en", "cy")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("questions = [", "try/7.toml: "),
        ("", "questions: Missing data for required field"),
        ("questions = []", "Shorter than minimum length"),
        (RATING.replace('kind = "rating"', 'kind = "guess"'), "Must be one of"),
        (RATING.replace('key = "rating"', 'key = "Rating!"'), "does not match"),
        (
            RATING.replace("asks", "colour"),
            "questions[1].texts.en.colour: unknown key; nearest known: ",
        ),
        (RATING + RATING, "'rating' is asked twice"),
        (RATING.replace("required = true", ""), "overall question"),
        (RATING.replace('5 = "Very"', ""), "must word exactly 5, 4, 3, 2, 1"),
        (RATING.replace('5 = "Very"', '6 = "Very"'), "must word exactly"),
        (RATING.replace(".en", ".cy"), "texts in 'en' are missing"),
        (RATING.replace("required = true", "required = true\nlongest = 9"), "'longest' belongs"),
        (
            RATING
            + '[[questions]]\nkey = "more"\nkind = "comment"\n[questions.texts.en]\nasks="?"',
            "'longest' belongs",
        ),
        (
            RATING
            + '[[questions]]\nkey = "more"\nkind = "comment"\nlongest = 9\n'
            + '[questions.texts.cy]\nasks="?"',
            "'more' is not worded",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(QuestionnaireError, match=r"^try/7\.toml: ") as refusal:
        parse("try", 7, text)
    assert says in str(refusal.value)
