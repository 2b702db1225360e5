"""Reads a questionnaire's file: TOML in, frozen values out, or every mistake at once."""

import json
import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from survey.foundation.toml_files import load
from survey.questionnaire.questions import (
    FALLBACK_LANGUAGE,
    LIKELIHOOD,
    Condition,
    Question,
    Questionnaire,
    Wording,
    values_of,
)
from survey.questionnaire.schema import FileSchema


def parse(name: str, version: int, content: bytes) -> Questionnaire:
    """A questionnaire from the content of its file.

    Raises:
        WrongFile: it cannot be asked as it stands.
    """
    document = load(content, FileSchema())
    return Questionnaire(name, version, tuple(map(_question, document["questions"])))


def says_the_same(one: bytes, other: bytes) -> bool:
    """Whether two valid files ask the same in the same order, whatever their notes and layout."""
    return _plain(one) == _plain(other)


def _plain(content: bytes) -> str:
    # As text, since tables compare as equal in any order, and the order is what people see.
    return json.dumps(tomllib.loads(content.decode("utf-8-sig")))


def _question(item: Mapping[str, Any]) -> Question:
    texts, after = item["texts"], item["after"]
    values = values_of(item["kind"], texts[FALLBACK_LANGUAGE]["options"])
    return Question(
        key=item["key"],
        kind=item["kind"],
        required=item["required"],
        longest=item["longest"],
        texts=MappingProxyType({each: _wording(text, values) for each, text in texts.items()}),
        after=Condition(after["question"], tuple(after["is"])) if after else None,
    )


def _wording(text: Mapping[str, Any], values: tuple[str, ...]) -> Wording:
    """A wording with its options in the order of the values, whatever the order in the file."""
    words = text["options"]
    # A number between the ends of the scale needs no words.
    unsaid = {value: value for value in LIKELIHOOD} if values == LIKELIHOOD else {}
    options = {value: words.get(value) or unsaid[value] for value in values}
    return Wording(text["asks"], text["hint"], MappingProxyType(options))
