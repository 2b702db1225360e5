"""The shape of a questionnaire's file, and all that can be wrong with it, each told at its place.

`docs/questionnaires.md` explains the keys to whoever writes one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from survey.foundation.spelling import nearest
from survey.foundation.toml_files import StrictSchema, Table
from survey.questionnaire.questions import (
    FALLBACK_LANGUAGE,
    KINDS,
    LIKELIHOOD,
    LINE,
    VALUES,
    WITH_OWN_OPTIONS,
    WRITTEN,
    values_of,
)

# Keys that other rooms know by their meaning: whoever asks them asks just that.
KIND_OF = {"rating": "rating", "ease": "effort", "resolved": "yes_partly_no", "comment": "comment"}
# Names that the page has taken: of its hidden fields, and of what its links lead to.
TAKEN_KEYS = frozenset({"main", "answer", "form_nonce", "leave_empty", "show_in"})
TAKEN_OPTIONS = frozenset({"hint", "error", "when"})
MOST_QUESTIONS, MOST_OPTIONS, MOST_CONDITIONS = 30, 20, 6
LONGEST = {LINE: 300, "comment": 10_000}

Said = Mapping[str, Any]


def _words(longest: int, **options: Any) -> fields.String:
    rule = validate.Length(1, longest, error="must have 1 to {max} characters")
    return fields.String(validate=rule, **options)


def _whole(low: int, high: int) -> fields.Integer:
    rule = validate.Range(low, high, error="must lie between {min} and {max}")
    return fields.Integer(strict=True, load_default=None, validate=rule)


def _key() -> fields.String:
    rule = validate.Regexp(
        r"[a-z][a-z0-9_]{0,39}\Z",
        error="a key is 1 to 40 of a-z, 0-9 and _, and begins with a letter",
    )
    taken = validate.NoneOf(TAKEN_KEYS, error="is taken by the page: choose another key")
    return fields.String(required=True, validate=[rule, taken])


def _kind(text: str) -> None:
    if text not in KINDS:
        raise ValidationError(f"no such kind; nearest known: {nearest(text, KINDS)}")


class WordingSchema(StrictSchema):
    """A question in one language."""

    asks = _words(200, required=True)
    hint = fields.String(load_default="", validate=validate.Length(max=500))
    options = Table(keys=fields.String(), values=_words(120), load_default=dict)


AfterSchema = StrictSchema.from_dict(
    {
        "question": fields.String(required=True),
        "is": fields.List(fields.String(), required=True, validate=validate.Length(1)),
    },
    name="AfterSchema",
)


class QuestionSchema(StrictSchema):
    """One question, and what can be wrong with it alone."""

    key = _key()
    kind = fields.String(required=True, validate=_kind)
    required = fields.Boolean(truthy={True}, falsy={False}, load_default=False)
    longest = _whole(1, max(LONGEST.values()))
    after = fields.Nested(AfterSchema, load_default=None)
    texts = Table(
        keys=fields.String(
            validate=validate.Regexp(r"[a-z]{2,3}\Z", error="a language is such as en or cy")
        ),
        values=fields.Nested(WordingSchema),
        required=True,
    )

    @validates_schema
    def _fits_together(self, data: Said, **_: Any) -> None:
        wrong: dict[str, Any] = dict(_wrong_kind(data))
        options: dict[str, Any] = {
            language: {"options": [wrong_options]}
            for language, text in data["texts"].items()
            if (wrong_options := _wrong_options(data, text["options"]))
        }
        if FALLBACK_LANGUAGE not in data["texts"]:
            options[FALLBACK_LANGUAGE] = ["is missing: whoever speaks no other language gets it"]
        if wrong or options:
            raise ValidationError(wrong | ({"texts": options} if options else {}))


class FileSchema(StrictSchema):
    """The whole file, and how its questions go together."""

    questions = fields.List(
        fields.Nested(QuestionSchema),
        required=True,
        validate=validate.Length(1, MOST_QUESTIONS, error="ask {min} to {max}"),
    )

    @validates_schema
    def _go_together(self, data: Said, **_: Any) -> None:
        questions: Sequence[Said] = data["questions"]
        wrong: dict[Any, Any] = {}
        for number in range(len(questions)):
            mistakes = dict(_wrong_beside(number, questions))
            if mistakes:
                wrong[number] = mistakes
        if wrong:
            raise ValidationError({"questions": wrong})
        conditions = {str(each["after"]) for each in questions if each["after"]}
        if len(conditions) > MOST_CONDITIONS:
            raise ValidationError(f"at most {MOST_CONDITIONS} different conditions", "questions")
        if not any(each["key"] == "rating" for each in questions):
            raise ValidationError(
                "the overall question, with the key rating, is missing", "questions"
            )


def _wrong_kind(data: Said) -> Iterator[tuple[str, list[str]]]:
    key, kind = data["key"], data["kind"]
    if KIND_OF.get(key, kind) != kind:
        yield "kind", [f"the key {key} is always of the kind {KIND_OF[key]}"]
    elif kind == "comment" and key != kind:
        yield "key", ["a comment has the key comment; for more to write, ask a text"]
    if key == "rating" and (not data["required"] or data["after"]):
        yield "required", ["the overall question is always there, and required"]
    if (kind in WRITTEN) != (data["longest"] is not None):
        yield "longest", ["belongs to every text and comment, and only there"]
    elif data["longest"] is not None and data["longest"] > LONGEST[kind]:
        yield "longest", [f"is {LONGEST[kind]} at most for this kind"]


def _wrong_options(data: Said, options: Said) -> str | None:
    """What is wrong with the options in one language; None if nothing."""
    kind, values = data["kind"], frozenset(options)
    if kind in WITH_OWN_OPTIONS:
        return _wrong_own_options(
            data["texts"].get(FALLBACK_LANGUAGE, {"options": options}), values
        )
    if kind == "recommendation":
        ends = {LIKELIHOOD[0], LIKELIHOOD[-1]}
        fits = ends <= values <= frozenset(LIKELIHOOD)
        return None if fits else "must word 0 and 10, and may word what lies between"
    expected = VALUES.get(kind, ())
    if values == frozenset(expected):
        return None
    return f"must word exactly {', '.join(expected)}" if expected else "there is nothing to choose"


def _wrong_own_options(first: Said, values: frozenset[str]) -> str | None:
    if values != frozenset(first["options"]):
        return f"must word exactly {', '.join(first['options'])}"
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


def _wrong_beside(number: int, questions: Sequence[Said]) -> Iterator[tuple[str, list[str]]]:
    """What is wrong with a question, seen beside the others."""
    question, before = questions[number], questions[:number]
    if Counter(each["key"] for each in before)[question["key"]]:
        yield "key", [f"{question['key']} is asked twice"]
    if set(question["texts"]) != set(questions[0]["texts"]):
        named = ", ".join(questions[0]["texts"])
        yield "texts", [f"must be in the languages of the first question: {named}"]
    if question["after"] and (mistake := _wrong_condition(question["after"], before)):
        yield "after", [mistake]


def _wrong_condition(after: Said, before: Sequence[Said]) -> str | None:
    known = {each["key"]: each for each in before if each["kind"] not in WRITTEN}
    earlier = known.get(after["question"])
    if earlier is None:
        names = nearest(after["question"], known) or "none"
        return f"question must be an earlier one that is chosen from; nearest: {names}"
    values = values_of(earlier["kind"], earlier["texts"][FALLBACK_LANGUAGE]["options"])
    unknown = [value for value in after["is"] if value not in values]
    return f"is: '{unknown[0]}' is not among {', '.join(values)}" if unknown else None
