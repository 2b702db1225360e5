"""The charged words of a comment: which words weigh, and what a "not" before them does.

A negation ("not", "isnt", "never", "without") turns what follows round and weakens it, for some
words or up to the end of the clause, so that "not bad at all" is mild praise.
"""

from dataclasses import dataclass

from survey.comments.sentiment.lexicon import Lexicon
from survey.comments.sentiment.questions import IMPROVE
from survey.comments.text import Plain
from survey.comments.words import SIGNS, Words

REACH = 4
TURNED = -0.6
ANSWERS_NO = frozenset({"no", "nothing", "none", "nope", "nil", "not"})
FAINT = 0.4


@dataclass(frozen=True, slots=True)
class Charges:
    """What weighs in a comment.

    Attributes:
        charged: (first, last, weight): places in `Plain.words`, and the weight there, in order.
        negated: for each word, whether a negation reaches it, be it in a phrase with it or not.
    """

    charged: list[tuple[int, int, float]]
    negated: list[bool]


def charges(words: Words, plain: Plain, lexicon: Lexicon, question: str | None = None) -> Charges:
    """Weigh each word, phrases before single words, with the negations that reach it.

    `question` is the kind of question: where it asks what to improve, a "no" or "nothing" at the
    start answers that, and is faint praise instead of turning round what follows.
    """
    covered = _covered(plain, lexicon)
    charged: list[tuple[int, int, float]] = []
    negated: list[bool] = []
    if question == IMPROVE and plain.words and plain.words[0] in ANSWERS_NO:
        charged.append((0, 0, FAINT))
        negated.append(False)
    general, negations, tokens = lexicon.words, lexicon.negations, words.tokens
    reach = near = 0
    for at in range(len(negated), len(plain.words)):
        word = plain.words[at]
        # Apostrophes tell "I'll" from "ill", so the general lexicon sees the word as it stood.
        alone = (at, at, general.get(tokens[plain.tokens[at]], 0.0))
        first, last, weight = covered.get(at, alone)
        if word[0] in SIGNS and at not in covered:
            reach = near = 0
        negated.append(near > 0)
        if weight and first == at:
            charged.append((first, last, weight * TURNED if reach else weight))
        reach -= reach > 0
        near -= near > 0
        if word in negations:
            # A phrase that holds its own "not" ("no reply") has used it up.
            reach, near = (REACH if last == at else reach), REACH
    return Charges(charged, negated)


def _covered(plain: Plain, lexicon: Lexicon) -> dict[int, tuple[int, int, float]]:
    """For each word in a phrase the phrase; where several meet, the longest, then the heaviest."""
    weights = lexicon.weights
    places = [
        (found.first - found.last, -abs(weights[found.label]), found.first, found.last, found.label)
        for found in lexicon.phrases.find(plain)
    ]
    covered: dict[int, tuple[int, int, float]] = {}
    if not places:
        return covered
    position = {token: at for at, token in enumerate(plain.tokens)}
    for _, _, first_token, last_token, label in sorted(places):
        first, last = position[first_token], position[last_token]
        if not any(at in covered for at in range(first, last + 1)):
            phrase = (first, last, weights[label])
            covered.update((at, phrase) for at in range(first, last + 1))
    return covered
