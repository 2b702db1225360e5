"""Measures the analyzer beside plain TextBlob and VADER, and writes the tables of docs/comments.md.

    python -m training.evaluation DATA      (DATA: the folder of the development data)

All three read the same texts in the same run. Of what weights were learned from, nothing is scored
by those weights: `uci` is read by layers that never saw the sentence in question.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textblob import TextBlob
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from survey.comments.sentiment.analyzer import analyse
from survey.comments.sentiment.linear import Layer, layer_of
from survey.comments.sentiment.mood import NEGATIVE, NEUTRAL, POSITIVE
from survey.comments.text import text_of
from training import detecting
from training.corpus import Example, read_examples
from training.sentiment import LABELS, examples, learn

DOCUMENT = Path(__file__).parents[1] / "docs" / "comments.md"
UNSEEN = Path(__file__).with_name("unseen")
FOLDS = 4
DRAWS = 200
# What VADER's own documentation calls neutral.
VADER_NEUTRAL = 0.05

Labels = list[str]


@dataclass(frozen=True)
class Collection:
    """Labelled texts to measure on.

    Attributes:
        name: as the tables call it.
        about: what it is.
        examples: the texts.
        classes: those that its labels know.
        learned_from: whether the weights that ship were learned from it.
    """

    name: str
    about: str
    examples: list[Example]
    classes: tuple[str, ...] = tuple(LABELS)
    learned_from: bool = False


def collections(data: Path) -> list[Collection]:
    """All that is measured on."""
    files = {
        "helpdesk": ("made-up service-desk comments", data / "helpdesk_comments.jsonl"),
        "NHS": ("real comments, never trained on", data / "nhs_fft_v6.jsonl"),
        "our unseen": ("our own, never trained on nor looked at", UNSEEN / "service_desk.jsonl"),
        "our posts": ("our own short posts, never trained on", UNSEEN / "posts.jsonl"),
    }
    return [
        *(
            Collection(name, what, list(read_examples(path)))
            for name, (what, path) in files.items()
        ),
        Collection(
            "UCI",
            f"review sentences, {FOLDS}-fold",
            list(read_examples(data / "uci.jsonl")),
            (NEGATIVE, POSITIVE),
            learned_from=True,
        ),
    ]


def ours(one: Example, weights: Layer | None = None) -> str:
    """Our label, of three."""
    found = analyse(text_of(one.text), one.question, weights=weights).sentiment
    return found.label if found.label in (NEGATIVE, POSITIVE) else NEUTRAL


def textblobs(one: Example) -> str:
    """Plain TextBlob's."""
    return _by_sign(TextBlob(one.text).sentiment.polarity, 0.0)


def vaders(one: Example) -> str:
    """VADER's."""
    return _by_sign(_VADER.polarity_scores(one.text)["compound"], VADER_NEUTRAL)


def _by_sign(polarity: float, neutral: float) -> str:
    if abs(polarity) <= neutral:
        return NEUTRAL
    return POSITIVE if polarity > 0 else NEGATIVE


_VADER = SentimentIntensityAnalyzer()


def readings(collection: Collection, everything: Sequence[Example]) -> dict[str, Labels]:
    """What each of the three reads in the texts of a collection."""
    texts = collection.examples
    return {
        "TextBlob": [textblobs(one) for one in texts],
        "VADER": [vaders(one) for one in texts],
        "ours": _crosswise(texts, everything)
        if collection.learned_from
        else list(map(ours, texts)),
    }


def _crosswise(texts: Sequence[Example], everything: Sequence[Example]) -> Labels:
    """Our labels by layers that learned without the text in question."""
    found = [""] * len(texts)
    for fold in range(FOLDS):
        held = {one.text for one in texts[fold::FOLDS]}
        weights = layer_of(learn([one for one in everything if one.text not in held]))
        found[fold::FOLDS] = [ours(one, weights) for one in texts[fold::FOLDS]]
    return found


def macro_f1(labels: Labels, found: Labels, classes: Sequence[str]) -> float:
    """The mean over classes of 2 * hits / (labelled + found)."""
    hits = Counter(label for label, other in zip(labels, found, strict=True) if label == other)
    sizes = Counter(labels) + Counter(found)
    return sum(2 * hits[one] / max(sizes[one], 1) for one in classes) / len(classes)


def negative_recall(labels: Labels, found: Labels) -> float:
    """The share of negative comments that were found to be so."""
    of_negative = [other for label, other in zip(labels, found, strict=True) if label == NEGATIVE]
    return of_negative.count(NEGATIVE) / max(len(of_negative), 1)


def interval(labels: Labels, found: Labels, classes: Sequence[str]) -> tuple[float, float]:
    """The 95 % bootstrap interval of macro-F1: percentiles over draws with replacement."""
    chance = random.Random(7)
    pairs = list(zip(labels, found, strict=True))
    scores = []
    for _ in range(DRAWS):
        drawn = chance.choices(pairs, k=len(pairs))
        scores.append(macro_f1([one for one, _ in drawn], [two for _, two in drawn], classes))
    scores.sort()
    return scores[int(0.025 * DRAWS)], scores[int(0.975 * DRAWS) - 1]


def report(data: Path) -> str:
    """The tables of sentiment, as Markdown."""
    everything = examples(data)
    lines = [
        "| texts | n | reader | macro-F1 | 95 % | recall of negatives |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    confusions: list[str] = []
    for collection in collections(data):
        labels = [one.label for one in collection.examples]
        read = readings(collection, everything)
        lines += [_scores(collection, labels, reader, found) for reader, found in read.items()]
        confusions += _confusion(collection, labels, read["ours"])
    return "\n".join([*lines, "", *confusions])


def _scores(collection: Collection, labels: Labels, reader: str, found: Labels) -> str:
    low, high = interval(labels, found, collection.classes)
    score = macro_f1(labels, found, collection.classes)
    texts = f"{collection.name} ({collection.about}) | {len(labels)}"
    recall = negative_recall(labels, found)
    return f"| {texts} | {reader} | {score:.2f} | {low:.2f} to {high:.2f} | {recall:.2f} |"


def _confusion(collection: Collection, labels: Labels, found: Labels) -> list[str]:
    """Which labels we took for which."""
    pairs = Counter(zip(labels, found, strict=True))
    head = f"| {collection.name}: labelled, read as | {' | '.join(LABELS)} |"
    rows = (
        f"| {label} | {' | '.join(str(pairs[label, other]) for other in LABELS)} |"
        for label in collection.classes
    )
    return [head, "| --- " * (1 + len(LABELS)) + "|", *rows, ""]


def main() -> None:
    """Measure, and write the tables into the document."""
    data, text = Path(sys.argv[1]), DOCUMENT.read_text(encoding="utf-8")
    for name, measure in MEASURED.items():
        before, _, after = parts(text, name)
        text = before + measure(data) + after
    DOCUMENT.write_text(text, encoding="utf-8")


def parts(text: str, name: str) -> tuple[str, str, str]:
    """The document before a measured part, that part, and what comes after it."""
    begin, end = f"<!-- measured: {name} -->\n", f"<!-- end of {name} -->\n"
    before, rest = text.split(begin)
    measured, after = rest.split(end)
    return before + begin, measured, end + after


MEASURED: dict[str, Callable[[Path], str]] = {"sentiment": report, "detection": detecting.report}


if __name__ == "__main__":
    main()
