"""What boards are told of change: of whole declared tables, whatever is shown of them."""

import pytest
from flask import Flask

from survey.reports.blocks.compared import ALL, Table, compared
from survey.reports.blocks.published import published, record_for
from survey.reports.changes import BETTER, NO_CHANGE, WORSE, Row, changed_since
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery
from tests.reports.blocks.given import give_many, seal_all

pytestmark = [
    pytest.mark.usefixtures("partnership"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
BEFORE, NOW = "2026-01", "2026-02"
GOOD, BAD = [5] * 11 + [2], [5] * 4 + [3] * 8


def table(dimension: str, partner: str | None = None, see: str = "") -> Table:
    visible = frozenset(see.split()) if see else None
    now, before = (record_for(FiguresQuery(parse(month)), visible) for month in (NOW, BEFORE))
    return compared(dimension, partner, now, before)


def test_verdicts_are_those_of_all_rows_together_and_follow_from_what_is_published(
    app: Flask,
) -> None:
    for service, then, now in (("payroll", BAD, GOOD), ("hr", GOOD, GOOD), ("schools", GOOD, BAD)):
        give_many(then, BEFORE, partner="OCC", service=service)
        give_many(now, NOW, partner="OCC", service=service)
    seal_all()
    found = table("service", see="OCC")
    verdicts = {code: one.since.verdict for code, one in found.items()}
    assert verdicts == {"hr": NO_CHANGE, "payroll": BETTER, "schools": WORSE}
    assert list(map(_published, (NOW, BEFORE))) == [
        {code: (one.now, one.before)[earlier].value for code, one in found.items()}
        for earlier in (False, True)
    ]
    counts = {"hr": (11, 11), "payroll": (11, 4), "schools": (4, 11)}
    table_by_hand = [Row(now, 12, before, 12) for now, before in counts.values()]
    assert [one.since for one in found.values()] == changed_since(table_by_hand)
    beside = {code: one.beside.verdict for code, one in found.items() if one.beside}
    assert beside == {"hr": NO_CHANGE, "payroll": NO_CHANGE, "schools": WORSE}


def _published(month: str) -> dict[str, float]:
    answer = published(FiguresQuery(parse(month), ("service",)), frozenset({"OCC"}))
    return {row["service"]: row["csat"]["value"] for row in answer["rows"]}


def test_of_partners_together_nothing_is_told_before_there_are_three(app: Flask) -> None:
    for partner in ("HCC", "OCC", "HC"):
        give_many(GOOD, NOW, partner=partner)
    seal_all()
    assert table("partner")[ALL].now.n == 36
    assert table("partner", see="HCC OCC")[ALL].now.n == 0
    assert table("partner", see="HCC OCC")["OCC"].beside is None
    assert table("service", see="HCC OCC")["payroll"].now.n == 0
    assert table("service", "OCC")["payroll"].now.n == 12
    assert list(table("partner", see="OCC")) == ["OCC"]


def test_nothing_is_compared_where_one_of_the_periods_has_no_block(app: Flask) -> None:
    give_many(GOOD, NOW, partner="OCC")
    give_many(GOOD[:9], BEFORE, partner="OCC")
    seal_all()
    one = table("service", see="OCC")["payroll"]
    assert (one.since.verdict, one.since.difference.value) == (NO_CHANGE, None)
    record = record_for(FiguresQuery(parse("2000-01")), None)
    assert record.period.before is None
    assert compared("service", None, record, None) == {}
