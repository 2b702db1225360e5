"""Closures as boards see them: by every side, as they were counted, and again once a year."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from survey.enquiries.correcting import correct
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.partnership.directory import forget_directory
from survey.partnership.model import ServiceRow
from survey.partnership.settings import SIDES
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.blocks.published import published
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery
from survey.reports.verifying.commands import verify
from tests.build import make_closure
from tests.conftest import MakeKey, bearer
from tests.reports.blocks.given import during, give_many, seal_all, unprotect
from tests.reports.blocks.test_published import TEN
from tests.reports.stories import Story, plant, reckon

pytestmark = pytest.mark.usefixtures("partnership")

MAY = datetime(2026, 5, 20, 12, tzinfo=UTC)
SPEED = ("within_target", "hours_to_first_reply", "hours_to_close")
Ask = Callable[[str], Any]


def told(seed: int) -> list[Story]:
    """Enquiries of five months, some of which are alike."""
    random = Random(seed)
    return [
        Story(
            month=f"2026-{random.randint(1, 5):02}",
            partner=random.choice(["HCC", "OCC", "HFRS"]),
            directorate=random.choice([None, "adults"]),
            service=random.choice(["payroll", "hr"]),
            topic=random.choice([None, "leave", "payslip"]),
            channel=random.choice(["portal", "e-mail"]),
            tenths=random.choice([3, 40, 85, 86, 900, 4000]),
            replied=random.choice([None, 1, 40]),
            within=random.random() < 0.7,
        )
        for _ in range(150)
    ]


def said(row: dict[str, Any]) -> dict[str, Any]:
    """What a row counts of closures; the quantiles follow from the bands."""
    share, n = row["within_target"]["value"], row["within_target"]["n"]
    bands = {name: (row[name]["n"], row[name]["bands"]) for name in SPEED[1:]}
    return bands | {"closed": n, "within": round((share or 0) * n)}


def by_hand(stories: Sequence[Story]) -> dict[str, Any]:
    """The same of these enquiries, one by one."""
    figures = reckon(stories)
    within = {"value": figures["within_target"], "n": len(stories)}
    return said(figures | {"within_target": within})


def questions() -> Iterable[tuple[tuple[str, ...], dict[str, str]]]:
    for side in SIDES:
        yield (side,), {"partner": "OCC"}
        yield ("partner", side), {"service": "hr"}
        for other in ("month", "year", "service"):
            yield (side, other), {"partner": "HCC"}


def test_every_value_of_a_side_has_its_closures_as_a_hand_counts_them(app: Flask) -> None:
    stories = [replace(each, directorate=each.directorate if each.partner != "HFRS" else None)
               for each in told(1)]  # fmt: skip
    with time_machine.travel(MAY, tick=False):
        plant(stories)
        # Of May, which is not sealed, they stand as they are.
        seal_all()
        for by, filters in questions():
            answer = published(FiguresQuery(parse("2026-02..2026-05"), by, filters=filters), None)
            mine = [
                each
                for each in stories
                if each.month >= "2026-02"
                and all(getattr(each, name) == value for name, value in filters.items())
            ]
            rows = [row for row in answer["rows"] if NOT_TOLD_APART not in row.values()]
            assert len(rows) >= len({tuple(each.part(name) for name in by) for each in mine})
            for row in rows:
                of = [each for each in mine if all(each.part(name) == row[name] for name in by)]
                assert said(row) == by_hand(of), (by, row)
            assert said(answer["total"]) == by_hand(mine)
            assert answer["restated"] == []


def test_what_is_not_told_apart_of_answers_has_no_closures_of_its_own(app: Flask) -> None:
    give_many(TEN[:8], partner="OCC", channel="portal")
    give_many(TEN[8:], partner="OCC", channel="e-mail")
    make_closure(partner="OCC", channel="online-form", closed_at=during("2026-01"))
    seal_all()
    query = FiguresQuery(parse("2026-01"), ("channel",), filters={"partner": "OCC"})
    rows = {row["channel"]: row for row in published(query, None)["rows"]}
    assert {name: row["n"] for name, row in rows.items()} == {
        **{"e-mail": None, "online-form": None, "portal": None, NOT_TOLD_APART: 10}
    }
    closed = {
        name: row["within_target"] and row["within_target"]["n"] for name, row in rows.items()
    }
    assert closed == {"e-mail": 2, "online-form": 1, "portal": 8, NOT_TOLD_APART: None}
    assert rows["portal"]["withheld"] == "disclosure"
    assert {rows[NOT_TOLD_APART][name] for name in SPEED} == {None}
    assert {rows["portal"][name] for name in ("csat", "funnel", "response_rate")} == {None}


@pytest.fixture
def ask(client: FlaskClient, make_key: MakeKey) -> Ask:
    """Asks as the joint board does."""
    headers = bearer(make_key("figures:read", "releases:write"))
    return lambda path: client.get(f"/api/v1/{path}", headers=headers).json


def close(many: int, month: str, **closure: Any) -> list[Closure]:
    return [
        make_closure(closed_at=during(month), received_at=during(month), partner="OCC", **closure)
        for _ in range(many)
    ]


def seal_on(day: datetime) -> None:
    with time_machine.travel(day, tick=False):
        seal_all()


def closed(answer: dict[str, Any]) -> dict[Any, int]:
    by = answer["by"][-1]
    return {row[by]: row["within_target"]["n"] for row in answer["rows"] if row["within_target"]}


def test_closures_that_come_in_or_are_put_right_later_count_once_a_year(
    app: Flask, client: FlaskClient, make_key: MakeKey, ask: Ask
) -> None:
    wrong = close(3, "2026-01", topic="leave")[0]
    close(2, "2026-02", service="hr")
    make_closure(closed_at=during("2026-01"), service="hr")
    seal_on(datetime(2026, 4, 20, tzinfo=UTC))
    body = {"period": "2026-Q1", "partner": "OCC"}
    freezing = bearer(make_key("releases:write"))
    assert client.post("/api/v1/releases", json=body, headers=freezing).status_code == 201
    (release,) = ask("releases")["releases"]
    questions = [
        *("period=2024&by=month", "period=2026-Q1&by=month", "period=2026-01&by=topic"),
        *("period=2026-Q1&by=service", "period=2026-Q1&by=target", "period=2026-Q1"),
    ]

    def said_now() -> dict[str, Any]:
        return {query: ask(f"figures?{query}&partner=OCC") for query in questions}

    def fingerprints() -> list[str]:
        return [answer["fingerprint"] for answer in said_now().values()]

    before = fingerprints()
    # A history, one that was late, one put right, and services that go by another group since.
    late = datetime(2026, 6, 1, 12, tzinfo=UTC)
    for month, many in (("2024-03", 4), ("2026-01", 1)):
        for closure in close(many, month, topic="leave", within_target=False):
            closure.received_at = late
    with time_machine.travel(late, tick=False):
        correct(wrong, {"topic": "payslip", "service": "hr"}, "wrong queue", "coordinator", None)
    db.session.execute(update(ServiceRow).values(service_group="all"))
    forget_directory()
    seal_on(datetime(2027, 3, 20, tzinfo=UTC))
    assert fingerprints() == before
    seal_on(datetime(2027, 4, 6, tzinfo=UTC))
    after = said_now()
    assert [each["restated"] for each in after.values()] == [["2024"], *[["2026"]] * 5]
    history, months, topics, services, targets, total = after.values()
    assert closed(history)["2024-03"] == history["total"]["hours_to_close"]["n"] == 4
    assert closed(months) == {"2026-01": 4, "2026-02": 2, "2026-03": 0}
    assert closed(topics) == {"leave": 3, "payslip": 1}
    assert closed(services) == {"payroll": 3, "hr": 3}
    assert closed(targets) == {"met": 5, "missed": 1}
    assert total["total"]["within_target"] == {"value": 0.8333, "n": 6}
    changes = ask(f"releases/{release['id']}/changes")
    assert (changes["why"], changes["restated"]) == (["closures"], ["2026"])
    assert {row["row"] for row in changes["rows"]} == {"2026-01", "payroll", "hr", "OCC", None}
    # What comes later still never counts where anything does, and is told of.
    close(1, "2024-03")[0].received_at = datetime(2027, 5, 1, tzinfo=UTC)
    seal_on(datetime(2028, 4, 6, tzinfo=UTC))
    assert fingerprints() == [answer["fingerprint"] for answer in after.values()]
    db.session.commit()
    verified = CliRunner().invoke(verify)
    assert (verified.exit_code, verified.output.count("DIFFERS")) == (0, 0), verified.output
    assert "came in since: 1" in verified.output
    for change in ("UPDATE closure_count SET within_target = 9", "DELETE FROM closure_count"):
        with pytest.raises(DBAPIError, match="never changes"):
            db.session.execute(text(change))
        db.session.rollback()
    unprotect("closure_count")
    db.session.execute(text("UPDATE closure_count SET closed_in_4 = 9 WHERE side = 'topic'"))
    db.session.commit()
    assert "DIFFERS" in CliRunner().invoke(verify).output


def test_months_of_before_sides_are_counted_by_side_with_the_next_one(app: Flask, ask: Ask) -> None:
    close(3, "2025-02", topic="leave")
    seal_on(datetime(2026, 6, 20, tzinfo=UTC))
    unprotect("closure_count")
    db.session.execute(text("DELETE FROM closure_count WHERE side <> 'whole'"))
    # The one that came in since is counted, too.
    (late,) = close(1, "2025-02", topic="payslip")
    late.received_at = datetime(2026, 7, 1, tzinfo=UTC)
    db.session.commit()
    query = "figures?period=2025-02&by=topic&partner=OCC"
    assert closed(ask(query)) == {}
    assert "by side, since they were counted before sides" in CliRunner().invoke(verify).output
    seal_on(datetime(2026, 7, 10, tzinfo=UTC))
    answer = ask(query)
    assert closed(answer) == {"leave": 3, "payslip": 1}
    assert (answer["total"]["within_target"]["n"], answer["restated"]) == (4, ["2025"])
    verified = CliRunner().invoke(verify)
    assert "closures counted: 1 agree" in verified.output, verified.output
    assert "DIFFERS" not in verified.output


def test_what_is_put_right_years_later_counts_once_where_it_was_counted(
    app: Flask, ask: Ask
) -> None:
    moved = close(3, "2026-01")[0]
    seal_on(datetime(2027, 4, 6, tzinfo=UTC))
    later = datetime(2027, 5, 1, 12, tzinfo=UTC)
    with time_machine.travel(later, tick=False):
        correct(moved, {"service": "hr", "partner": "HCC"}, "wrong queue", "coordinator", None)
    question = "figures?period=2026-01&by=partner"
    # Of HCC nothing was counted; what comes in is, the next time.
    for many in (0, 1):
        for _ in range(many):
            make_closure(
                partner="HCC", service="hr", closed_at=during("2026-01"), received_at=later
            )
        seal_on(datetime(2028 + many, 4, 6, tzinfo=UTC))
        assert closed(ask(question)).get("HCC", 0) == many
        assert ask(question)["total"]["within_target"]["n"] == 3 + many
    db.session.commit()
    verified = CliRunner().invoke(verify)
    assert (verified.exit_code, verified.output.count("DIFFERS")) == (0, 0), verified.output
