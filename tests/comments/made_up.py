"""Readers for tests: understanding that a test decides, whatever the real one makes of a text."""

from collections.abc import Callable

import pytest

from survey.comments import own_themes, reader
from survey.comments.redaction.span import Redaction, Span
from survey.comments.sentiment.mood import Sentiment
from survey.comments.themes.mention import Mention
from survey.comments.understanding import Understanding

Understand = Callable[..., Understanding]


def understood(
    label: str = "neutral",
    *,
    mentions: tuple[tuple[str, str], ...] = (),
    urgent: tuple[str, ...] = (),
    redacted: str = "",
    at_odds: bool = False,
) -> Understanding:
    """What was understood; `mentions` are themes, each with its sentiment."""
    return Understanding(
        Sentiment(label, 0.25, 0.5, (("word", 0.25),)),
        tuple(
            (Mention(theme, ("word",), number), sentiment)
            for number, (theme, sentiment) in enumerate(mentions)
        ),
        Redaction(redacted, (Span(0, 3, "NAME"),), ("health",)),
        urgent,
        at_odds,
    )


def read_as(monkeypatch: pytest.MonkeyPatch, understand: Understand, method: str = "test") -> None:
    """Have comments read by `understand(text, **more)`, under the name of a method."""
    monkeypatch.setattr(reader, "understand", understand)
    monkeypatch.setattr(own_themes, "METHOD", method)


def danger(text: str, **_: object) -> Understanding:
    """Finds danger in every text with the word."""
    return understood("negative", urgent=("danger",) if "danger" in text else ())
