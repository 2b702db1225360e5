"""What was given to each question that has no column, taken out of its JSON by the database."""

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
