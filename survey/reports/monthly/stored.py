"""A tally as it is stored, and back: plain JSON, without what is nought."""

from collections import Counter
from typing import Any

from survey.foundation.database import Document
from survey.reports.tally import Tally

# Counters whose keys are numbers, and those whose keys are a text and a number or a text.
_NUMBERS = ("ratings", "ease")
_PAIRS = {"recommendation": int, "chosen": str, "waited": int}


def as_stored(tally: Tally) -> Document:
    """The document of a tally."""
    return {name: _stored(name, value) for name, value in vars(tally).items() if value}


def from_stored(document: Document) -> Tally:
    """The tally of a document."""
    return Tally(**{name: _read(name, value) for name, value in document.items()})


def _stored(name: str, value: Any) -> Any:
    # JSON has texts for keys, and a pair is none; noughts of a counter are figures and stay.
    return [[*key, n] for key, n in value.items()] if name in _PAIRS else value


def _read(name: str, value: Any) -> Any:
    if name in _PAIRS:
        kind = _PAIRS[name]
        return Counter({(first, kind(second)): n for first, second, n in value})
    if name in _NUMBERS:
        return Counter({int(key): n for key, n in value.items()})
    return Counter(value) if isinstance(value, dict) else value
