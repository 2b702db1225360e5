"""Which values a table by one side shows, and what it says of the others."""

from typing import Any

from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.board.side_tables import MOST, side_table


def row(topic: str | None, n: int | None, closed: int) -> dict[str, Any]:
    return {"topic": topic, "n": n, "within_target": {"n": closed}}


def test_values_told_apart_stay_and_of_the_others_those_with_most_closures() -> None:
    told = [row("a", 12, 0), row(None, 30, 40)]
    others = [row(f"topic {number:02}", None, number) for number in range(30)]
    rest = {"topic": NOT_TOLD_APART, "n": 7, "within_target": None}
    table = side_table({"rows": [*told, *others, rest], "whole_quarters": ["2026-Q1"]}, "topic")
    assert table.told == told
    # One that has neither answers nor closures is no row; of 29, there is room for the largest.
    assert table.rows == [*told, *others[-(MOST - 2) :]]
    assert (table.rest, table.quarters) == (rest, ["2026-Q1"])
    assert table.others == 29 - (MOST - 2)
    assert table.closed == sum(range(1, table.others + 1))


def test_a_short_table_leaves_nothing_out() -> None:
    nothing = {"topic": NOT_TOLD_APART, "n": None, "within_target": None}
    table = side_table({"rows": [row("a", None, 3), nothing], "whole_quarters": []}, "topic")
    assert (table.rows, table.told) == ([row("a", None, 3)], [])
    assert (table.others, table.closed, table.rest) == (0, 0, None)
