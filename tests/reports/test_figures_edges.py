"""Single cases that figures must get right, each told as a story."""

from dataclasses import replace
from typing import Any

import pytest
import time_machine

from survey.enquiries.fields import CHANNELS
from survey.foundation.database import db
from survey.invitations.eligibility import REASONS
from survey.reports import measures
from survey.reports.figures import figures
from survey.reports.periods import parse
from survey.reports.query import (
    ANSWERED,
    FiguresQuery,
    Refused,
    UnknownPartner,
    query_from,
)
from survey.reports.rules import RULES
from tests.build import at, make_closure
from tests.reports.conftest import BASE
from tests.reports.stories import Answer, Story, plant

pytestmark = pytest.mark.usefixtures("small_base")

ANSWERED_ONCE = Story(answers=(Answer(),))
ABOUT_ANSWERS = (
    "ratings",
    "csat",
    "dissatisfied",
    "satisfaction",
    "resolved",
    "ease",
    "recommendation",
    "sentiment",
    "response_rate",
)


def ask(period: str, *by: str, visible: frozenset[str] | None = None, **more: Any) -> Any:
    return figures(FiguresQuery(parse(period), by, **more), visible)


def closed_in(period: str) -> int:
    return int(ask(period)["total"]["funnel"]["closed"])


def test_a_closure_belongs_to_its_local_month_and_to_no_other() -> None:
    for closed_at, month in (
        ("2026-07-01T00:00:00+01:00", "2026-07"),
        ("2026-06-30T23:59:59+01:00", "2026-06"),
        ("2026-06-30T23:00:00Z", "2026-07"),
        ("2026-12-31T23:59:59Z", "2026-12"),
        ("2027-01-01T00:00:00Z", "2027-01"),
        # The months in which the clocks go forward and back.
        ("2026-03-31T23:30:00Z", "2026-04"),
        ("2026-10-31T23:30:00Z", "2026-10"),
        ("2024-02-29T23:59:59Z", "2024-02"),
    ):
        make_closure(closed_at=at(closed_at))
        counts = {each: closed_in(each) for each in parse(month[:4]).months}
        assert [each for each, count in counts.items() if count] == [month]
        assert closed_in(month[:4]) == 1
        db.session.rollback()


def test_every_reason_stands_in_the_funnel_and_all_add_up() -> None:
    plant([Story(fate=fate) for fate in (*REASONS, "pending", "asked", "sent", "sent")])
    funnel = ask("2026")["total"]["funnel"]
    assert funnel["not_asked"] == dict.fromkeys(REASONS, 1)
    assert (funnel["pending"], funnel["asked"], funnel["accepted"]) == (1, 3, 2)
    assert funnel["closed"] == len(REASONS) + 4


def test_a_change_of_mind_counts_once_and_as_it_was_last() -> None:
    changed = Story(answers=(Answer(rating=1), Answer(rating=2), Answer(rating=5)))
    plant([changed] * BASE)
    total = ask("2026")["total"]
    assert total["ratings"] == {"1": 0, "2": 0, "3": 0, "4": 0, "5": BASE}
    assert total["n"] == total["funnel"]["answered"] == BASE


def test_the_same_person_in_two_rows_is_one_person_of_the_total() -> None:
    twice = [Story(person=1, service=service, answers=(Answer(),)) for service in ("payroll", "hr")]
    others = [replace(story, person=None) for story in twice * (BASE - 1)]
    plant(twice + others)
    answer = ask("2026", "service")
    assert answer["total"] == ask("2026")["total"]
    alone = measures.csat({4: BASE})
    for row in answer["rows"]:
        assert (row["csat"]["low"], row["csat"]["high"]) == (alone.low, alone.high)
    # Six answers of five people: eight sixths.
    expected = measures.csat({4: 2 * BASE}, 8 / 6)
    assert answer["total"]["csat"]["low"] == expected.low != measures.csat({4: 2 * BASE}).low
    by_quarter = ask("2026-Q1", "quarter")["rows"][0]["csat"]
    assert by_quarter["low"] == expected.low


