"""What mood a comment is in, by plain words of English: TextBlob behind an analyzer of our own.

    TextBlob("It isn't helpful.", analyzer=ANALYZER).sentiment.label == "negative"

TextBlob's pattern lexicon scores the words; `.sentiment` needs none of the corpora TextBlob wants
for more. Three things are mended, since they cost most and take a line each: contractions hide
their "not" from it, words that helpdesks hear daily are not in it, and words that only strengthen
others count as praise in it. A text without charged words is `neutral`; one that says nothing at
all ("n/a") is `none`.
"""

import re
from functools import cache
from typing import Any, cast
from unicodedata import category

from textblob import TextBlob
from textblob.base import BaseSentimentAnalyzer
from textblob.en import Sentiment as Lexicon
from textblob.en import sentiment as pattern

from survey.comments.sentiment.mood import Sentiment

# Ten times the longest comment a form takes: what lies beyond would only cost time.
LONGEST = 12_000
# Weaker words ("new", "old") tell of no opinion.
CHARGED = 0.15
# A comment is mixed when its lighter side weighs at least this share of the heavier.
LIGHTER_SIDE = 0.5

# Words the lexicon lacks, by a word in it that is as good or as bad.
LIKE = {
    "supportive": ("helpful", "patient", "knowledgeable", "informative"),
    "useless": ("unhelpful", "unacceptable"),
    "courteous": ("polite",),
    "quick": ("prompt", "promptly", "efficient", "efficiently"),
    "thanks": ("thank", "sorted", "resolved"),
    "slow": ("delay", "delays", "delayed", "waiting", "waited"),
    "rude": ("ignored",),
    "complaint": ("complaints", "problem", "problems", "mistake", "mistakes", "error", "errors"),
    "disappointed": ("dissatisfied", "unsatisfied"),
    "wrong": ("incorrect", "incorrectly"),
}
# Words that say how much or in what order, not how good.
DEGREES = {"very", "really", "more", "most", "much", "many", "half", "first", "own", "full"}
NOTHING = re.compile(
    r"|n ?a|nil|none|no|nope|nothing( (else|to (add|say)))?|no comments?|not applicable"
)
CONTRACTION = re.compile(r"n['‘’ʼ´`]t\b", re.IGNORECASE)
MARKUP = re.compile(r"<[^<>\n]{1,200}>|\x00")
WORD = re.compile(r"[^\W_]+")


class PlainAnalyzer(BaseSentimentAnalyzer):  # type: ignore[misc]
    """Scores a text of any length and content, and never raises."""

    def analyze(self, text: str) -> Sentiment:
        """What TextBlob gives as `.sentiment`."""
        text = CONTRACTION.sub(" not", MARKUP.sub(" ", text[:LONGEST]))
        assessed = _lexicon()(text).assessments
        charged = tuple(
            (" ".join(words), weight)
            for words, weight, *_ in assessed
            if abs(weight) >= CHARGED and not DEGREES.issuperset(words)
        )
        if charged:
            return _weighed(charged)
        return Sentiment("none", None) if _says_nothing(text) else Sentiment("neutral", 0.0)


ANALYZER = PlainAnalyzer()


def sentiment_of(text: str) -> Sentiment:
    """The sentiment of a comment."""
    return cast(Sentiment, TextBlob(text, analyzer=ANALYZER).sentiment)


def _says_nothing(text: str) -> bool:
    pictures = any(category(sign) == "So" for sign in text)
    return not pictures and bool(NOTHING.fullmatch(" ".join(WORD.findall(text)).lower()))


def _weighed(charged: tuple[tuple[str, float], ...]) -> Sentiment:
    praise = sum(weight for _, weight in charged if weight > 0)
    blame = -sum(weight for _, weight in charged if weight < 0)
    if min(praise, blame) >= LIGHTER_SIDE * max(praise, blame):
        label = "mixed"
    else:
        label = "positive" if praise > blame else "negative"
    return Sentiment(label, (praise - blame) / len(charged), assessments=charged)


@cache
def _lexicon() -> Any:
    # TextBlob's own loads at first use, while other threads read it. This one is whole before
    # anybody sees it.
    settings = ("path", "language", "negations", "modifiers", "modifier", "tokenizer")
    lexicon = Lexicon(**{name: getattr(pattern, name) for name in settings})
    lexicon.load()
    lexicon.update({word: lexicon[known] for known, words in LIKE.items() for word in words})
    return lexicon
