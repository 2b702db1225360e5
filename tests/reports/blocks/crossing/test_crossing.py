"""Quarters told by one side: what is told of them, and of which it is nothing."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count, product
from random import Random
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from marshmallow import RAISE
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.blocks.crossing import rule
from survey.reports.blocks.crossing.model import Crossing
from survey.reports.blocks.crossing.rows import in_rows, side_in_turn
from survey.reports.blocks.dividing import Given, Value
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.restated_model import RestatedPart
from survey.reports.intervals import wilson
from survey.reports.schema import FiguresAnswer
from survey.reports.verifying.commands import verify
from survey.responses.model import Response
from tests.build import make_response
from tests.reports.blocks.given import give, give_many, seal_all, unprotect
from tests.reports.blocks.test_published import TEN, ask
from tests.reports.blocks.test_sealing import settle

pytestmark = pytest.mark.usefixtures("partnership")
MONTHS = ("2026-01", "2026-02", "2026-03")
MANY = (("adults", 60), ("children", 45), ("resources", 12), (None, 40))


def plant(
    months: tuple[str, str, str] = MONTHS,
    *,
    side: str = "directorate",
    partner: str = "OCC",
    directorates: Sequence[tuple[str | None, int]] = MANY,
) -> Counter[tuple[str | None, bool]]:
    """Answers by directorate and whether they are a 4 or 5; of the second, many are unhappy."""
    random, given = Random(1), Counter[tuple[str | None, bool]]()
    settle(sides=[side])
    for place, (directorate, many) in enumerate(directorates):
        unhappy = 30 if place == 1 else 8
        for number in range(many):
            (rating,) = random.choices((1, 2, 3, 4, 5), (unhappy, unhappy, unhappy, 40, 30))
            service, month = ("payroll", "hr", "schools")[number % 3], months[number // 3 % 3]
            about: dict[str, Any] = {"partner": partner, "service": service}
            give(rating, month, directorate=directorate, **about)
            given[directorate, rating > 3] += 1
    return given


def shown(**question: Any) -> dict[str | None, tuple[int | None, float | None]]:
    """`n` and `csat` by directorate."""
    by = question.pop("by", "directorate")
    rows = ask(by=by, partner="OCC", **question)["rows"]
    return {row["directorate"]: (row["n"], row["csat"] and row["csat"]["value"]) for row in rows}


def test_a_quarter_is_told_by_the_side_whose_turn_it_is_and_adds_up(app: Flask) -> None:
    given = plant()
    assert len(seal_all()) > 6
    told = {
        directorate: (sum(given[directorate, yes] for yes in (True, False)), many)
        for directorate, many in MANY
    }
    share = {
        directorate: (n, round(given[directorate, True] / n, 4))
        for directorate, (n, _) in told.items()
        if directorate != "resources"
    }
    # Twelve are too few, so they are told with the smallest of the others: those of no directorate.
    rest = given["resources", True] + given[None, True]
    assert shown() == {
        "adults": share["adults"],
        "children": share["children"],
        "resources": (None, None),
        None: (None, None),
        NOT_TOLD_APART: (52, round(rest / 52, 4)),
    }
    answer = ask(by="directorate", partner="OCC")
    assert FiguresAnswer().load(answer, unknown=RAISE)
    adults = answer["rows"][0]
    assert adults["csat"]["low"] == round(wilson(given["adults", True], 60)[0], 4)
    assert adults["satisfaction"] is None
    assert sum(row["n"] or 0 for row in answer["rows"]) == answer["total"]["n"] == 157
    assert shown(by="quarter,directorate") == shown()
    assert answer["whole_quarters"] == ["2026-Q1"]
    assert ask(by="target", partner="OCC")["whole_quarters"] == []
    assert ask(by="month,directorate", partner="OCC")["whole_quarters"] == []
    assert ask(by="directorate", partner="HFRS")["whole_quarters"] == []


def test_each_board_sees_its_own_quarters_and_several_add_up(app: Flask) -> None:
    plant()
    plant(partner="HFRS", directorates=(("operations", 60), ("support", 45), (None, 40)))
    seal_all()
    mine = ask(by="directorate", see=["OCC"])
    assert [row["n"] for row in mine["rows"]] == [60, 45, None, None, 52]
    both = ask(by="partner,directorate")
    theirs = [row for row in both["rows"] if row["partner"] == "HFRS"]
    assert [(row["directorate"], row["n"]) for row in theirs] == [
        *(("operations", 60), ("support", 45), (None, 40))
    ]
    assert sum(row["n"] or 0 for row in both["rows"]) == 157 + 145


def test_intervals_know_who_answered_in_several_blocks(app: Flask) -> None:
    settle(sides=["directorate"])
    for month, number in product(MONTHS, range(36)):
        about: dict[str, Any] = {
            "partner": "OCC",
            "service": ("payroll", "hr", "schools")[number // 12],
        }
        give((5, 3, 2, 4, 5, 4)[number % 6], month, directorate="adults", **about)
        often = f"often-{number}" if number % 4 == 0 else None
        give((1, 2, 5, 4, 5, 3)[number % 6], month, by=often, directorate="children", **about)
    seal_all()
    adults, children = ask(by="directorate", see=["OCC"])["rows"]
    assert (adults["n"], children["n"], adults["satisfaction"]) == (108, 108, None)
    assert adults["csat"]["low"] == round(wilson(72, 108)[0], 4)
    # Of 108 answers nine people gave three each.
    effect = (81 + 9 * 9) / 108
    assert children["csat"]["low"] == round(wilson(54 / effect, 108 / effect)[0], 4)


def test_where_parts_tell_half_of_it_they_do(app: Flask) -> None:
    settle(sides=["directorate"])
    for service in ("hr", "schools"):
        for directorate in ("adults", "children"):
            give_many(TEN * 3, partner="OCC", service=service, directorate=directorate)
    give_many((*TEN, 1, 4), "2026-02", partner="OCC", directorate="adults")
    give_many((*TEN, 1, 4), "2026-02", partner="OCC", directorate="children")
    seal_all()
    assert not db.session.scalars(select(Crossing)).all()
    assert {name: n for name, (n, _) in shown().items()} == {
        **{"adults": 60, "children": 60},
        NOT_TOLD_APART: 24,
    }


def test_there_are_eight_rows_at_most() -> None:
    def answers(*sizes: int) -> list[Given]:
        return [
            Given(next(people), 4, number, None, "portal", True, 3)
            for number, size in enumerate(sizes)
            for _ in range(size)
        ]

    def rows(*sizes: int) -> tuple[list[Value], list[int]]:
        found = in_rows([answers(*sizes)], "directorate")
        return [*found.values], [len(row) for row in found.rows]

    people = count(1)
    assert rows(*range(38, 30, -1)) == ([*range(8)], [*range(38, 30, -1)])
    assert rows(*range(39, 30, -1)) == ([*range(7)], [*range(39, 32, -1), 32 + 31])
    assert rows(50, 40, 20, 9) == ([0], [50, 69])
    assert rows(50, 40, 20, 10) == ([0, 1], [50, 40, 30])
    for few in ((29, 29), (29, 2), (40,)):
        assert not in_rows([answers(*few)], "directorate").could_be_told(10)


def test_by_month_by_service_and_by_other_sides_parts_tell_what_they_can(app: Flask) -> None:
    given = plant()
    give_many(TEN, "2026-04", partner="OCC", directorate="children")
    seal_all()
    for question in (
        {"by": "directorate,month"},
        {"by": "directorate,service"},
        {"service": "payroll"},
        {"period": "2026-01..2026-02"},
    ):
        told = shown(**question)
        assert told.pop(NOT_TOLD_APART)[0]
        assert {n for n, _ in told.values()} == {None}, question
    # Of whole quarters all, of months beside them what parts tell.
    children = (55, round((given["children", True] + 7) / 55, 4))
    assert shown(period="2025-12..2026-04") == shown() | {"children": children}
    missed = ask(by="target", partner="OCC")["rows"]
    assert [(row["target"], row["n"]) for row in missed] == [("met", 157)]


def test_sides_take_turns() -> None:
    quarters = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1")
    two, three = ("directorate", "target"), ("hours", "topic", "channel")
    assert [side_in_turn(quarter, two) for quarter in quarters] == [*two, *two, two[0]]
    turns = [side_in_turn(quarter, three) for quarter in quarters]
    assert {*turns[:3]} == {*three}
    assert turns[3:] == turns[:2]


def test_a_quarter_that_is_as_expected_is_not_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = plant()
    unsatisfied = [
        sum(given[name, False] for name in row)
        for row in (("adults",), ("children",), ("resources", None))
    ]
    monkeypatch.setattr(rule, "expected", lambda _parts: unsatisfied)
    seal_all()
    assert db.session.scalars(select(Crossing.side)).all() == ["directorate"]
    assert shown() == dict.fromkeys(("adults", "children", "resources", None), (None, None)) | {
        NOT_TOLD_APART: (157, ask(partner="OCC")["total"]["csat"]["value"])
    }
    assert "quarters by a side: 0 agree" in verified()


def test_what_is_divided_no_further_is_in_the_row_of_all_others(app: Flask) -> None:
    settle(sides=["directorate"])
    # Of communities nobody was satisfied.
    give_many([3] * 15, partner="OCC", directorate="communities")
    give_many(TEN * 3, partner="OCC", directorate="adults")
    for service, month in product(("hr", "schools"), ("2026-02", "2026-03")):
        about: dict[str, Any] = {"partner": "OCC", "service": service}
        give_many((*TEN, 1, 4), month, directorate="adults", **about)
        give_many((*TEN[:8], 3, 2, 1, 3), month, directorate="children", **about)
    seal_all()
    stopped = db.session.scalars(select(BlockPart).where(BlockPart.stopped)).one()
    assert stopped.answers == 45
    assert {name: n for name, (n, _) in shown().items()} == {
        **{"adults": 48, "children": 48, "communities": None},
        NOT_TOLD_APART: 45,
    }
    assert "quarters by a side: 3 agree" in verified()


@pytest.mark.parametrize(("side", "restated"), [("directorate", 0), ("channel", 9)])
def test_what_is_crossed_is_not_counted_anew(app: Flask, side: str, restated: int) -> None:
    plant(("2025-07", "2025-08", "2025-09"), side=side)
    with time_machine.travel(datetime(2026, 1, 20, tzinfo=UTC), tick=False):
        assert len(seal_all()) == 9
    before = shown(period="2025-Q3")
    for response in db.session.scalars(select(Response)).all():
        invitation = db.session.get_one(Invitation, response.invitation_id)
        at = datetime(2026, 2, 20, tzinfo=UTC)
        make_response(invitation, rating=4 if response.rating == 5 else 5, answered_at=at)
    with time_machine.travel(datetime(2026, 4, 20, tzinfo=UTC), tick=False):
        seal_all()
    assert db.session.scalar(select(func.count()).select_from(RestatedPart)) == restated
    assert (shown(period="2025-Q3") == before) == (restated == 0)


def test_rows_never_change_and_whoever_changes_one_is_told_of(app: Flask) -> None:
    plant()
    seal_all()
    for change in ("UPDATE crossing_row SET satisfied = 1", "DELETE FROM crossing"):
        with pytest.raises(DBAPIError, match="never changes"):
            db.session.execute(text(change))
        db.session.rollback()
    unprotect("crossing_row")
    db.session.execute(text("UPDATE crossing_row SET satisfied = 1 WHERE value = 'adults'"))
    db.session.execute(text("DELETE FROM crossing_row WHERE value = 'children'"))
    said = verified(1)
    assert "OCC 2026-Q1 directorate adults: satisfied 1, counted again" in said
    assert "OCC 2026-Q1 directorate not-told-apart: answers 52, counted again 97" in said


def verified(status: int = 0) -> str:
    """What verifying says, and that it ends so."""
    db.session.commit()
    result = CliRunner().invoke(verify)
    assert result.exit_code == status, result.output
    return result.output
