"""Questions that are shown only after a given answer: said in words, and hidden by the style sheet.

The page works without scripts, so such a question is always there, with a line that says when it is
meant. Where the browser can tell what is chosen, the style sheet hides it until then, by a number
that the options and the question share; never one that holds an answer or a mistake.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import gettext

from survey.questionnaire.questions import Condition, Questionnaire


@dataclass(frozen=True)
class Conditions:
    """The conditions of one questionnaire in one language.

    Attributes:
        numbers: of each question with a condition, the number of that.
        said: of each such question, when it is meant.
        shows: by question key and value, the numbers of what choosing that shows.
    """

    numbers: Mapping[str, int]
    said: Mapping[str, str]
    shows: Mapping[str, Mapping[str, tuple[int, ...]]]


def conditions_of(asked: Questionnaire, language: str) -> Conditions:
    """The conditions of a questionnaire, in the language of the page at hand."""
    having = {each.key: each.after for each in asked.questions if each.after}
    all_of_them = list(dict.fromkeys(having.values()))
    shows: dict[str, dict[str, tuple[int, ...]]] = {}
    for number, condition in enumerate(all_of_them, 1):
        for value in condition.values:
            shown = shows.setdefault(condition.question, {})
            shown[value] = (*shown.get(value, ()), number)
    return Conditions(
        numbers={key: all_of_them.index(after) + 1 for key, after in having.items()},
        said={key: _in_words(asked, after, language) for key, after in having.items()},
        shows=shows,
    )


def _in_words(asked: Questionnaire, after: Condition, language: str) -> str:
    earlier = asked.question(after.question)
    if earlier is None:
        raise LookupError(f"no question {after.question}")
    words = earlier.texts[language]
    answers = [f"“{words.options[value]}”" for value in after.values]
    listed = format_list(answers, style="or", locale=language)
    return str(
        gettext(
            "If you answered %(answers)s to “%(question)s”", answers=listed, question=words.asks
        )
    )
