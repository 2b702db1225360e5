"""Intervals of boards where people answer more than once: against a reckoning from the rows."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from math import sqrt
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.blocks import forming
from survey.reports.blocks.compared import compared
from survey.reports.blocks.model import Block, SealedAnswer, SealedQuarter, SeriesMonth
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.published import record_for
from survey.reports.blocks.rule import may_close
from survey.reports.board.viewing import board_view
from survey.reports.board.words import share_of
from survey.reports.changes import NO_CHANGE
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery
from survey.reports.verifying.parts import Parts
from survey.reports.verifying.rows import OF_ENQUIRY
from tests.reports.blocks.given import give, give_many, seal_all
from tests.reports.blocks.test_published import ask

pytestmark = pytest.mark.usefixtures("partnership")
Z = 1.959963984540054
MONTHS = ("2026-01", "2026-02", "2026-03")
Rows = list[dict[str, Any]]
Interval = tuple[float, float]


def plant(seed: int) -> None:
    """Answers of a quarter, every other one by somebody who gives several; one was forgotten."""
    random = Random(seed)
    for number in range(150):
        by = f"often-{random.randrange(20)}" if number % 2 else None
        about = {"service": random.choice(("payroll", "payroll", "hr")), "partner": "OCC"}
        rating = random.choices((1, 2, 3, 4, 5), (1, 2, 12, 40, 40))[0]
        channel = random.choice(("portal", "portal", "e-mail"))
        response = give(rating, random.choice(MONTHS), by=by, channel=channel, **about)
        response.ease, response.resolved = random.randrange(1, 6), random.choice(("yes", "no"))
    gone = select(Invitation).order_by(Invitation.id).limit(12)
    for invitation in db.session.scalars(gone):
        invitation.person_id = None


def sealed() -> Rows:
    """Every answer of a block: where, by whom, what."""
    parts, told = Parts(), {part.id: part.told for part in db.session.scalars(select(BlockPart))}
    of_enquiry = [getattr(SealedAnswer, name) for name in OF_ENQUIRY]
    said = (SealedAnswer.rating, SealedAnswer.ease, SealedAnswer.resolved)
    statement = (
        select(Block.id, Block.service_group, Block.closes, Invitation.person_id, *said)
        .add_columns(*of_enquiry)
        .join(SeriesMonth, SeriesMonth.block_id == Block.id)
        .join(SealedAnswer, SealedAnswer.series_month_id == SeriesMonth.id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
    )
    found = []
    for row in db.session.execute(statement):
        part = parts.of(row.id, list(row[-len(of_enquiry) :]))
        channel = told[part].get("channel", NOT_TOLD_APART) if part else None
        within = {"block": row.id, "part": part, "quarter": "2026-Q1"}
        found.append({**row._mapping, **within, "channel": channel, "month": row.closes})
    return found


def reckoned(rows: Rows, within: str, yes: Callable[[Mapping[str, Any]], bool]) -> Interval:
    """Wilson's interval of n² / Σm² answers, in a few lines."""
    times = Counter((row[within], row["person_id"]) for row in rows)
    squares = sum(m if person is None else m * m for (_, person), m in times.items())
    n, p = len(rows) ** 2 / squares, sum(map(yes, rows)) / len(rows)
    centre, half = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return round((centre - half) / scale, 4), round((centre + half) / scale, 4)


def by(rows: Iterable[dict[str, Any]], *names: str) -> Mapping[tuple[Any, ...], Rows]:
    found: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return found


def satisfied(row: Mapping[str, Any]) -> bool:
    return bool(row["rating"] > 3)


def shown(figure: Mapping[str, Any]) -> Interval:
    return figure["low"], figure["high"]


def test_they_are_those_of_as_many_answers_as_so_many_people_would_have_to_give(app: Flask) -> None:
    plant(7)
    seal_all()
    rows = sealed()
    months = ask(by="service,month", partner="OCC")
    expected = by(rows, "service_group", "month")
    assert len(expected) > 3
    for row in months["rows"]:
        if mine := expected.get((row["service"], row["month"])):
            assert shown(row["csat"]) == reckoned(mine, "block", satisfied)
    sides = by(rows, "channel")
    assert len(sides) > 1
    for row in ask(by="channel", partner="OCC")["rows"]:
        assert shown(row["csat"]) == reckoned(sides[row["channel"],], "part", satisfied)
    total = months["total"]
    assert shown(total["csat"]) == reckoned(rows, "block", satisfied)
    for name, yes in {
        "dissatisfied": lambda row: row["rating"] < 3,
        "ease": lambda row: row["ease"] > 3,
        "resolved": lambda row: row["resolved"] == "yes",
    }.items():
        assert shown(total[name]) == reckoned(rows, "quarter", yes), name
    view = board_view({"period": "2026-Q1", "partner": "OCC"}, frozenset({"OCC"}))
    worst = share_of(view.details["ratings"]["1"], view.details["dissatisfied"]["n"], view.effect)
    assert (worst.low, worst.high) == reckoned(rows, "quarter", lambda row: row["rating"] == 1)
    asked = total["response_rate"]["n"]
    as_rows = [{"block": 1, "person_id": None, "rating": 5}] * len(rows)
    as_rows += [{"block": 1, "person_id": None, "rating": 1}] * (asked - len(rows))
    assert total["response_rate"]["low"] == reckoned(as_rows, "block", satisfied)[0]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_change_that_one_person_makes_up_is_none(app: Flask) -> None:
    give_many([5] * 6 + [3] * 6, "2026-01", partner="OCC")
    give_many([5] * 8 + [3], "2026-02", partner="OCC")
    for number in range(11):
        give(5, "2026-02", by="often" if number else None, partner="OCC")
    seal_all()
    now, before = (
        record_for(FiguresQuery(parse(month)), frozenset({"OCC"}))
        for month in ("2026-02", "2026-01")
    )
    one = compared("service", None, now, before)["payroll"]
    assert (one.now.value, one.since.verdict) == (0.95, NO_CHANGE)
    assert (one.now.low, one.now.high) == shown(ask("2026-02", partner="OCC")["total"]["csat"])


def test_what_was_sealed_before_they_were_counted_is_counted_by_the_migration(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(8)
    # As blocks closed then: one of ten people is dissatisfied, five times.
    monkeypatch.setattr(
        forming,
        "may_close",
        lambda waiting, minimum: waiting.people == 10 or may_close(waiting, minimum),
    )
    give_many([4, 5, 5] * 3, "2026-04", partner="HC")
    for _ in range(5):
        give(1, "2026-04", by="often", partner="HC")
    seal_all()
    before = squares()
    assert {theirs[-1] for theirs in before.values()} == {9 + 25}
    assert max(before[BlockPart]) > 40
    db.session.rollback()
    downgrade(revision="0016")
    upgrade()
    after = squares()
    assert {theirs.pop() for theirs in after.values()} == {9 + 5}
    assert after == {of: theirs[:-1] for of, theirs in before.items()}
    for table in ("block", "block_part", "sealed_quarter"):
        for change in (f"UPDATE {table} SET people = 99", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="never changes"):
                db.session.execute(text(change))
            db.session.rollback()


def squares() -> dict[Any, list[int]]:
    """Those of every block, part and quarter, in the order in which they were made."""
    return {
        of: list(db.session.scalars(select(of.squares).order_by(of.id)))
        for of in (Block, BlockPart, SealedQuarter)
    }
