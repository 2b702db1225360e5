"""Analyses service-desk comments: words that weigh, and a small linear layer on top.

The charged words come from a lexicon that people keep, TextBlob's own behind it; how they add up,
with the other words and pairs, was learned (`training/`). Deterministic; holds no state but what is
loaded once, so threads share it.
"""

import re
from dataclasses import dataclass

from survey.comments.language import readable
from survey.comments.sentiment.charges import FAINT, Charges, charges
from survey.comments.sentiment.features import Features, features
from survey.comments.sentiment.lexicon import lexicon
from survey.comments.sentiment.linear import TELLING, Layer, layer
from survey.comments.sentiment.mood import (
    MIXED,
    NEGATIVE,
    NEUTRAL,
    NOTHING_SAID,
    POSITIVE,
    UNREAD,
    Sentiment,
)
from survey.comments.sentiment.questions import GOOD, IMPROVE, kind_of
from survey.comments.text import Plain, Text, text_of

MORE = (
    r"( (at all|else|really|to (add|say|report|note|declare)|further|more|(that )?i can think of|"
    r"comes to mind|springs to mind|at (this|the) (time|moment)|thanks|thank you|needed|required))*"
)
# What denies there is anything; and what answers nothing at all, or has no word.
DENIAL = re.compile(rf"(nil|none|no|nope|nothing){MORE}")
NOTHING = re.compile(
    r"|(not? (comments?|answer|opinion|idea|reply|response)|n ?/? ?a|not applicable|blank|x+|"
    rf"as above|dont know|do not know|na|see (above|previous)|same){MORE}"
)
# Longer comments say something.
MOST_OF_NOTHING = 12
# A comment is mixed when its lighter side weighs at least this much, and this share of the other.
LIGHTER_SIDE, SHARE = 0.25, 0.4
# A learned weight of this size is about as much as a charge of 1.
LOGIT = 4.0
# So many faint words are told where nothing else fired.
MOST_FAINT = 3


@dataclass(frozen=True, slots=True)
class Analysis:
    """A sentiment, and the charges it came from, which tell the mood of each clause."""

    sentiment: Sentiment
    text: Text
    charges: Charges | None = None

    def mood_of_clause(self, clause: int) -> str:
        """The label of one clause, from its charged words; of the whole, where it has none."""
        if self.charges is None:
            return self.sentiment.label
        clauses, tokens = self.text.words.clauses, self.text.plain.tokens
        weights = [w for first, _, w in self.charges.charged if clauses[tokens[first]] == clause]
        return _label_of(weights) if weights else self.sentiment.label


def analyse(
    text: Text,
    question: str | None = None,
    *,
    keep_assessments: bool = True,
    weights: Layer | None = None,
) -> Analysis:
    """The sentiment of a comment that is cut up already, of the whole and by clause.

    Args:
        text: the comment.
        question: that it answers.
        keep_assessments: whether to tell the words that fired.
        weights: other than those that ship, to measure what a training gave.
    """
    kind = kind_of(question)
    if _says_only(DENIAL, text):
        return Analysis(_of_nothing(kind), text)
    if _says_only(NOTHING, text):
        return Analysis(Sentiment(NOTHING_SAID, None), text)
    if not readable(text.words):
        return Analysis(Sentiment(UNREAD, None), text)
    weighed = charges(text.words, text.plain, lexicon(), kind)
    found = features(text.words, text.plain, weighed, kind)
    negative, neutral, positive = (weights or layer()).probabilities(found)
    confidence, label = max((negative, NEGATIVE), (neutral, NEUTRAL), (positive, POSITIVE))
    if label == NEUTRAL and _label_of([weight for _, _, weight in weighed.charged]) == MIXED:
        label = MIXED
    told = _assessments(text.plain, weighed, found) if keep_assessments else ()
    sentiment = Sentiment(label, round(positive - negative, 4), round(confidence, 4), told)
    return Analysis(sentiment, text, weighed)


def warm_up() -> None:
    """Load what is read from files, so that no first comment waits for it."""
    analyse(text_of("wärm"))


def _says_only(pattern: re.Pattern[str], text: Text) -> bool:
    """Whether the words of a comment are just these, with no sign beside them that weighs."""
    words = [word for word in text.plain.words if word[0].isalnum()]
    if len(words) > MOST_OF_NOTHING:
        return False
    if any(word in lexicon().words for word in text.plain.words if not word[0].isalnum()):
        return False
    return bool(pattern.fullmatch(" ".join(words)))


def _of_nothing(kind: str | None) -> Sentiment:
    """Nothing to improve is praise, and nothing good is blame, though neither with much force."""
    if kind == IMPROVE:
        return Sentiment(POSITIVE, FAINT, FAINT)
    if kind == GOOD:
        return Sentiment(NEGATIVE, -FAINT, FAINT)
    return Sentiment(NOTHING_SAID, None)


def _label_of(weights: list[float]) -> str:
    praise = sum(weight for weight in weights if weight > 0)
    blame = -sum(weight for weight in weights if weight < 0)
    lighter, heavier = sorted((praise, blame))
    if lighter >= LIGHTER_SIDE and lighter >= SHARE * heavier:
        return MIXED
    if heavier < LIGHTER_SIDE:
        return NEUTRAL
    return POSITIVE if praise > blame else NEGATIVE


def _assessments(plain: Plain, weighed: Charges, found: Features) -> tuple[tuple[str, float], ...]:
    """The charged words in order, then what the linear layer learned of the other words."""
    told = {
        " ".join(plain.words[first : last + 1]): round(weight, 2)
        for first, last, weight in weighed.charged
    }
    telling = layer().telling
    learned = [telling[name] for name in found if name in telling]
    strong = [(word, lean) for word, lean in learned if abs(lean) >= TELLING]
    if not told and not strong:
        # A reading that rests on faint words alone shows the few that weighed most.
        strong = sorted(learned, key=lambda one: -abs(one[1]))[:MOST_FAINT]
    for word, lean in strong:
        told.setdefault(word, round(lean / LOGIT, 2))
    return tuple(told.items())
