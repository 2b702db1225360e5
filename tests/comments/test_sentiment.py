"""What mood a comment is in: plain cases, any input, and the hand-labelled comments."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textblob import TextBlob
from textblob.en import sentiment as textblob_words

from survey.comments.sentiment.mood import Sentiment
from survey.comments.sentiment.plain import ANALYZER, LIKE, sentiment_of

DATA = Path(__file__).parents[3] / "shared" / "data"
LABELS = ("negative", "neutral", "positive")


def rows(name: str) -> list[dict[str, Any]]:
    file = DATA / name
    if not file.exists():
        pytest.skip(f"../shared/data/{name} is not here")
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Brilliant, thank you", "positive"),
        ("Very helpful and polite", "positive"),
        (":-)", "positive"),
        ("<b>Excellent</b>\x00service", "positive"),
        ("The person was rude.", "negative"),
        ("It isn't good", "negative"),
        ("It isn’t good", "negative"),
        ("IT ISN'T GOOD", "negative"),
        ("Not bad at all", "positive"),
        ("The lady was lovely but my pay is still wrong", "mixed"),
        ("My new address is 14 Larch Close", "neutral"),
        ("👍", "neutral"),
    ],
)
def test_a_comment_is_read_by_its_charged_words(text: str, label: str) -> None:
    assert sentiment_of(text).label == label


@pytest.mark.parametrize(
    "text",
    [
        *("", "  \n", ".", "-", "...", "?!", "\x00", "n/a", "N/A.", "NA", "none", "None.", "No"),
        *("no comment", "Nothing", "nothing to add.", "Nil"),
    ],
)
def test_nothing_to_score_is_kept_apart_from_neutral(text: str) -> None:
    assert sentiment_of(text) == Sentiment("none", None)


def test_the_words_that_decided_are_given() -> None:
    found = sentiment_of("It wasn't helpful.")
    assert found.assessments == (("not helpful", -0.25),)
    assert found.polarity == -0.25


def test_a_word_that_strengthens_is_no_opinion() -> None:
    assert sentiment_of("I have really written to you more than once").label == "neutral"


def test_textblob_uses_our_analyzer() -> None:
    assert TextBlob("Excellent", analyzer=ANALYZER).sentiment == sentiment_of("Excellent")


def test_textblobs_own_lexicon_is_left_as_it_was() -> None:
    sentiment_of("helpful")
    assert not {word for words in LIKE.values() for word in words} & set(textblob_words)


@given(st.text() | st.text(alphabet="n't!:()-. \x00<>ab\ud800’"))
def test_any_text_gets_a_label_and_a_polarity_that_agree(text: str) -> None:
    found = sentiment_of(text)
    assert found.label in (*LABELS, "mixed", "none")
    assert (found.polarity is None) == (found.label == "none")
    assert -1 <= (found.polarity or 0) <= 1
    assert (found.label != "positive") or (found.polarity or 0) > 0
    assert (found.label != "negative") or (found.polarity or 0) < 0
    assert bool(found.assessments) == (found.label in ("positive", "negative", "mixed"))


@pytest.mark.parametrize("piece", ["good ", "!", "a", "<", "n't", ":-) ", "\x00", "\n\n", "(!)"])
def test_of_a_megabyte_only_the_beginning_is_read(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert sentiment_of(text) == sentiment_of(text[:12_000])


def test_negation_turns_a_word_round_however_it_is_spelt() -> None:
    wrong = [
        row["text"]
        for row in rows("probes.jsonl")
        if (sentiment_of(row["text"]).label == "negative") != (row["expect"] == "negative")
    ]
    assert wrong == []


def test_the_mends_read_helpdesk_comments_better_than_textblob_alone() -> None:
    comments = rows("helpdesk_comments.jsonl")
    labelled = [str(row["sentiment"]) for row in comments]
    ours = [_of_three(sentiment_of(row["text"]).label) for row in comments]
    alone = [_by_sign(TextBlob(row["text"]).sentiment.polarity) for row in comments]
    assert _macro_f1(labelled, ours) > _macro_f1(labelled, alone)


def test_what_people_labelled_as_saying_nothing_is_not_scored() -> None:
    empty = [row["text"] for row in rows("helpdesk_comments.jsonl") if row["no_content"]]
    assert empty
    assert {sentiment_of(text).label for text in empty} == {"none"}


def _of_three(label: str) -> str:
    return label if label in LABELS else "neutral"


def _by_sign(polarity: float) -> str:
    return "positive" if polarity > 0 else "negative" if polarity < 0 else "neutral"


def _macro_f1(labelled: list[str], found: list[str]) -> float:
    """The mean over classes of 2 * hits / (labelled + found)."""
    hits = Counter(label for label, other in zip(labelled, found, strict=True) if label == other)
    sizes = Counter(labelled) + Counter(found)
    return sum(2 * hits[label] / sizes[label] for label in LABELS) / len(LABELS)
