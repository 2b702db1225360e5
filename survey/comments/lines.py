"""Comments as lines of JSON: one in, one out, read by the same method as those that are stored."""

import json
from dataclasses import dataclass
from typing import Any

from survey.comments.telling import themes_of, told
from survey.comments.themes.taxonomy import Taxonomy
from survey.comments.understanding import METHOD, understand

RATINGS = (1, 2, 3, 4, 5)


class BadLine(ValueError):
    """A line that is no comment; the message says why, and does not repeat it."""


@dataclass(frozen=True)
class Line:
    """A comment, the rating given with it, and the question it answers.

    `passed_over` says what came with it and could not be used: the text is read all the same.
    """

    text: str
    rating: int | None
    question: str | None
    passed_over: str | None = None


def parse(line: bytes) -> Line:
    """Read one line.

    Raises:
        BadLine: it is not JSON, or not a comment.
    """
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine("not a line of JSON in UTF-8") from None
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise BadLine('expected an object with a "text", such as {"text": "Very helpful"}')
    rating, question = given.get("rating"), given.get("question")
    wrong = []
    # Some programs write every number with a point; 1.0 equals 1, and True does too.
    if rating is not None and (rating not in RATINGS or isinstance(rating, bool)):
        wrong.append('"rating" must be a whole number from 1 to 5, or null')
        rating = None
    if question is not None and not isinstance(question, str):
        wrong.append('"question" must be a text, or null')
        question = None
    return Line(given["text"], rating and int(rating), question, "; ".join(wrong) or None)


def read(line: Line, taxonomy: Taxonomy | None = None) -> dict[str, Any]:
    """Understand one comment, as plain JSON. What is told is in the order of the interface."""
    understood = understand(
        line.text, rating=line.rating, question=line.question, taxonomy=taxonomy
    )
    detail = told(understood)
    return {
        "sentiment": understood.sentiment.label,
        "polarity": understood.sentiment.polarity,
        "themes": list(themes_of(understood)),
        "redacted": detail["redacted"],
        "spans": detail["spans"],
        "method": f"{METHOD}+{taxonomy.digest}" if taxonomy else METHOD,
        "confidence": understood.sentiment.confidence,
        "words": detail["assessments"],
        "mentions": detail["mentions"],
        "hints": detail["hints"],
        "urgent": list(understood.urgent),
        "at_odds": understood.at_odds,
    }
