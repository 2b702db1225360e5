"""The shape of a questionnaire's file, and all that can be wrong with it, each told at its place.

`docs/questionnaires.md` explains the keys to whoever writes one.
"""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from survey.foundation.spelling import nearest
from survey.foundation.toml_files import StrictSchema, Table
from survey.questionnaire.fitting import LONGEST, Said, wrong_alone, wrong_together
from survey.questionnaire.questions import KINDS

# Names that the page has taken: of its hidden fields, and of what its links lead to.
TAKEN_KEYS = frozenset({"main", "answer", "form_nonce", "leave_empty", "show_in"})
MOST_QUESTIONS = 30
# Control characters, which no page may hold, and private ones, which no font shows the same.
UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ue000-\uf8ff]")


def _words(longest: int, shortest: int = 1, **options: Any) -> fields.String:
    rule = validate.Length(shortest, longest, error="must have {min} to {max} characters")
    return fields.String(validate=[rule, _can_be_read], **options)


def _can_be_read(text: str) -> None:
    if text and not text.strip():
        raise ValidationError("is blank")
    if found := UNSHOWN.search(text):
        raise ValidationError(f"holds the character U+{ord(found[0]):04X}, which no page can show")


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
    hint = _words(500, shortest=0, load_default="")
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

    @validates_schema(skip_on_field_errors=False)
    def _fits_together(self, data: Said, **_: Any) -> None:
        if wrong := wrong_alone(data):
            raise ValidationError(wrong)


class FileSchema(StrictSchema):
    """The whole file, and how its questions go together."""

    questions = fields.List(
        fields.Nested(QuestionSchema),
        required=True,
        validate=validate.Length(1, MOST_QUESTIONS, error="ask {min} to {max}"),
    )

    @validates_schema(skip_on_field_errors=False)
    def _go_together(self, data: Said, **_: Any) -> None:
        if wrong := wrong_together(data.get("questions", ())):
            raise ValidationError({"questions": wrong})
