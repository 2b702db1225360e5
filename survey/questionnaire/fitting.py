"""How the parts of a questionnaire's file go together: what is wrong with one beside another.

Marshmallow has looked at each value by itself before. What was wrong there may be missing here, as
a key or a kind; then nothing is said that hangs on it, and all the rest is, so that whoever writes
a file learns of every mistake at once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, validate
from marshmallow.exceptions import SCHEMA

from survey.foundation.spelling import nearest
from survey.questionnaire.questions import (
    FALLBACK_LANGUAGE,
    LIKELIHOOD,
    LINE,
    VALUES,
    WITH_OWN_OPTIONS,
    WRITTEN,
    values_of,
)

# Keys that other rooms know by their meaning: whoever asks them asks just that.
KIND_OF = {"rating": "rating", "ease": "effort", "resolved": "yes_partly_no", "comment": "comment"}
# What the page adds to the name of a field to name what stands beside it.
TAKEN_OPTIONS = frozenset({"hint", "error", "when"})
MOST_OPTIONS, MOST_CONDITIONS = 20, 6
LONGEST = {LINE: 300, "comment": 10_000}

Said = Mapping[str, Any]


def wrong_alone(question: Said) -> dict[str, Any]:
    """What is wrong with a question by itself, by place within it."""
    wrong: dict[str, Any] = dict(_wrong_kind(question))
    texts: Said = question.get("texts", {})
    said: dict[str, Any] = {
        language: {"options": [mistake]}
        for language in texts
        if (mistake := _wrong_options(question, _options(question, language)))
    }
    if "texts" in question and FALLBACK_LANGUAGE not in texts:
        said[FALLBACK_LANGUAGE] = ["is missing: whoever speaks no other language gets it"]
    return wrong | ({"texts": said} if said else {})


def wrong_together(questions: Sequence[Said]) -> dict[Any, Any]:
    """What is wrong with questions beside each other, by number, and with all of them."""
    found = {number: dict(_wrong_beside(number, questions)) for number in range(len(questions))}
    wrong: dict[Any, Any] = {number: mistakes for number, mistakes in found.items() if mistakes}
    whole = list(_wrong_as_a_whole(questions))
    return wrong | ({SCHEMA: whole} if whole else {})


def _options(question: Said, language: str) -> Said | None:
    """What may be chosen, as worded in a language; None where that cannot be read."""
    text = question.get("texts", {}).get(language) or {}
    options: Said | None = text.get("options")
    return options


def _wrong_kind(data: Said) -> Iterator[tuple[str, list[str]]]:
    key, kind = data.get("key", ""), data.get("kind")
    if key == "rating" and (not data.get("required", True) or data.get("after")):
        yield "required", ["the overall question is always there, and required"]
    if kind is None:
        return
    if KIND_OF.get(key, kind) != kind:
        yield "kind", [f"the key {key} is always of the kind {KIND_OF[key]}"]
    elif kind == "comment" and key and key != kind:
        yield "key", ["a comment has the key comment; for more to write, ask a text"]
    if "longest" not in data:
        return
    if (kind in WRITTEN) != (data["longest"] is not None):
        yield "longest", ["belongs to every text and comment, and only there"]
    elif data["longest"] is not None and data["longest"] > LONGEST[kind]:
        yield "longest", [f"is {LONGEST[kind]} at most for this kind"]


def _wrong_options(data: Said, options: Said | None) -> str | None:
    """What is wrong with the options in one language; None if nothing, or if it cannot be told."""
    kind = data.get("kind")
    if kind is None or options is None:
        return None
    values = frozenset(options)
    if kind in WITH_OWN_OPTIONS:
        return _wrong_own_options(_options(data, FALLBACK_LANGUAGE) or options, values)
    if kind == "recommendation":
        ends = {LIKELIHOOD[0], LIKELIHOOD[-1]}
        fits = ends <= values <= frozenset(LIKELIHOOD)
        return None if fits else "must word 0 and 10, and may word what lies between"
    expected = VALUES.get(kind, ())
    if values == frozenset(expected):
        return None
    return f"must word exactly {', '.join(expected)}" if expected else "there is nothing to choose"


def _wrong_own_options(first: Said, values: frozenset[str]) -> str | None:
    if values != frozenset(first):
        return f"must word exactly {', '.join(first)}"
    if not 2 <= len(values) <= MOST_OPTIONS:
        return f"there must be 2 to {MOST_OPTIONS}"
    rule = validate.Regexp(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
    for value in sorted(values):
        try:
            rule(value)
        except ValidationError:
            return f"'{value[:40]}' is no name for an option: 1 to 40 of a-z, 0-9, - and _"
    taken = sorted(values & TAKEN_OPTIONS)
    return f"{taken[0]} is taken by the page: choose another" if taken else None


def _wrong_as_a_whole(questions: Sequence[Said]) -> Iterator[str]:
    conditions = {str(each["after"]) for each in questions if each.get("after")}
    if len(conditions) > MOST_CONDITIONS:
        yield f"at most {MOST_CONDITIONS} different conditions"
    # Where a key cannot be read, it may have been meant to be this one.
    keys = [each.get("key", "rating") for each in questions]
    if keys and "rating" not in keys:
        yield "the overall question, with the key rating, is missing"


def _wrong_beside(number: int, questions: Sequence[Said]) -> Iterator[tuple[str, list[str]]]:
    """What is wrong with a question, seen beside the others."""
    question, before = questions[number], questions[:number]
    key, texts, first = question.get("key"), question.get("texts"), questions[0].get("texts", {})
    if key and Counter(each.get("key") for each in before)[key]:
        yield "key", [f"{key} is asked twice"]
    if texts and FALLBACK_LANGUAGE in first and set(texts) != set(first):
        yield "texts", [f"must be in the languages of the first question: {', '.join(first)}"]
    if question.get("after") and (mistake := _wrong_condition(question["after"], before)):
        yield "after", [mistake]


def _wrong_condition(after: Said, before: Sequence[Said]) -> str | None:
    """What is wrong with a condition; None if nothing, or if what it names cannot be read."""
    named = after.get("question")
    readable = all("key" in each and "kind" in each for each in before)
    known = {each.get("key", ""): each for each in before if each.get("kind") not in WRITTEN}
    if named is None or (named not in known and not readable):
        return None
    if named not in known:
        names = nearest(named, known) or "none"
        return f"question must be an earlier one that is chosen from; nearest: {names}"
    options = _options(known[named], FALLBACK_LANGUAGE)
    kind = known[named].get("kind")
    if kind is None or options is None:
        return None
    values = values_of(kind, options)
    unknown = [value for value in after.get("is", ()) if value not in values]
    return f"is: '{unknown[0]}' is not among {', '.join(values)}" if unknown else None
