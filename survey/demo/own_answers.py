"""What made-up people answer to the questions that payroll asks for itself (`payroll.toml`).

Pure, and drawn apart from all else, so that the two years are the same whatever is asked beside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from survey.demo.answers import Answer
from survey.questionnaire.questions import LINE, SEVERAL, Given, Question, Questionnaire

CHANCE_OF_A_GAP = 0.06
CHANCE_OF_ANOTHER_CHOICE = 0.35
CHANCE_OF_A_LINE = 0.12
SATISFIED = 4
# By question, how often each value is chosen: by the satisfied, and by everybody else.
WEIGHTS: Mapping[str, tuple[Mapping[str, float], Mapping[str, float]]] = {
    "missing": (
        {"explanation": 5, "correction": 2, "date": 2, "person": 1},
        {"explanation": 3, "correction": 4, "date": 5, "person": 4},
    ),
    "put_right": (
        {"nothing": 5, "next": 4, "later": 0.8, "not_yet": 0.2},
        {"nothing": 2, "next": 2, "later": 3, "not_yet": 3},
    ),
    "told": ({"yes": 6, "partly": 3, "no": 1}, {"yes": 2, "partly": 3, "no": 5}),
}
LINES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "unclear": {
        "en": (
            "adjustment",
            "NIable pay",
            "AVC",
            "WTD arrears",
            "the tax code",
            "TP YTD",
            "element",
        ),
        "cy": ("addasiad", "y cod treth", "ôl-ddyledion"),
    }
}


@dataclass(frozen=True)
class OwnAnswers:
    """By question key, what was chosen, and what was written."""

    chosen: Mapping[str, Given]
    written: Mapping[str, str]


def own_answers(rng: Random, asked: Questionnaire, answer: Answer, language: str) -> OwnAnswers:
    """What somebody with this answer says to the questions that it does not hold, if it is asked.

    Args:
        rng: to draw from.
        asked: the questionnaire they were shown, of which only the demo's own questions are known.
        answer: to the questions that everybody is asked.
        language: they were shown it in.
    """
    before: dict[str, Given] = {"resolved": answer.resolved} if answer.resolved else {}
    chosen: dict[str, Given] = {}
    written: dict[str, str] = {}
    for question in asked.questions:
        if question.after and not question.after.holds(before | chosen):
            continue
        if question.kind == LINE and question.key in LINES and rng.random() < CHANCE_OF_A_LINE:
            written[question.key] = rng.choice(LINES[question.key][language])
        given = _chosen(rng, question, answer.rating)
        if given is not None and rng.random() >= CHANCE_OF_A_GAP:
            chosen[question.key] = given
    return OwnAnswers(chosen, written)


def _chosen(rng: Random, question: Question, rating: int) -> Given | None:
    if question.kind == "recommendation":
        return min(10, max(0, round(rng.gauss(2.2 * rating - 1.8, 1.4))))
    if question.key not in WEIGHTS:
        return None
    weights = WEIGHTS[question.key][rating < SATISFIED]
    first = rng.choices(list(weights), list(weights.values()))[0]
    if question.kind != SEVERAL:
        return first
    return tuple(
        value
        for value in question.values
        if value == first or rng.random() < CHANCE_OF_ANOTHER_CHOICE * weights[value] / 5
    )