def test_what_is_held_is_not_counted_until_it_is_released() -> None:
    held = Story(answers=(Answer(rating=1, hold="held"),))
    released = Story(answers=(Answer(rating=2, hold="released"),))
    kept = Story(answers=(Answer(rating=3), Answer(rating=1, hold="held")))
    plant([held, released, kept, ANSWERED_ONCE])
    total = ask("2026")["total"]
    assert total["ratings"] == {"1": 0, "2": 1, "3": 1, "4": 1, "5": 0}
    assert (total["funnel"]["answered"], total["funnel"]["held"]) == (3, 1)


def test_a_row_under_the_minimum_base_looks_the_same_as_an_empty_one() -> None:
    plant([ANSWERED_ONCE] * (BASE - 1) + [Story(service="hr")])
    few, none = sorted(ask("2026", "service")["rows"], key=lambda found: -found["funnel"]["closed"])
    for found in (few, none):
        assert (found["n"], found["withheld"]) == (None, "disclosure")
        assert [found[name] for name in ABOUT_ANSWERS] == [None] * len(ABOUT_ANSWERS)
        assert (found["funnel"]["answered"], found["funnel"]["held"]) == (None, None)
    assert few["within_target"]["n"] == few["hours_to_close"]["n"] == BASE - 1
    assert few["funnel"]["asked"] == BASE - 1


def test_the_total_is_withheld_as_any_row_is() -> None:
    plant([ANSWERED_ONCE] * (BASE - 1))
    assert ask("2026")["total"]["withheld"] == "disclosure"
    plant([ANSWERED_ONCE])
    assert ask("2026")["total"]["n"] == BASE


def test_of_a_withheld_row_by_answers_not_even_the_closures_are_told() -> None:
    plant([ANSWERED_ONCE] * (BASE - 1))
    total = ask("2026", cohort=ANSWERED)["total"]
    assert {name: total[name] for name in total if total[name] is not None} == {
        "withheld": "disclosure"
    }


def test_every_month_of_the_period_has_its_row_also_without_a_closure() -> None:
    plant([Story(month="2026-02", service="hr"), Story(month="2026-06")])
    assert [r["month"] for r in ask("2026-H1", "month")["rows"]] == list(parse("2026-H1").months)
    both = [(r["service"], r["month"]) for r in ask("2026-H1", "service", "month")["rows"]]
    assert both == [(s, m) for s in ("hr", "payroll") for m in parse("2026-H1").months]
    assert [r["quarter"] for r in ask("2025..2026", "quarter")["rows"]] == [
        f"{year}-Q{nth}" for year in (2025, 2026) for nth in (1, 2, 3, 4)
    ]


def test_dimensions_keep_the_order_they_were_asked_in_and_null_comes_last() -> None:
    plant([Story(topic=topic, month="2026-01") for topic in ("leave", None, "payslip")])
    answer = ask("2026-01", "month", "topic")
    assert answer["by"] == ["month", "topic"]
    assert [list(found)[:2] for found in answer["rows"]] == [["month", "topic"]] * 3
    assert [found["topic"] for found in answer["rows"]] == ["leave", "payslip", None]


def test_an_answer_says_what_its_figures_stand_on() -> None:
    with time_machine.travel(at("2026-11-22T19:00:00Z"), tick=False):
        answer = ask("2026-Q3", "service")
    assert answer["period"] == {
        "from": "2026-07-01",
        "to": "2026-09-30",
        "time_zone": "Europe/London",
    }
    assert (answer["cohort"], answer["by"], answer["as_of"], answer["minimum_base"]) == (
        "closed",
        ["service"],
        "2026-11-22T19:00:00Z",
        BASE,
    )
    assert answer["rules"] == RULES
    assert set(answer["total"]) - {"n", "withheld"} <= set(RULES) | {"ratings"}
    assert answer["rows"] == []


