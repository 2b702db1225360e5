"""Side tables: what boards see by directorate, topic, channel, target and hours."""

from collections import defaultdict

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from survey.foundation.database import db
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.bands import band_of
from survey.reports.blocks.model import Block
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.query import Refused
from tests.reports.blocks.given import give, give_many, seal_all
from tests.reports.blocks.test_published import TEN, ask, ns
from tests.reports.conftest import Get

pytestmark = pytest.mark.usefixtures("partnership")
FIFTEEN = (5, 5, 4, 4, 4, 3, 3, 5, 4, 5, 4, 4, 3, 5, 5)


def test_rows_by_channel_are_what_may_be_told_apart_and_add_up_to_the_total(app: Flask) -> None:
    give_many(FIFTEEN * 2, channel="portal", partner="OCC")
    give_many(FIFTEEN, channel="e-mail", partner="OCC")
    give_many(TEN[:6], channel="online-form", partner="OCC")
    give_many(TEN[6:], channel="contact-centre", partner="OCC")
    give_many(TEN, service="hr", partner="OCC")
    seal_all()
    answer = ask(by="channel", partner="OCC")
    shown = {row["channel"]: row["n"] for row in answer["rows"]}
    # Of another service, hr, all came in by the same channel.
    told = {"contact-centre": 10, "e-mail": 15, "portal": 30, NOT_TOLD_APART: 10}
    assert shown == told | {"online-form": None}
    assert sum(told.values()) == answer["total"]["n"] == 65
    assert answer["rows"][-1]["channel"] == NOT_TOLD_APART
    portal = answer["rows"][3]
    assert portal["csat"]["value"] == round(24 / 30, 4)
    assert portal["satisfaction"]["value"] == round(25 * (sum(FIFTEEN) / 15 - 1), 2)
    assert portal["csat"]["low"] is not None
    unsaid = ("ratings", "sentiment", "resolved", "questions", "funnel", "response_rate")
    assert {portal[name] for name in unsaid} == {None}
    assert answer["total"] == ask(partner="OCC")["total"]
    narrowed = ask(by="channel", partner="OCC", service="hr")
    assert [(row["channel"], row["n"]) for row in narrowed["rows"]] == [("contact-centre", 10)]


def test_no_directorate_is_a_row_of_its_own_beside_those_not_told_apart(app: Flask) -> None:
    give_many(FIFTEEN, partner="OCC", directorate="children")
    give_many(FIFTEEN, partner="OCC")
    give_many(TEN[:5], partner="OCC", service="hr", directorate="children")
    give_many(TEN[5:], partner="OCC", service="hr")
    seal_all()
    rows = ask(by="directorate,quarter", partner="OCC")["rows"]
    assert [(row["directorate"], row["quarter"], row["n"]) for row in rows] == [
        ("children", "2026-Q1", 15),
        (None, "2026-Q1", 15),
        (NOT_TOLD_APART, "2026-Q1", 10),
    ]


def test_target_and_hours_go_by_the_words_that_insiders_use(app: Flask) -> None:
    give_many(FIFTEEN, hours_to_close=3.0)
    give_many(FIFTEEN, hours_to_close=90.0, within_target=False)
    seal_all()
    shown = {row["target"]: row["n"] for row in ask(by="target", see=["HCC"])["rows"]}
    assert shown == {"met": 15, "missed": 15}
    assert [row["hours"] for row in ask(by="hours", see=["HCC"])["rows"]] == [
        band_of(3.0),
        band_of(90.0),
    ]


def test_files_have_the_same_rows(app: Flask, get: Get) -> None:
    give_many(FIFTEEN, topic="=pay", partner="OCC")
    give_many(FIFTEEN, topic="leave", partner="OCC")
    give_many(TEN, partner="OCC", topic="tax", service="hr")
    seal_all()
    query = "period=2026-Q1&by=topic&partner=OCC"
    csv = get(f"{query}&format=csv", scope="figures:read").get_data(as_text=True).splitlines()
    assert [line.split(",")[:2] for line in csv] == [
        *(["topic", "n"], ["'=pay", "15"], ["leave", "15"], ["tax", "10"])
    ]
    for form in ("xlsx", "ods"):
        assert get(f"{query}&format={form}", scope="figures:read").status_code == 200


