"""Whether we can read a comment at all: it is English, or too short of words to be anything else.

What we cannot read is said to be unread. To call it neutral would hide what people told us, and to
score the odd word that looks English would be worse.
"""

import tomllib
from functools import cache
from pathlib import Path

from survey.comments.phrase_language import COMMON
from survey.comments.sentiment.features import WORD
from survey.comments.sentiment.lexicon import lexicon
from survey.comments.sentiment.linear import layer
from survey.comments.words import Words

FILE = Path(__file__).with_name("languages.toml")
# Beyond this begin letters of other scripts than Latin.
LAST_LATIN = "\u024f"
# English uses letters with marks in borrowed words and names; one such word decides nothing.
LEAST_FOREIGN = 2


def readable(words: Words) -> bool:
    """Whether a comment is in a language that the analyzers know."""
    if words.text.isascii() and not _marks().intersection(words.tokens):
        return True
    spoken = [token for token in words.tokens if token[0].isalpha()]
    if not spoken:
        return True
    other_script = sum(len(word) for word in spoken if word[0] > LAST_LATIN)
    if 2 * other_script > sum(map(len, spoken)):
        return False
    foreign = sum(1 for word in spoken if word in _marks() or _has_marks(word))
    english = sum(1 for word in spoken if word in _english())
    return foreign < min(LEAST_FOREIGN, len(spoken)) or foreign <= english


def _has_marks(word: str) -> bool:
    return not word.replace("'", "").isascii()


@cache
def _marks() -> frozenset[str]:
    """Words that tell of another language."""
    languages = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return frozenset(word for words in languages.values() for word in words) - _english()


@cache
def _english() -> frozenset[str]:
    """Words that tell of English: its commonest, those that carry a charge, and those learned."""
    learned = (name.removeprefix(WORD) for name in layer().weights if name.startswith(WORD))
    return COMMON.union(lexicon().words, lexicon().phrases.known, learned)
