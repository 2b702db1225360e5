"""Which questionnaires there are: the shipped one, and those that were loaded.

Versions never change, so each is read once by a process and kept. Which one is the newest is looked
up again after some seconds, since another process may have loaded one.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import bindparam, func, select

from survey.foundation.straight import Straight
from survey.questionnaire.file import parse
from survey.questionnaire.model import QuestionnaireRow
from survey.questionnaire.questions import Asked, Question, Questionnaire, told_apart
from survey.questionnaire.shipped import DEFAULT, current, shipped

NEWEST_KEPT_SECONDS = 5.0

_ROW = QuestionnaireRow
_CONTENT = Straight(
    select(_ROW.content).where(_ROW.name == bindparam("name"), _ROW.version == bindparam("number"))
)
_NEWEST = Straight(select(_ROW.name, func.max(_ROW.version)).group_by(_ROW.name))
_IN_ORDER = Straight(select(_ROW.name, _ROW.version).order_by(_ROW.id))


@dataclass
class _Kept:
    """What a process remembers."""

    versions: dict[tuple[str, int], Questionnaire] = field(default_factory=dict)
    newest: Mapping[str, int] = field(default_factory=dict)
    newest_until: float = 0.0


def version(name: str, number: int) -> Questionnaire | None:
    """A version by its number; None where there is none."""
    if name == DEFAULT:
        return shipped().get(number)
    kept = _kept().versions
    if (name, number) not in kept:
        row = _CONTENT.first({"name": name, "number": number})
        if row is None:
            return None
        kept[name, number] = parse(name, number, row[0])
    return kept[name, number]


def newest(name: str) -> Questionnaire:
    """The version to show now; the shipped one where there is none of this name.

    Names are checked when a partnership file is loaded, so that is a database put together by hand;
    people must be able to answer all the same.
    """
    if name == DEFAULT:
        return current()
    kept = _kept()
    if kept.newest_until < time.monotonic():
        kept.newest = newest_numbers()
        kept.newest_until = time.monotonic() + NEWEST_KEPT_SECONDS
    found = version(name, kept.newest[name]) if name in kept.newest else None
    return found or current()


def newest_numbers() -> Mapping[str, int]:
    """The number of the newest version by name, of those loaded, as of now."""
    return {row[0]: row[1] for row in _NEWEST.rows({})}


def labels() -> Mapping[Asked, str]:
    """Under which label answers to each question ever asked are added up."""
    return told_apart(_all())


def worded_last(preferred: Collection[str]) -> Mapping[str, tuple[Questionnaire, Question]]:
    """By label, the question in its newest words, and the version that has them.

    Words of the `preferred` questionnaires, by name, come before any other's.
    """
    versions = _all()
    known = told_apart(versions)
    # What comes later takes the place of what came earlier.
    return {
        known[asked.name, asked.version, question.key]: (asked, question)
        for asked in sorted(versions, key=lambda one: one.name in preferred)
        for question in asked.questions
    }


def _all() -> list[Questionnaire]:
    """Every version there is, in the order in which they came."""
    loaded = [found for name, number in _IN_ORDER.rows({}) if (found := version(name, number))]
    return [*shipped().values(), *loaded]


def _kept() -> _Kept:
    kept: _Kept = current_app.extensions.setdefault("survey.questionnaire.kept", _Kept())
    return kept
