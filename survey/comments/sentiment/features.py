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
    praise = blame = highest = lowest = turned_good = turned_bad = 0.0
    clauses: dict[int, float] = {}
    for first, _, weight in charges.charged:
        if weight > 0:
            praise += weight
            highest = max(highest, weight)
        else:
            blame -= weight
            lowest = min(lowest, weight)
        if charges.negated[first]:
            turned_good += max(weight, 0.0)
            turned_bad -= min(weight, 0.0)
        clause = words.clauses[plain.tokens[first]]
        clauses[clause] = clauses.get(clause, 0.0) + weight
    sums = {
        "balance": _bounded(praise - blame, 0.5),
        "praise": _bounded(praise, 0.3),
        "blame": _bounded(blame, 0.3),
        "both": _bounded(min(praise, blame), 0.3),
        "blame denied": _bounded(turned_good, 0.1),
        "praise denied": _bounded(turned_bad, 0.1),
        "highest": highest,
        "lowest": lowest,
        "first clause": _bounded(clauses[min(clauses)], 0.5) if clauses else 0.0,
        "last clause": _bounded(clauses[max(clauses)], 0.5) if clauses else 0.0,
        "length": log1p(len(plain.words)) / 4,
    }
    return (
        sums
        | {name: 1.0 for name, holds in _SIGNS.items() if holds(words, charges)}
        | ({f"asked {question}": 1.0} if question else {})
    )


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