def test_sides_of_several_partners_are_added_up_where_there_are_three(app: Flask) -> None:
    for partner in ("HCC", "OCC", "HC"):
        give_many(FIFTEEN, partner=partner, topic="pay")
        if partner != "HC":
            give_many(FIFTEEN, partner=partner, topic="leave")
    seal_all()
    rows = {row["topic"]: row["n"] for row in ask(by="topic")["rows"]}
    assert rows == {"pay": 45, "leave": None, NOT_TOLD_APART: None}
    both = {(row["topic"], row["partner"]): row["n"] for row in ask(by="topic,partner")["rows"]}
    assert both["leave", "OCC"] == 15
    assert ("leave", "HC") not in both


def test_what_too_few_partners_have_is_not_told_apart_so_that_rows_add_up(app: Flask) -> None:
    for partner in ("HCC", "OCC", "HC"):
        give_many(FIFTEEN, partner=partner, topic="pay")
        give_many(TEN, partner=partner, service="hr", topic="leave" if partner != "HC" else "tax")
    seal_all()
    answer = ask(by="topic")
    rows = {row["topic"]: row["n"] for row in answer["rows"]}
    assert rows == {"pay": 45, "leave": None, "tax": None, NOT_TOLD_APART: 30}
    assert answer["total"]["n"] == 75


def test_directorates_are_asked_for_with_their_partner(app: Flask) -> None:
    give_many(TEN, partner="OCC", directorate="children")
    seal_all()
    with pytest.raises(Refused, match=r"nearest to what you ask: by=partner,directorate$"):
        ask(by="directorate")
    with pytest.raises(Refused, match=r"by=partner,directorate&service=payroll$"):
        ask(by="month,directorate", service="payroll")
    # A board of one partner need not name it.
    assert ns(ask(by="directorate", see=["OCC"])) == [10]
    rows = ask(by="partner,directorate")["rows"]
    assert [(row["partner"], row["directorate"], row["n"]) for row in rows] == [
        ("OCC", "children", 10)
    ]


def test_every_block_is_the_sum_of_its_parts_which_never_change(app: Flask) -> None:
    for number, channel in enumerate(("portal", "e-mail")):
        give_many(FIFTEEN * 2, channel=channel, within_target=number > 0)
        give_many(TEN, channel=channel, topic="pay", hours_to_close=40.0)
    give_many(TEN[:5], partner="OCC", service="hr", channel="portal")
    give_many(TEN[5:], partner="OCC", service="payroll")
    seal_all()
    parts = defaultdict(list)
    for part in db.session.scalars(select(BlockPart)):
        parts[part.block_id].append(part)
    for block in db.session.scalars(select(Block)):
        below = parts[block.id]
        assert sum(part.people for part in below) == block.people
        for rating, times in block.ratings.items():
            assert sum(part.ratings[rating] for part in below) == times
    assert sorted(map(len, parts.values())) == [1, 3]
    for change in ("UPDATE block_part SET people = 99", "DELETE FROM block_part"):
        with pytest.raises(DBAPIError, match="never changes"):
            db.session.execute(text(change))
        db.session.rollback()


def test_whoever_answers_often_is_one_person_of_a_part(app: Flask) -> None:
    give_many(FIFTEEN, channel="portal")
    for _ in range(15):
        give(4, channel="e-mail", by="one-alone")
    seal_all()
    assert {row["channel"]: row["n"] for row in ask(by="channel")["rows"]} == {
        **{"e-mail": None, "portal": None, NOT_TOLD_APART: None}
    }
