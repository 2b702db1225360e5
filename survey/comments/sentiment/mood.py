"""What a mood is: the six words for it, and what an analyzer says of a text."""

from dataclasses import dataclass

NEGATIVE, NEUTRAL, POSITIVE, MIXED = "negative", "neutral", "positive", "mixed"
NOTHING_SAID, UNREAD = "none", "unread"
# All a comment can be: `none` says nothing at all, `unread` is in a language we cannot read.
SENTIMENTS = (NEGATIVE, NEUTRAL, POSITIVE, MIXED, NOTHING_SAID, UNREAD)


@dataclass(frozen=True)
class Sentiment:
    """How a comment is meant.

    Attributes:
        label: one of SENTIMENTS.
        polarity: from -1 to 1; None where there was nothing to score.
        confidence: from 0 to 1, how sure the analyzer is of the label.
        assessments: the words that fired and what each weighs, where they were asked for.
    """

    label: str
    polarity: float | None
    confidence: float = 1.0
    assessments: tuple[tuple[str, float], ...] = ()
