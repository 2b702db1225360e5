"""What of a reading is stored, where, and what it was read with."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from survey.comments import reading
from survey.comments.model import MentionRow, Reading, UrgentNotice
from survey.comments.understanding import Understanding
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from survey.questionnaire.shipped import current
from tests.build import make_closure, make_invitation, make_response
from tests.comments.made_up import danger, read_as, understood

pytestmark = pytest.mark.usefixtures("partnership")
STEP = Step("read", reading.read_comments, reading.oldest_due)


def one_reading() -> Reading:
    return db.session.scalars(select(Reading)).one()


def test_all_that_quotes_the_comment_is_encrypted_and_the_rest_is_in_columns(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = understood(
        "mixed", mentions=(("speed", "negative"),), redacted="[NAME] was slow", at_odds=True
    )
    read_as(monkeypatch, lambda *_, **__: found)
    make_response(comment="Ada was slow")
    db.session.commit()
    run(STEP)
    row = one_reading()
    assert (row.sentiment, row.polarity, row.confidence) == ("mixed", 0.25, 0.5)
    assert (row.at_odds, row.urgent, row.failure, row.method) == (True, False, None, "test")
    assert row.told is not None
    assert json.loads(keys().decrypt(row.told)) == {
        "redacted": "[NAME] was slow",
        "spans": [[0, 3, "NAME"]],
        "hints": ["health"],
        "assessments": [["word", 0.25]],
        "mentions": [{"theme": "speed", "words": ["word"], "sentiment": "negative"}],
    }


def test_a_theme_in_several_clauses_is_one_mention_with_the_sentiment_of_all(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clauses = {
        "speed": ("positive", "negative"),
        "staff": ("neutral", "positive"),
        "policy": ("neutral", "neutral"),
        "phone": ("mixed", "positive"),
    }
    mentions = tuple((theme, label) for theme, labels in clauses.items() for label in labels)
    read_as(monkeypatch, lambda *_, **__: understood(mentions=mentions))
    make_response(comment="Well")
    db.session.commit()
    run(STEP)
    rows = db.session.execute(select(MentionRow.theme, MentionRow.sentiment)).all()
    assert sorted(tuple(row) for row in rows) == [
        ("phone", "mixed"),
        ("policy", "neutral"),
        ("speed", "mixed"),
        ("staff", "positive"),
    ]


def test_a_comment_is_read_with_what_the_enquiry_tells(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, Any]] = []

    def note(text: str, **more: Any) -> Understanding:
        given.append({"text": text, **more})
        return understood()

    read_as(monkeypatch, note)
    closure = make_closure(partner="HFRS", email="jo.smith-2nd@hants.example")
    make_response(make_invitation(closure), comment="Well", rating=2)
    db.session.commit()
    run(STEP)
    question = next(q for q in current().questions if q.key == "comment")
    assert (given[0]["text"], given[0]["rating"]) == ("Well", 2)
    assert given[0]["question"] == question.texts["en"].asks
    staff = {"Beatrix", "Oakhanger", "Gideon", "Marchwood"}
    assert set(given[0]["names"]) == {"smith"} | staff


def test_danger_makes_one_notice_in_the_same_transaction(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_as(monkeypatch, danger)
    urgent = make_response(comment="danger").id
    make_response(comment="Well")
    db.session.commit()
    next(reading.read_comments())
    db.session.rollback()
    assert db.session.scalars(select(UrgentNotice)).all() == []
    run(STEP)
    assert db.session.scalars(select(UrgentNotice.response_id)).all() == [urgent]
    flagged = select(Reading.response_id).where(Reading.urgent.is_(True))
    assert db.session.scalars(flagged).all() == [urgent]
