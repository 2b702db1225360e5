"""A question for comments, well put: the one for figures, narrowed by what was understood."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from survey.reports.periods import Period
from survey.reports.query import ANSWERED, FiguresQuery, must_be_one_of, query_from

SIZE, LARGEST = 20, 100


@dataclass(frozen=True)
class CommentsQuery:
    """Comments on answers first given in a period; None leaves a mark of the reading open."""

    about: FiguresQuery
    theme: str | None = None
    sentiment: str | None = None
    at_odds: bool | None = None
    size: int = SIZE


def said_query(texts: Mapping[str, Any], default: Period) -> FiguresQuery:
    """The period and filters of a question. Raises Refused, or UnknownPeriod."""
    return query_from(dict(texts) | {"cohort": ANSWERED}, default)


def comments_query(
    texts: Mapping[str, Any], default: Period, themes: Collection[str]
) -> CommentsQuery:
    """The question that the parameters put. Raises Refused, or UnknownPeriod."""
    about = said_query(texts, default)
    theme, at_odds = texts.get("theme"), texts.get("at_odds")
    if theme is not None:
        must_be_one_of("theme", theme, themes)
    return CommentsQuery(
        about,
        theme,
        texts.get("sentiment"),
        None if at_odds is None else at_odds == "true",
        texts.get("size", SIZE),
    )
