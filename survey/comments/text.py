"""A comment cut up once for everything that reads it, and its words made plain for comparing.

Plain words have no apostrophes and no hyphens, and common slips ("chace") are put right: those of
`slips.toml`, which people keep.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from survey.comments.words import Words, words_of

FILE = Path(__file__).with_name("slips.toml")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text's words as phrases compare them, and which token each was."""

    words: list[str]
    tokens: list[int]


@dataclass(frozen=True, slots=True)
class Text:
    """The same comment as tokens with their places, and as plain words."""

    words: Words
    plain: Plain


def text_of(text: str) -> Text:
    """Cut a comment of any content."""
    words = words_of(text)
    return Text(words, plain_of(words))


def plain_of(words: Words) -> Plain:
    """Make the words of a comment plain."""
    slips = _slips()
    plain: list[str] = []
    tokens: list[int] = []
    for token, word in enumerate(words.tokens):
        if word == "-":
            continue
        bare = word.replace("'", "") if "'" in word else word
        plain.append(slips.get(bare, bare))
        tokens.append(token)
    return Plain(plain, tokens)


@cache
def _slips() -> dict[str, str]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
