"""The whole reading of a comment: its mood, its themes, its personal details, its urgency.

    understand("Lovely staff, useless portal", rating=3).mentions

Rating and text stay two things: the rating never bends what is read, and where the two contradict
each other the reading says so.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from survey.comments.redaction.redacting import redact
from survey.comments.redaction.span import Redaction
from survey.comments.sentiment.analyzer import analyse
from survey.comments.sentiment.mood import NEGATIVE, POSITIVE, UNREAD, Sentiment
from survey.comments.text import text_of
from survey.comments.themes.matching import mentions
from survey.comments.themes.mention import Mention
from survey.comments.themes.taxonomy import Taxonomy, founding
from survey.comments.urgency import urgent

HERE = Path(__file__).parent


def _knowledge() -> str:
    """A short digest of all files of words and weights, so that no change to one goes unnamed."""
    files = sorted(path for kind in ("*.toml", "*.json") for path in HERE.rglob(kind))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


# The number is raised by hand when code changes a reading; the rest follows from the files.
METHOD = f"service-desk-2.{_knowledge()}"
GOOD_RATINGS, POOR_RATINGS = (4, 5), (1, 2)
# Below this the analyzer is not sure enough to call a rating into question.
SURE = 0.8


@dataclass(frozen=True)
class Understanding:
    """What was understood of a comment.

    Attributes:
        sentiment: of the whole.
        mentions: of themes, each with the label of the clause it stands in.
        redaction: the text that may be shown.
        urgent: kinds of danger it tells of, usually none.
        at_odds: whether rating and text contradict each other, for somebody to look at.
    """

    sentiment: Sentiment
    mentions: tuple[tuple[Mention, str], ...]
    redaction: Redaction
    urgent: tuple[str, ...]
    at_odds: bool


def understand(
    text: str,
    *,
    rating: int | None = None,
    question: str | None = None,
    names: Collection[str] = (),
    taxonomy: Taxonomy | None = None,
) -> Understanding:
    """Read a comment of any content.

    Args:
        text: as it was written.
        rating: that came with it, 1 to 5.
        question: the text of the question it answers.
        names: of people who may stand in it, as the enquiry tells them.
        taxonomy: the themes to look for; the founding ones unless given.
    """
    cut = text_of(text)
    analysis = analyse(cut, question)
    # In a language we cannot read, a word that looks like one of a theme's means something else.
    found = () if analysis.sentiment.label == UNREAD else mentions(cut, taxonomy or founding())
    return Understanding(
        sentiment=analysis.sentiment,
        mentions=tuple((one, analysis.mood_of_clause(one.clause)) for one in found),
        redaction=redact(text, names),
        urgent=urgent(cut),
        at_odds=_at_odds(analysis.sentiment, rating),
    )


def _at_odds(sentiment: Sentiment, rating: int | None) -> bool:
    if sentiment.confidence < SURE:
        return False
    return (sentiment.label == NEGATIVE and rating in GOOD_RATINGS) or (
        sentiment.label == POSITIVE and rating in POOR_RATINGS
    )
