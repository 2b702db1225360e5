"""Comments in a fair draw: which may be in it, what is shown of them, and what never is."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import RAISE

from survey.foundation.database import db
from survey.reports.periods import parse
from survey.reports.query import ANSWERED, FiguresQuery
from survey.reports.said.comments import comments
from survey.reports.said.query import CommentsQuery
from survey.reports.said.schema import CommentsAnswer
from tests.reports.conftest import BASE
from tests.reports.remarks import SAYING, THEMES, Remark, plant, remarks

pytestmark = pytest.mark.usefixtures("small_base")

on_a_database = settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def ask(
    period: str = "2026-Q2",
    visible: frozenset[str] | None = None,
    filters: dict[str, str] | None = None,
    **more: Any,
) -> Any:
    about = FiguresQuery(parse(period), cohort=ANSWERED, filters=filters or {})
    return comments(CommentsQuery(about, **more), visible)


def numbered(said: list[Remark]) -> list[Remark]:
    """The same, each with a text of its own, so that it is known again."""
    return [
        Remark(**vars(each) | {"redacted": f"number {number}"}) for number, each in enumerate(said)
    ]


questions = st.fixed_dictionaries(
    {},
    optional={
        "theme": st.sampled_from(THEMES),
        "sentiment": st.sampled_from(["negative", "positive", "none"]),
        "at_odds": st.booleans(),
        "filters": st.sampled_from([{"partner": "OCC"}, {"service": "hr"}, {}]),
    },
)


def asked_for(remark: Remark, question: dict[str, Any]) -> bool:
    sentiments = [question["sentiment"]] if "sentiment" in question else SAYING
    return (
        remark.drawable
        and remark.month >= "2026-04"
        and remark.sentiment in sentiments
        and ("theme" not in question or question["theme"] in dict(remark.themes))
        and question.get("at_odds", remark.at_odds) == remark.at_odds
        and all(getattr(remark, k) == v for k, v in question.get("filters", {}).items())
    )


@on_a_database
@given(st.lists(remarks, max_size=30), questions, st.integers(1, 8))
def test_a_draw_is_of_those_asked_for_in_their_mix_of_ratings(
    said: list[Remark], question: dict[str, Any], size: int
) -> None:
    said = numbered(said)
    plant(said)
    answer, again = (ask(size=size, **question) for _ in range(2))
    db.session.rollback()
    among = {each.redacted: each for each in said if asked_for(each, question)}
    assert again["comments"] == answer["comments"]
    if len(among) < BASE:
        assert (answer["withheld"], answer["n"], answer["drawn"]) == ("disclosure", None, None)
        assert answer["comments"] == []
        return
    drawn = [among[found["comment"]] for found in answer["comments"]]
    assert (answer["n"], answer["drawn"]) == (len(among), len(drawn))
    assert len(drawn) == min(size, len(among))
    of_all = Counter(each.rating for each in among.values())
    of_drawn = Counter(each.rating for each in drawn)
    for rating, count in of_all.items():
        assert abs(of_drawn[rating] - len(drawn) * count / len(among)) < 1
    assert CommentsAnswer().load(answer, unknown=RAISE)


@on_a_database
@given(st.lists(remarks, max_size=15))
def test_a_caller_gets_what_there_would_be_without_the_partners_it_may_not_see(
    said: list[Remark],
) -> None:
    plant(said)
    narrowed = ask(visible=frozenset({"OCC"}))
    filtered = ask(filters={"partner": "OCC"})
    db.session.rollback()
    assert narrowed["fingerprint"] == filtered["fingerprint"]
    assert {found["partner"] for found in narrowed["comments"]} <= {"OCC"}


def test_a_comment_is_shown_with_all_that_was_understood_of_it() -> None:
    themes = (("portal_usability", "negative"), ("staff_attitude", "positive"))
    plant([Remark(rating=5, at_odds=True, themes=themes)] * BASE)
    found = ask()["comments"][0]
    assert found == {
        "comment": "The portal is slow, ring [NAME] on [PHONE].",
        "rating": 5,
        "sentiment": "negative",
        "confidence": 0.75,
        "at_odds": True,
        "themes": [
            {"theme": "portal_usability", "words": ["portal"], "sentiment": "negative"},
            {"theme": "staff_attitude", "words": ["portal"], "sentiment": "positive"},
        ],
        "fired": [{"words": "slow", "weight": -0.5}],
        "hints": [],
        "month": "2026-05",
        "language": "en",
        "method": "test-current",
        "partner": "HCC",
        "service": "payroll",
    }


def test_words_that_were_struck_out_are_not_shown_as_words_that_fired() -> None:
    remark = Remark(
        text="Grace was slow, grace.hope@example.org",
        redacted="[NAME] was slow, [EMAIL]",
        themes=(("staff_attitude", "negative"),),
        assessments=(("grace", 0.5), ("slow", -0.5), ("grace slow", 0.1)),
        words=("Grace", "slow"),
    )
    plant([remark] * BASE)
    answer = ask()
    assert "grace" not in str(answer["comments"]).lower()
    assert answer["comments"][0]["themes"][0]["words"] == ["slow"]


def test_words_that_fired_are_known_again_in_whatever_spelling_they_stand() -> None:
    fired = ("isnt", "received", "isnt helpful", "isnt received", "\N{POUTING FACE}")
    remark = Remark(
        redacted="This isn\u2019t helpful \N{POUTING FACE} [NAME], not yet recieved!",
        assessments=tuple((words, -0.5) for words in (*fired, "name", "kind")),
    )
    plant([remark] * BASE)
    shown = [each["words"] for each in ask()["comments"][0]["fired"]]
    assert shown == list(fired)


def test_comments_with_urgent_words_or_without_a_text_are_neither_shown_nor_counted() -> None:
    plant([Remark()] * BASE + [Remark(urgent=True, redacted="urgent"), Remark(told=False)])
    answer = ask(size=100)
    assert (answer["n"], answer["drawn"]) == (BASE, BASE)
    assert "urgent" not in str(answer["comments"])


def test_held_superseded_and_old_readings_are_not_drawn() -> None:
    out = (Remark(held=True), Remark(superseded=True), Remark(edition="old"))
    plant([*out, Remark(edition="next"), Remark(sentiment=None), *[Remark()] * BASE])
    assert ask(size=100)["n"] == BASE


def test_more_comments_do_not_reshuffle_those_there_are() -> None:
    plant(numbered([Remark()] * 20))
    before = [found["comment"] for found in ask(size=100)["comments"]]
    plant([Remark(redacted="new")] * 20)
    after = [found["comment"] for found in ask(size=100)["comments"]]
    assert [each for each in after if each != "new"] == before
    assert before != sorted(before)


def test_under_the_minimum_base_a_question_looks_as_if_there_were_nothing() -> None:
    few = ask(theme="portal_usability")
    plant([Remark(themes=(("portal_usability", "negative"),))] * (BASE - 1) + [Remark()] * BASE)
    assert ask(theme="portal_usability")["fingerprint"] == few["fingerprint"]
    assert ask()["n"] == 2 * BASE - 1


def test_those_that_say_nothing_or_cannot_be_read_come_only_when_asked_for() -> None:
    plant([Remark(sentiment="none")] * BASE + [Remark(sentiment="unread")] * BASE)
    assert ask()["withheld"] == "disclosure"
    assert ask(sentiment="none")["n"] == ask(sentiment="unread")["n"] == BASE