def test_the_fingerprint_stays_while_the_figures_do_and_changes_with_them() -> None:
    plant([ANSWERED_ONCE] * BASE)
    with time_machine.travel(at("2026-11-22T19:00:00Z")):
        before = ask("2026")
    assert ask("2026")["fingerprint"] == before["fingerprint"]
    assert ask("2026-H1")["fingerprint"] != before["fingerprint"]
    plant([ANSWERED_ONCE])
    assert ask("2026")["fingerprint"] != before["fingerprint"]


def test_a_directorate_of_the_same_code_elsewhere_is_told_apart_by_its_partner() -> None:
    plant([Story(partner=code, directorate="adults") for code in ("HCC", "OCC")])
    assert [r["funnel"]["closed"] for r in ask("2026", "directorate")["rows"]] == [2]
    by_both = ask("2026", "partner", "directorate")["rows"]
    assert [(r["partner"], r["directorate"]) for r in by_both] == [
        ("HCC", "adults"),
        ("OCC", "adults"),
    ]
    of_occ = ask("2026", filters={"directorate": "adults"}, visible=frozenset({"OCC"}))
    assert of_occ["total"]["funnel"]["closed"] == 1


def test_an_invisible_partner_is_answered_as_one_that_does_not_exist() -> None:
    plant([Story(partner="HCC", topic="secret")])
    told = []
    for code in ("HCC", "XYZ"):
        with pytest.raises(UnknownPartner) as refused:
            ask("2026", filters={"partner": code}, visible=frozenset({"OCC"}))
        told.append(str(refused.value).replace(code, "…"))
    assert told[0] == told[1]
    assert "known: OCC" in told[0]


def test_an_unknown_filter_is_refused_naming_what_is_visible() -> None:
    plant([Story(partner="HCC", topic="secret"), Story(partner="HFRS", topic="payslip")])
    for name, value, named in (
        ("service", "payrol", "payroll"),
        ("channel", "fax", "portal"),
        ("directorate", "children", "operations"),
        ("topic", "secret", "payslip"),
        ("topic", "pay\0slip", "payslip"),
        ("topic", "x" * 500, "payslip"),
    ):
        with pytest.raises(Refused) as refused:
            ask("2026", filters={name: value}, visible=frozenset({"HFRS"}))
        offered = str(refused.value).partition(";")[2]
        assert named in offered
        assert "secret" not in offered
        assert "children" not in offered


def test_hours_stand_in_their_order_and_satisfaction_beside_them() -> None:
    quick = replace(ANSWERED_ONCE, tenths=0)
    slow = Story(tenths=180, within=False, answers=(Answer(rating=1),))
    plant([quick] * BASE + [slow] * BASE + [replace(slow, tenths=9000), replace(quick, tenths=20)])
    rows = ask("2026", "hours")["rows"]
    assert [row["hours"] for row in rows] == ["0-1", "1-2", "17-25.5", "340+"]
    assert [row["csat"] and row["csat"]["value"] for row in rows] == [1.0, None, 0.0, None]
    both = ask("2026", "target", "hours")["rows"]
    assert [(row["target"], row["hours"]) for row in both] == [
        *(("met", "0-1"), ("met", "1-2")),
        *(("missed", "17-25.5"), ("missed", "340+")),
    ]


def test_too_many_repeated_or_unknown_dimensions_are_refused() -> None:
    for by in ("service,month,topic", "month,month", "rating", ","):
        with pytest.raises(Refused):
            query_from({"by": by}, parse("2026"))
    with pytest.raises(Refused, match="partner, directorate, service"):
        ask("2026", "rating")
    with pytest.raises(Refused, match="closed, answered"):
        ask("2026", cohort="blocks")


def test_who_sees_no_partner_gets_an_empty_answer() -> None:
    plant([ANSWERED_ONCE] * BASE)
    answer = ask("2026", "service", visible=frozenset())
    assert answer["rows"] == []
    assert answer["total"]["funnel"]["closed"] == 0
    assert ask("2026", "month", visible=frozenset())["rows"][0]["withheld"] == "disclosure"


def test_every_channel_there_is_can_be_a_row() -> None:
    plant([Story(channel=channel) for channel in CHANNELS])
    db.session.flush()
    assert [r["channel"] for r in ask("2026", "channel")["rows"]] == sorted(CHANNELS)
