"""What was given to each question that has no column: out of its JSON by the database, counted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    SQLColumnExpression,
    String,
    cast,
    column,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB

from survey.foundation.database import db
from survey.questionnaire.library import version
from survey.questionnaire.questions import Asked
from survey.reports.tally import Tally

# What both databases call a list.
LIST = "array"


@dataclass(frozen=True)
class EachGiven:
    """Rows of one question's answer each, to be joined to the rows that have the answers.

    Attributes:
        rows: what to join, on true.
        key: of the question.
        kind: of its value; a list's is `LIST`.
        value: as text; a list as JSON.
    """

    rows: FromClause
    key: SQLColumnExpression[str]
    kind: SQLColumnExpression[str]
    value: SQLColumnExpression[str]


def each_given(answers: ColumnElement[Any]) -> EachGiven:
    """The answers by question key of a JSON column, in the dialect of the database at hand."""
    if db.engine.dialect.name == "postgresql":
        given = func.jsonb_each(answers).table_valued(
            column("key", String), column("value", JSONB), name="given"
        )
        whole = given.c.value.op("#>>")(literal_column("'{}'"))
        return EachGiven(given, given.c.key, func.jsonb_typeof(given.c.value), cast(whole, String))
    given = func.json_each(answers).table_valued(
        column("key", String), column("value"), column("type", String), name="given"
    )
    return EachGiven(given, given.c.key, given.c.type, cast(given.c.value, String))


def count_given(
    tally: Tally, times: int, known: Mapping[Asked, str], given: tuple[Any, ...]
) -> None:
    """Count what was given to one other question, under its label in `known`.

    `given` is the questionnaire's name and version, the question's key, and the kind and value of
    the answer as `each_given` has them.
    """
    name, number, question, kind, value = given
    label = known.get((name, number, question))
    asked = version(name, number)
    if label and asked and (found := asked.question(question)):
        chosen = json.loads(value) if kind == LIST else [value]
        tally.count_question(times, label, found.values, chosen)
        # One answer counts once, also where several questions are of this kind.
        if found is asked.recommendation:
            tally.recommendation[label, int(value)] += times
