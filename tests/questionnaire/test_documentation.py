"""The page about questionnaires names every key and kind there is, and its example can be asked."""

import re
from pathlib import Path

from survey.questionnaire.file import parse
from survey.questionnaire.fitting import LONGEST, MOST_CONDITIONS, MOST_OPTIONS
from survey.questionnaire.questions import KINDS
from survey.questionnaire.schema import MOST_QUESTIONS, QuestionSchema
from tests.questionnaire.written import RATING, question

PAGE = (Path(__file__).parents[2] / "docs" / "questionnaires.md").read_text("utf-8")
ROWS = re.findall(r"^\| (`.+?) \|", PAGE, re.MULTILINE)
NAMED = {name.partition(".")[0] for row in ROWS for name in re.findall(r"`([\w.]+)`", row)}


def test_every_key_and_every_kind_is_named_and_nothing_else() -> None:
    assert {*QuestionSchema().fields, *KINDS} == NAMED


def test_the_example_can_be_asked() -> None:
    (example,) = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)
    text = question("resolved", "yes_partly_no") + example + RATING
    assert parse("example", 1, text.encode()).questions[1].key == "missing"


def test_the_bounds_are_those_of_the_schema() -> None:
    for bound in (
        f"up to {MOST_QUESTIONS}.",
        f"2 to {MOST_OPTIONS}",
        f"Up to {MOST_CONDITIONS} different conditions",
        f"every text (up to {LONGEST['text']})",
        f"comment (up to {LONGEST['comment']:,})",
    ):
        assert bound in PAGE
