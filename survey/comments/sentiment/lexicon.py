"""What words weigh: service-desk language first, TextBlob's own lexicon for all other words.

`lexicon.toml` is kept by people. Where it says nothing, a word weighs what TextBlob's lexicon says,
a little less, since that was made from reviews of films and books.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from survey.comments.phrases import Phrases

FILE = Path(__file__).with_name("lexicon.toml")
GENERAL_COUNTS = 0.6
# Weaker words of the general lexicon ("new", "old") tell of no opinion.
LEAST = 0.1


@dataclass(frozen=True)
class Lexicon:
    """Weights from -1 (as bad as can be) to 1.

    Attributes:
        phrases: of service-desk language; the label of each is its weight.
        weights: by label.
        words: of the general lexicon, and signs such as emoji.
        negations: words that turn what follows round.
    """

    phrases: Phrases
    weights: dict[str, float]
    words: dict[str, float]
    negations: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The lexicon, loaded once: TextBlob's loads itself while other threads already read it."""
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    groups = {str(group["weight"]): group["phrases"] for group in content["groups"]}
    return Lexicon(
        phrases=Phrases(groups, content["lists"]),
        weights={label: float(label) for label in groups},
        words=_general() | content["signs"],
        negations=frozenset(content["negations"]),
    )


def _general() -> dict[str, float]:
    # Not before somebody reads a comment: TextBlob takes seconds to import.
    from textblob.en import Sentiment as Pattern  # noqa: PLC0415
    from textblob.en import sentiment as pattern  # noqa: PLC0415

    settings = ("path", "language", "negations", "modifiers", "modifier", "tokenizer")
    own = Pattern(**{name: getattr(pattern, name) for name in settings})
    own.load()
    weights = {word: _polarity(scores) * GENERAL_COUNTS for word, scores in dict.items(own)}
    return {word: weight for word, weight in weights.items() if abs(weight) > LEAST}


def _polarity(scores: Any) -> float:
    """TextBlob keeps (polarity, subjectivity, intensity), by part of speech; None is any."""
    return cast(float, (scores[None] if isinstance(scores, dict) else scores)[0])
