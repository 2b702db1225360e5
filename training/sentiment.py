"""Learns the linear layer of the sentiment analyzer and writes `weights.json`.

    python -m training.sentiment DATA      (DATA: the folder of the development data)

It learns from our own comments, `vader_amazon` (MIT) and `uci` (CC BY 4.0), and from nothing else:
what ships may only be trained on what its licence allows. Needs the extra `training`.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from survey.comments.sentiment.charges import charges
from survey.comments.sentiment.features import PAIR, WORD, Features, features
from survey.comments.sentiment.lexicon import lexicon
from survey.comments.sentiment.linear import FILE, UNIT, Stored
from survey.comments.sentiment.mood import NEGATIVE, NEUTRAL, POSITIVE
from survey.comments.sentiment.questions import GOOD, IMPROVE
from survey.comments.text import text_of
from training.corpus import Example, negations, own_examples, read_examples

LABELS = [NEGATIVE, NEUTRAL, POSITIVE]
# A comment of ours tells more of service desks than a review of a product does.
COUNTS = {"vader_amazon": 1.0, "uci": 1.5, "public_services": 2.0, "negations": 1.0}
OWN_COUNTS = 3.0
# Few comments are neutral, and macro-F1 asks for them as much as for the others.
NEUTRAL_COUNTS = 1.4
STRENGTH = 0.25
RAREST = 3
MOST_FEATURES = 3000


def examples(data: Path) -> list[Example]:
    """All that is learned from."""
    shared = [
        one for name in ("vader_amazon", "uci") for one in read_examples(data / f"{name}.jsonl")
    ]
    return own_examples() + negations() + shared


def features_of(example: Example) -> Features:
    """What the layer sees of an example."""
    text = text_of(example.text)
    kind = example.question if example.question in (IMPROVE, GOOD) else None
    return features(text.words, text.plain, charges(text.words, text.plain, lexicon(), kind), kind)


def learn(learned_from: Sequence[Example]) -> Stored:
    """Fit, keep the features that tell most, fit again with those: the content of the file."""
    seen = _frequent([features_of(one) for one in learned_from])
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(seen)
    labels = np.array([one.label for one in learned_from])
    counts = np.array([_counts(one) for one in learned_from])
    names = vectorizer.get_feature_names_out()
    first = _fit(matrix, labels, counts)
    kept = _telling(first.coef_, names)
    return _stored(_fit(matrix[:, kept], labels, counts), names[kept])


def _fit(matrix: Any, labels: Any, counts: Any) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, max_iter=2000, tol=1e-7)
    # So small a matrix is slower in several threads, which spin while they wait for one another.
    with threadpool_limits(1):
        return model.fit(matrix, labels, sample_weight=counts)


def _counts(example: Example) -> float:
    counts = COUNTS.get(example.source, OWN_COUNTS)
    return counts * NEUTRAL_COUNTS if example.label == NEUTRAL else counts


def _frequent(seen: list[Features]) -> list[Features]:
    """Drop the words and pairs that hardly ever occur: they would be learned by heart."""
    times = Counter(name for one in seen for name in one)
    return [
        {n: v for n, v in one.items() if times[n] >= RAREST or not _is_learned_word(n)}
        for one in seen
    ]


def _telling(weights: Any, names: Iterable[str]) -> Any:
    """The features with the greatest weights, in a fixed order, and all the sums."""
    spread = weights.max(axis=0) - weights.min(axis=0)
    always = np.array([not _is_learned_word(name) for name in names])
    order = np.argsort(-(spread + 1000 * always), kind="stable")
    return np.sort(order[:MOST_FEATURES])


def _is_learned_word(name: str) -> bool:
    return name.startswith((WORD, PAIR))


def _stored(model: LogisticRegression, names: Iterable[str]) -> Stored:
    """Weights in hundredths, against neutral, which the softmax does not mind."""
    rows = dict(zip(model.classes_, model.coef_, strict=True))
    bias = dict(zip(model.classes_, model.intercept_, strict=True))
    towards = [(rows[label] - rows[NEUTRAL]) * UNIT for label in (NEGATIVE, POSITIVE)]
    return {
        "bias": [
            round(float(bias[label] - bias[NEUTRAL]) * UNIT) for label in (NEGATIVE, POSITIVE)
        ],
        "weights": {
            str(name): [round(float(towards[0][at])), round(float(towards[1][at]))]
            for at, name in enumerate(names)
        },
    }


def main() -> None:
    """Learn anew and write the file."""
    content = learn(examples(Path(sys.argv[1])))
    lines = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("],", "],\n")
    FILE.write_text(lines + "\n", encoding="utf-8")
    print(f"{len(content['weights'])} weights, {FILE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
