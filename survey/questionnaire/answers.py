"""What a person sent, checked against what was asked.

Pure: no Flask, no database. A form is a list of (name, value) pairs in the order they came, as a
browser sends it; anything may stand in it. What was typed is kept, so that a page can be shown
again as the person left it, and a mistake is a code that the page puts into words.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from survey.questionnaire.questions import LINE, SEVERAL, Given, Question, Questionnaire

Fault = Literal["missing", "not_an_option", "sent_twice", "too_long", "not_asked"]

LINE_BREAK = re.compile(r"\r\n?")
# Control characters, which PostgreSQL (NUL) and readers choke on, and halves of surrogate pairs.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LONGEST_NAME_REPEATED = 40


@dataclass(frozen=True)
class Mistake:
    """Something to mend: in which field, what, and for `too_long` how many characters too many."""

    key: str
    fault: Fault
    excess: int = 0


# What to show again, by question key: a text, or all that was chosen where one may choose several.
Typed = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class Answers:
    """A form that may be stored: by question key, only what was answered; points are numbers."""

    values: Mapping[str, Given]


@dataclass(frozen=True)
class Errors:
    """A form to be shown again: what to mend, in the order of the page, and all that was typed."""

    mistakes: tuple[Mistake, ...]
    typed: Typed


def clean(text: str) -> str:
    r"""Text as a person meant it: each line break one `\n`, nothing unwritable, no outer blanks.

    So that the length of the result is what a person counts.
    """
    return UNWRITABLE.sub("", LINE_BREAK.sub("\n", text)).strip()


def typed_in(questionnaire: Questionnaire, form: Iterable[tuple[str, str]]) -> Typed:
    """What to show again of a form: the first choice, or all where several may be; all written."""
    sent = _by_name(form)
    return {
        question.key: _typed(question, sent[question.key])
        for question in questionnaire.questions
        if question.key in sent
    }


def check(questionnaire: Questionnaire, form: Iterable[tuple[str, str]]) -> Answers | Errors:
    """The answers in a form, or all that is wrong with it.

    What was given to a question whose condition does not hold is no answer, and no mistake: without
    scripts, people see such a question whatever they chose above it.
    """
    pairs = list(form)
    sent = _by_name(pairs)
    mistakes = []
    values: dict[str, Given] = {}
    for question in questionnaire.questions:
        given = [text for text in sent.pop(question.key, []) if text or question.kind != SEVERAL]
        if question.after and not question.after.holds(values):
            continue
        mistake = _mistake(question, given)
        if mistake:
            mistakes.append(mistake)
        elif given and given[0]:
            values[question.key] = _value(question, given)
    for name in list(sent)[:1]:
        # One is enough to say that this is not our form; there may be a million.
        mistakes.append(Mistake(clean(name)[:LONGEST_NAME_REPEATED], "not_asked"))
    if mistakes:
        return Errors(tuple(mistakes), typed_in(questionnaire, pairs))
    return Answers(values)


def _typed(question: Question, given: list[str]) -> str | tuple[str, ...]:
    if question.kind == SEVERAL:
        return tuple(given)
    return "\n".join(given if question.longest else given[:1])


def _value(question: Question, given: list[str]) -> Given:
    if question.kind == SEVERAL:
        return tuple(value for value in question.values if value in given)
    if question.kind == LINE:
        return " ".join(given[0].split("\n"))
    return int(given[0]) if question.in_numbers else given[0]


def _by_name(form: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    sent: dict[str, list[str]] = {}
    for name, value in form:
        sent.setdefault(name, []).append(clean(value))
    return sent


def _mistake(question: Question, given: list[str]) -> Mistake | None:
    if question.kind == SEVERAL and given:
        fits = set(given) <= set(question.values)
        return None if fits else Mistake(question.key, "not_an_option")
    if len(given) > 1:
        return Mistake(question.key, "sent_twice")
    text = given[0] if given else ""
    if not text:
        return Mistake(question.key, "missing") if question.required else None
    if question.longest is None:
        return None if text in question.values else Mistake(question.key, "not_an_option")
    excess = len(text) - question.longest
    return Mistake(question.key, "too_long", excess) if excess > 0 else None
