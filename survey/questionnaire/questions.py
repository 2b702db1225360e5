"""What is asked: versioned questionnaires, read from TOML into frozen values.

A questionnaire is a folder, each version a file in it: `default/1.toml`. A shipped version is never
edited, since responses name the version that was shown; a change is a new file. Every one asks for
the overall rating, without which no response can be stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import fields, validate

from survey.foundation.toml_files import StrictSchema, Table, WrongFile, load

FOLDER = Path(__file__).parent
DEFAULT = "default"
FALLBACK_LANGUAGE = "en"
POINTS = ("5", "4", "3", "2", "1")
VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"yes_partly_no": ("yes", "partly", "no"), "effort": POINTS, "rating": POINTS, "comment": ()}
)


class QuestionnaireError(ValueError):
    """A file that is no questionnaire: names the file, the place in it, and what is wrong."""


@dataclass(frozen=True)
class Wording:
    """A question in one language. `options` gives each value its words, in the order shown."""

    asks: str
    hint: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One question. `longest` bounds a comment, in characters; None for the other kinds."""

    key: str
    kind: str
    required: bool
    longest: int | None
    texts: Mapping[str, Wording]

    @property
    def values(self) -> tuple[str, ...]:
        """What may be chosen, best first; empty for a comment."""
        return VALUES[self.kind]

    @property
    def is_scale(self) -> bool:
        """Whether the values are points, 1 to 5."""
        return self.values == POINTS


@dataclass(frozen=True)
class Questionnaire:
    """One version of a list of questions, in the order shown."""

    name: str
    version: int
    questions: tuple[Question, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages every question is worded in."""
        return tuple(self.questions[0].texts)

    def language_for(self, wanted: str | None) -> str:
        """The language to show to somebody who would like `wanted`, such as `en-GB`."""
        tag = (wanted or "").lower()
        return next(
            (known for known in (tag, tag.split("-")[0]) if known in self.languages),
            FALLBACK_LANGUAGE,
        )


class _WordingShape(StrictSchema):
    asks = fields.String(required=True, validate=validate.Length(1, 200))
    hint = fields.String(load_default="")
    options = Table(keys=fields.String(), values=fields.String(), load_default=dict)


class _QuestionShape(StrictSchema):
    key = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z_]{0,39}\Z"))
    kind = fields.String(required=True, validate=validate.OneOf(sorted(VALUES)))
    required = fields.Boolean(load_default=False)
    longest = fields.Integer(load_default=None, validate=validate.Range(1, 10_000))
    texts = Table(
        keys=fields.String(), values=fields.Nested(_WordingShape), validate=validate.Length(1)
    )


class _FileShape(StrictSchema):
    questions = fields.List(
        fields.Nested(_QuestionShape), required=True, validate=validate.Length(1)
    )


def parse(name: str, version: int, text: str) -> Questionnaire:
    """A questionnaire from the text of its file.

    Raises:
        QuestionnaireError: it cannot be asked as it stands.
    """
    where = f"{name}/{version}.toml"
    try:
        document = load(text.encode(), _FileShape())
    except WrongFile as error:
        raise QuestionnaireError(f"{where}: {'; '.join(error.mistakes)}") from None
    questions = tuple(_question(item) for item in document["questions"])
    for fault in _faults(questions):
        raise QuestionnaireError(f"{where}: {fault}")
    return Questionnaire(name, version, questions)


def _question(item: Mapping[str, Any]) -> Question:
    texts = {
        language: Wording(text["asks"], text["hint"], MappingProxyType(text["options"]))
        for language, text in item["texts"].items()
    }
    return Question(
        item["key"], item["kind"], item["required"], item["longest"], MappingProxyType(texts)
    )


def _faults(questions: tuple[Question, ...]) -> list[str]:
    """What the shape alone does not tell, one sentence each."""
    faults = []
    keys = [question.key for question in questions]
    faults += [f"'{key}' is asked twice" for key in sorted({k for k in keys if keys.count(k) > 1})]
    if not any(q.key == q.kind == "rating" and q.required for q in questions):
        faults.append("the overall question, key and kind 'rating' and required, is missing")
    languages = set(questions[0].texts)
    if FALLBACK_LANGUAGE not in languages:
        faults.append(f"texts in '{FALLBACK_LANGUAGE}' are missing")
    for question in questions:
        if set(question.texts) != languages:
            faults.append(f"'{question.key}' is not worded in the languages of the first question")
        if (question.kind == "comment") != (question.longest is not None):
            faults.append(f"'{question.key}': 'longest' belongs to every comment, and only there")
        faults += [
            f"'{question.key}' in '{language}' must word exactly {', '.join(question.values)}"
            for language, wording in question.texts.items()
            if set(wording.options) != set(question.values)
        ]
    return faults


@cache
def shipped(name: str) -> Mapping[int, Questionnaire]:
    """Every version of a questionnaire that ships with the service, by number."""
    return MappingProxyType(
        {
            int(path.stem): parse(name, int(path.stem), path.read_text(encoding="utf-8"))
            for path in (FOLDER / name).glob("*.toml")
        }
    )


def current(name: str = DEFAULT) -> Questionnaire:
    """The version that is asked now: the newest."""
    versions = shipped(name)
    return versions[max(versions)]
