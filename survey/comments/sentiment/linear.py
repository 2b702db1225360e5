"""The linear layer: learned weights, scored in plain Python.

`weights.json` is made by `training/sentiment.py` and holds, for each feature, what it adds to the
score of negative and of positive, in hundredths; neutral scores nothing. The probabilities are a
softmax of the three scores.
"""

import json
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path
from typing import TypedDict

from survey.comments.sentiment.features import PAIR, WORD, Features

FILE = Path(__file__).with_name("weights.json")
UNIT = 100.0
# A learned word is told among those that fired from this weight on; where nothing else fired, from
# the lesser one.
TELLING, FAINTLY_TELLING = 0.9, 0.2


class Stored(TypedDict):
    """The content of the file, in hundredths."""

    bias: list[int]
    weights: dict[str, list[int]]


@dataclass(frozen=True)
class Layer:
    """Learned weights.

    Attributes:
        bias: (towards negative, towards positive) whatever the comment.
        weights: the same for each feature.
        telling: of the learned words that tell something, the words, and what they add to
            positive rather than to negative. What is no word (a number, a full stop) is left out:
            it would tell a reader nothing.
    """

    bias: tuple[float, float]
    weights: dict[str, tuple[float, float]]
    telling: dict[str, tuple[str, float]]

    def probabilities(self, features: Features) -> tuple[float, float, float]:
        """How likely a comment with these features is negative, neutral, positive."""
        weights = self.weights
        negative, positive = self.bias
        for name, value in features.items():
            weight = weights.get(name)
            if weight is not None:
                negative += weight[0] * value
                positive += weight[1] * value
        odds = (exp(min(negative, 50.0)), 1.0, exp(min(positive, 50.0)))
        total = sum(odds)
        return odds[0] / total, odds[1] / total, odds[2] / total


@cache
def layer() -> Layer:
    """The layer that ships."""
    return layer_of(json.loads(FILE.read_text(encoding="utf-8")))


def layer_of(stored: Stored) -> Layer:
    """The layer of a file's content."""
    negative, positive = stored["bias"]
    weights = {name: (low / UNIT, high / UNIT) for name, (low, high) in stored["weights"].items()}
    leaning = {name: high - low for name, (low, high) in weights.items()}
    return Layer(
        bias=(negative / UNIT, positive / UNIT),
        weights=weights,
        telling={
            name: (name[len(WORD) :], lean)
            for name, lean in leaning.items()
            if abs(lean) >= FAINTLY_TELLING
            and name.startswith((WORD, PAIR))
            and all(map(str.isalpha, name[len(WORD) :].split()))
        },
    )
