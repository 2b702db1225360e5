"""What people say, for boards: which themes are told, which comments are drawn, and who may ask."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import RAISE
from werkzeug.test import TestResponse

from survey.foundation.database import db
from survey.reports.blocks.voices.rule import (
    DRAWN,
    in_steps,
    people_to_draw_from,
    people_to_tell_mood,
)
from survey.reports.blocks.voices.schema import SealedCommentsAnswer, SealedThemesAnswer
from survey.reports.blocks.voices.told import Theme, Voices, said_in
from survey.reports.measures import share
from survey.reports.periods import parse
from tests.conftest import MakeKey, bearer
from tests.reports.blocks.given import give_many, seal_all
from tests.reports.blocks.saying import say

TEN = (5, 5, 4, 4, 4, 3, 3, 5, 4, 2)
PORTAL, TIME, STAFF = "portal_usability", "response_time", "staff_attitude"
Get = Callable[..., TestResponse]


@pytest.fixture
def get(client: FlaskClient, make_key: MakeKey, partnership: None) -> Get:
    """Asks as a board: `get("themes", "period=2026-Q1", partners=("OCC",))`."""

    def send(
        call: str, query: str = "", partners: tuple[str, ...] = (), **headers: str
    ) -> TestResponse:
        db.session.commit()
        secret = make_key("figures:read", partners=partners)
        return client.get(f"/api/v1/{call}?{query}", headers=bearer(secret) | headers)

    return send


def voices(period: str = "2026-Q1", partner: str = "OCC") -> Voices:
    (found,) = said_in(parse(period), None, partner)
    return found


def plant_themes() -> None:
    """Forty of OCC's people, 35 with comments, over three months."""
    for number in range(35):
        themes = {}
        if number < 31:
            themes[PORTAL] = ("negative", "mixed", "positive", "neutral")[number % 4]
        if number >= 20:
            themes[TIME] = "negative"
        if number < 9:
            themes[STAFF] = "positive"
        if 5 <= number < 12:
            themes["phone_access"] = "negative"
        say(
            f"comment {number}",
            themes,
            rating=(5, 4, 3, 5, 2)[number % 5],
            month=f"2026-0{1 + number // 12}",
            partner="OCC",
        )
    give_many((5, 4, 4, 3, 5), "2026-03", partner="OCC")


@pytest.mark.usefixtures("partnership")
def test_themes_are_told_of_ten_people_and_what_fewer_name_together(app: Flask) -> None:
    plant_themes()
    say("nothing", sentiment="none", partner="OCC")
    seal_all()
    told = voices()
    assert told.comments == 35
    # 16 of the 31 people, as 0, 1, 4, 5, ... 29: between 50 % and 60 %.
    assert told.themes == (
        Theme(PORTAL, "Portal and online forms", 31, share(31, 35), {"from": 0.5, "to": 0.6}),
        Theme(TIME, told.themes[1].name, 15, share(15, 35), None),
        Theme("other-themes", "Other themes", 12, share(12, 35), None),
    )


@pytest.mark.usefixtures("partnership")
def test_what_too_few_name_is_told_nowhere(app: Flask) -> None:
    for number in range(30):
        themes = {TIME: "negative"} if number < 9 else {STAFF: "positive"} if number < 18 else {}
        say("slow", themes, partner="OCC")
    # Ten comments, of nine people.
    say("slow again", {TIME: "negative"}, by="twice", partner="OCC", rating=5)
    say("and again", {TIME: "negative"}, by="twice", partner="OCC")
    for _ in range(12):
        say("slow", {TIME: "negative"}, partner="HC", rating=5)
        say("slow", {TIME: "negative"}, partner="HC", rating=3)
    seal_all()
    assert [theme.theme for theme in voices().themes] == [TIME]
    assert voices().themes[0].count == 11
    assert voices(partner="HC").comments is None
    assert voices(partner="HC").themes == ()


@pytest.mark.usefixtures("partnership")
def test_comments_are_drawn_from_twenty_people_one_of_each(app: Flask) -> None:
    for number, partner in product(range(19), ("OCC", "HC")):
        say(f"{number}", partner=partner, rating=3 + number % 3, by=f"{partner}{number}")
        say(f"{number} again", partner=partner, by=f"{partner}{number}")
    say("the twentieth", partner="OCC")
    for odd in ({"urgent": True}, {"hints": ("health",)}, {"sentiment": "unread"}):
        say("never", partner="OCC", **odd)
    give_many(TEN, partner="HC")
    seal_all()
    drawn = voices().drawn
    assert len(drawn) == len(set(drawn)) == DRAWN
    assert voices(partner="HC").drawn == ()
    assert set(drawn) <= {"the twentieth", *(f"{number} again" for number in range(19))}


def test_of_no_nine_people_one_is_known_to_be_critical_of_a_theme() -> None:
    """Whoever knows who named it: what is told fits at least so many who are not critical."""
    for minimum in (5, 10, 20):
        assert people_to_draw_from(minimum) - (minimum - 1) >= DRAWN
        for people in range(people_to_tell_mood(minimum), 100):
            told = [in_steps(critical, people) for critical in range(people + 1)]
            for critical, steps in enumerate(told):
                assert steps["from"] <= critical / people
                assert critical / people < steps["to"] or steps["to"] == 1
                assert people - told.index(steps) >= minimum - 1


def test_boards_get_what_was_sealed_and_nothing_of_who_wrote_it(get: Get) -> None:
    plant_themes()
    seal_all()
    themes, comments = (get(call, "period=2026-Q1&partner=OCC") for call in ("themes", "comments"))
    answer: Any = comments.json
    assert SealedThemesAnswer().load(themes.get_json(), unknown=RAISE)
    assert SealedCommentsAnswer().load(answer, unknown=RAISE)
    (row,) = answer["rows"]
    assert (answer["release"], answer["cohort"]) == ("sealed: for boards", "blocks")
    assert set(row) == {"partner", "quarter", "withheld", "comments"}
    assert tuple(row["comments"]) == voices().drawn
    for call, given in (("themes", themes), ("comments", comments)):
        again = get(call, "period=2026-Q1&partner=OCC", **{"If-None-Match": given.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert get("themes", partners=("OCC",)).status_code == 200
    empty: Any = get("themes", "period=2025", partners=("HC",)).json
    assert empty["rows"] == []


def test_boards_are_told_what_they_may_ask(get: Get) -> None:
    for call, (query, named) in product(
        ("themes", "comments"),
        (
            ("period=2026-05", "period=2026-Q2"),
            ("period=2026-02..2026-04", "period=2026-Q1..2026-Q2"),
            ("period=2026-Q5", "2026-Q3"),
            ("service=payroll", "period, partner"),
            ("period=2026&deliver=mail", "period, partner"),
            ("colour=red", "Parameters: period, partner."),
        ),
    ):
        answer = get(call, query)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), query
        assert named in answer.text, answer.text
    assert get("comments", "theme=portal_usability").status_code == 422
    hidden, unknown = (get("themes", f"partner={p}", partners=("OCC",)) for p in ("HCC", "XYZ"))
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.text.replace("HCC", "…") == unknown.text.replace("XYZ", "…")
