"""Counts of questions of one's own in the words people chose them by, to be read on a page.

Figures know a question by its label and an answer by its value. The words are those of the newest
version that is counted under the label and asked there, or else anywhere; it is named, since others
may have said it otherwise.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey.questionnaire.library import worded_last
from survey.questionnaire.questions import FALLBACK_LANGUAGE, SEVERAL, Question, Questionnaire

Counts = Mapping[str, Mapping[str, Any] | None]


@dataclass(frozen=True)
class InWords:
    """One question: what it asks, by which version, and how many chose each answer, by its words.

    `n` is how many answered it, None where they are too few to show; then there are no counts.
    Where `several` may be chosen, the counts add up to more.
    """

    asks: str
    questionnaire: str
    version: int
    several: bool
    n: int | None
    counts: Sequence[tuple[str, int]]


def in_words(questions: Counts | None, asked_there: Collection[str]) -> list[InWords]:
    """The `questions` of a row of figures, in the order in which they are asked.

    Args:
        questions: None where the row has too few answers for any of them.
        asked_there: the names of the questionnaires of the partners and services it is about, lest
            a partner read in another's words.
    """
    last = worded_last(asked_there)
    known = [(*last[label], counted) for label, counted in (questions or {}).items()]
    known.sort(key=lambda one: (one[0].name, one[0].questions.index(one[1]), one[0].version))
    return [_one(*each) for each in known]


def _one(asked: Questionnaire, question: Question, counted: Mapping[str, Any] | None) -> InWords:
    text = question.texts[FALLBACK_LANGUAGE]
    counts = counted["counts"] if counted else {}
    return InWords(
        asks=text.asks,
        questionnaire=asked.name,
        version=asked.version,
        several=question.kind == SEVERAL,
        n=counted["n"] if counted else None,
        counts=[(words, counts[value]) for value, words in text.options.items() if counted],
    )
