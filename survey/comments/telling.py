"""What an understood comment tells: the plain values that are stored, encrypted, and printed."""

from collections.abc import Iterable
from typing import Any

from survey.comments.sentiment.mood import MIXED, NEGATIVE, NEUTRAL, POSITIVE
from survey.comments.understanding import Understanding


def told(understood: Understanding) -> dict[str, Any]:
    """Everything that quotes the comment, as JSON: it is stored encrypted only."""
    redaction = understood.redaction
    return {
        "redacted": redaction.text,
        "spans": [[span.start, span.end, span.kind] for span in redaction.spans],
        "hints": list(redaction.hints),
        "assessments": [[words, weight] for words, weight in understood.sentiment.assessments],
        "mentions": [
            {"theme": mention.theme, "words": list(mention.words), "sentiment": label}
            for mention, label in understood.mentions
        ],
    }


def themes_of(understood: Understanding) -> dict[str, str]:
    """The themes in the order they are mentioned, each with the sentiment of all its clauses."""
    labels: dict[str, list[str]] = {}
    for mention, label in understood.mentions:
        labels.setdefault(mention.theme, []).append(label)
    return {theme: together(found) for theme, found in labels.items()}


def together(labels: Iterable[str]) -> str:
    """The label of several clauses about one thing: praise and blame are mixed."""
    found = set(labels)
    if MIXED in found or {POSITIVE, NEGATIVE} <= found:
        return MIXED
    charged = found & {POSITIVE, NEGATIVE}
    return charged.pop() if charged else NEUTRAL
