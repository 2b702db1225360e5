"""What mood a comment is in: plain cases, any input, threads, and the hand-labelled comments."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textblob import TextBlob
from textblob.en import sentiment as textblob_words

from survey.comments.sentiment.analyzer import analyse
from survey.comments.sentiment.behind_textblob import ServiceDeskAnalyzer
from survey.comments.sentiment.linear import FILE as WEIGHTS
from survey.comments.sentiment.mood import SENTIMENTS, Sentiment
from survey.comments.text import text_of

DATA = Path(__file__).parents[3] / "shared" / "data"


def sentiment_of(text: str, question: str | None = None) -> Sentiment:
    return analyse(text_of(text), question).sentiment


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
        ("Can't fault them", "positive"),
        ("Resolved first time", "positive"),
        ("Nothing was too much trouble", "positive"),
        ("No complaints at all", "positive"),
        ("Sorted within the hour 👍", "positive"),
        ("<b>Excellent</b>\x00service", "positive"),
        ("Better than it used to be", "positive"),
        ("Not bad at all", "positive"),
        ("Nobody ever called me back", "negative"),
        ("Still not been paid", "negative"),
        ("Passed from pillar to post", "negative"),
        ("It took six weeks", "negative"),
        ("Had to chase five times for a reply", "negative"),
        ("Unhelpful", "negative"),
        ("This isn't good", "negative"),
        ("This isn’t good", "negative"),
        ("THIS ISN'T GOOD", "negative"),
        ("The person was rude.", "negative"),
        ("I recieved no responce 😡", "negative"),
        ("Thanks for nothing", "negative"),
        ("My query was about an outstanding invoice.", "neutral"),
        ("My new address is 14 Larch Close", "neutral"),
        ("Lovely staff, but the portal is useless", "mixed"),
    ],
)
def test_a_comment_is_read_as_people_mean_it(text: str, label: str) -> None:
    assert sentiment_of(text).label == label


@pytest.mark.parametrize(
    "text",
    [
        *("", "  \n", ".", "-", "...", "?!", "\x00", "n/a", "N/A.", "NA", "none", "None.", "No"),
        *("no comment", "Nothing", "nothing to add.", "Nil", "No comment at this time", "- - -"),
    ],
)
def test_nothing_to_score_is_kept_apart_from_neutral(text: str) -> None:
    assert sentiment_of(text) == Sentiment("none", None)


@pytest.mark.parametrize(
    ("text", "question", "label"),
    [
        ("Nothing", "What could we have done better?", "positive"),
        ("Nothing really.", "What should we improve?", "positive"),
        ("n/a", "What should we improve?", "none"),
        ("No comment", "What should we improve?", "none"),
        ("Nothing", "What was good about our service?", "negative"),
        ("Nothing", "Why did you give this answer?", "none"),
        ("Nothing", "What should we know, or what could have been better?", "none"),
    ],
)
def test_what_nothing_means_depends_on_the_question(text: str, question: str, label: str) -> None:
    assert sentiment_of(text, question).label == label


@pytest.mark.parametrize(
    "text",
    [
        "Gwasanaeth da iawn, diolch",
        "Bardzo dobra obsługa, dziękuję",
        "Nu am primit nici un răspuns, foarte rău",
        "Je n'ai toujours pas reçu de réponse",
        "शुक्रिया, बहुत अच्छा",
        "شكرا جزيلا على المساعدة",
        "Ничего не работает",
    ],
)
def test_a_language_we_cannot_read_is_said_to_be_unread(text: str) -> None:
    assert sentiment_of(text) == Sentiment("unread", None)


@pytest.mark.parametrize(
    "text",
    ["The café's résumé form is useless", "Diolch! Very helpful", "£40 short again", "Zoë OK"],
)
def test_a_foreign_word_in_english_leaves_it_english(text: str) -> None:
    assert sentiment_of(text).label != "unread"


def test_textblob_reads_with_our_analyzer_and_tells_the_words_on_request() -> None:
    blob = TextBlob("It wasn't helpful, and still not paid.", analyzer=ServiceDeskAnalyzer())
    assert blob.sentiment.assessments == ()
    told = dict(blob.sentiment_assessments.assessments)
    assert told["helpful"] < 0
    assert told["still not"] < 0
    assert blob.sentiment.label == blob.sentiment_assessments.label == "negative"


def test_the_question_can_be_given_to_textblobs_analyzer() -> None:
    asked = ServiceDeskAnalyzer("What could be better?")
    assert TextBlob("Nothing", analyzer=asked).sentiment.label == "positive"


def test_textblobs_own_lexicon_is_left_as_it_was() -> None:
    sentiment_of("helpful")
    assert "unhelpful" not in textblob_words
    assert TextBlob("outstanding invoice").sentiment.polarity == 0.5


def test_the_mood_of_a_clause_is_its_own() -> None:
    text = text_of("lovely staff, useless portal")
    analysis = analyse(text)
    assert [analysis.mood_of_clause(clause) for clause in (0, 1)] == ["positive", "negative"]


def test_threads_read_the_same() -> None:
    text = "Lovely staff but nobody ever called me back"
    expected = sentiment_of(text)
    found: list[Sentiment] = []
    threads = [
        threading.Thread(target=lambda: found.extend(sentiment_of(text) for _ in range(50)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 400


@given(st.text() | st.text(alphabet="n't!:()-. \x00<>ab\ud800’😡न"))
def test_any_text_gets_a_label_and_a_polarity_that_agree(text: str) -> None:
    found = sentiment_of(text)
    assert found.label in SENTIMENTS
    assert (found.polarity is None) == (found.label in ("none", "unread"))
    assert -1 <= (found.polarity or 0) <= 1
    assert 0 <= found.confidence <= 1
    assert (found.label != "positive") or (found.polarity or 0) > 0
    assert (found.label != "negative") or (found.polarity or 0) < 0


@given(st.text(alphabet="can't wasn't good bad helpful isn't .,"))
def test_the_kind_of_apostrophe_changes_nothing(text: str) -> None:
    assert sentiment_of(text) == sentiment_of(text.replace("'", "’"))


@pytest.mark.parametrize(
    "piece", ["good ", "!", "a", "<", "n't", ":-) ", "\x00", "\n\n", "😡", "ש"]
)
def test_of_a_megabyte_only_the_beginning_is_read(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert sentiment_of(text) == sentiment_of(text[:12_000])


def test_negation_turns_a_word_round_however_it_is_spelt() -> None:
    wrong = [
        row["text"]
        for row in rows("probes.jsonl")
        for text in (row["text"], row["text"].replace("'", "’"))
        if (sentiment_of(text).label == "negative") != (row["expect"] == "negative")
    ]
    assert wrong == []


def test_what_people_labelled_as_saying_nothing_is_not_scored() -> None:
    empty = [row["text"] for row in rows("helpdesk_comments.jsonl") if row["no_content"]]
    assert empty
    assert {sentiment_of(text).label for text in empty} == {"none"}


def test_the_weights_stay_small_enough_to_be_read() -> None:
    assert WEIGHTS.stat().st_size <= 100_000


def test_signs_alone_say_nothing_however_many_there_are() -> None:
    assert {sentiment_of(text).label for text in ("?", "?!.,;" * 10, "?! " * 20_000)} == {"none"}
