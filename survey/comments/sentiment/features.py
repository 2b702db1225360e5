"""What the linear layer sees of a comment: a few sums of its charges, its words and word pairs.

The same function serves training and reading, so that the two cannot drift apart.
"""

from collections.abc import Callable
from math import log1p, sqrt

from survey.comments.sentiment.charges import Charges
from survey.comments.text import Plain
from survey.comments.words import TURNS, Words

Features = dict[str, float]
# Learned words begin so; everything else is a sum, always kept.
WORD, PAIR = "w:", "p:"


def features(words: Words, plain: Plain, charges: Charges, question: str | None) -> Features:
    """Features by name. `question` is the kind of question, as in `questions.py`."""
    return learned_words(plain, charges) | _sums(words, plain, charges, question)


def learned_words(plain: Plain, charges: Charges) -> Features:
    """Each word, marked where a negation reaches it, and each pair of neighbours."""
    found: Features = {}
    before = ""
    for word, negated in zip(plain.words, charges.negated, strict=True):
        shape = _shape(word)
        found[f"{WORD}not {shape}" if negated else WORD + shape] = 1.0
        if before:
            found[f"{PAIR}{before} {shape}"] = 1.0
        before = shape
    return found


def _shape(word: str) -> str:
    """A word as the layer knows it: any number, handle or link is like any other."""
    if word[0].isdigit():
        return "0"
    if word[0] == "@":
        return "@"
    return "http" if word.startswith("http") else word


def _sums(words: Words, plain: Plain, charges: Charges, question: str | None) -> Features:
    weights = [weight for _, _, weight in charges.charged]
    praise, blame = _sides(weights)
    blame_denied, praise_denied = _sides([w for at, _, w in charges.charged if charges.negated[at]])
    clauses = _by_clause(words, plain, charges)
    sums = {
        "balance": _bounded(praise - blame, 0.5),
        "praise": _bounded(praise, 0.3),
        "blame": _bounded(blame, 0.3),
        "both": _bounded(min(praise, blame), 0.3),
        "blame denied": _bounded(blame_denied, 0.1),
        "praise denied": _bounded(praise_denied, 0.1),
        "highest": max(weights, default=0.0),
        "lowest": min(weights, default=0.0),
        "first clause": _bounded(clauses[0], 0.5),
        "last clause": _bounded(clauses[-1], 0.5),
        "length": log1p(len(plain.words)) / 4,
    }
    signs = {name: 1.0 for name, holds in _SIGNS.items() if holds(words, charges)}
    return sums | signs | ({f"asked {question}": 1.0} if question else {})


def _sides(weights: list[float]) -> tuple[float, float]:
    """How much praise and how much blame, both positive."""
    praise = sum(weight for weight in weights if weight > 0)
    return praise, praise - sum(weights)


def _by_clause(words: Words, plain: Plain, charges: Charges) -> list[float]:
    """The sum of each clause that has a charge, in order; nothing charged is one clause of 0."""
    sums: dict[int, float] = {}
    for first, _, weight in charges.charged:
        clause = words.clauses[plain.tokens[first]]
        sums[clause] = sums.get(clause, 0.0) + weight
    return list(sums.values()) or [0.0]


_SIGNS: dict[str, Callable[[Words, Charges], bool]] = {
    "uncharged": lambda words, charges: not charges.charged,
    "short": lambda words, charges: len(words.tokens) < 5,
    "question": lambda words, charges: "?" in words.text,
    "ends in a question": lambda words, charges: words.tokens[-1:] == ["?"],
    "exclamation": lambda words, charges: "!" in words.text,
    "turn": lambda words, charges: not TURNS.isdisjoint(words.tokens),
    "number": lambda words, charges: any(token[0].isdigit() for token in words.tokens),
    "shouted": lambda words, charges: any(
        len(word) > 2 and word.isupper() for word in words.text.split()
    ),
}


def _bounded(value: float, softness: float) -> float:
    """Between -1 and 1, so that a long comment is no louder than a plain one."""
    return value / sqrt(value * value + softness)
