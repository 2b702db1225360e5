"""A comment cut up once for everything that reads it."""

from dataclasses import dataclass

from survey.comments.phrases import Plain, plain_of
from survey.comments.themes.taxonomy import founding
from survey.comments.words import Words, words_of


@dataclass(frozen=True, slots=True)
class Text:
    """The same comment as tokens with their places, and as the plain words that phrases know."""

    words: Words
    plain: Plain


def text_of(text: str) -> Text:
    """Cut a comment of any content."""
    words = words_of(text)
    return Text(words, plain_of(words, founding().slips))
