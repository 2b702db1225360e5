"""What changed since the period before: one declared table, and no verdict from nothing."""

from survey.reports.changes import BETTER, NO_CHANGE
from survey.reports.pack.since import TOTAL, Line, extremes, since


def row(satisfied: int, n: int) -> dict[str, object]:
    return {"csat": {"value": satisfied / n, "n": n, "low": 0.0, "high": 1.0}}


NOTHING: dict[str, object] = {"csat": None}
NOBODY: dict[str, object] = {"csat": {"value": None, "n": 0, "low": None, "high": None}}


def verdicts(lines: list[Line]) -> dict[str, str | None]:
    return {line.key[1]: line.change.verdict if line.change else None for line in lines}


def test_a_verdict_is_adjusted_for_every_row_of_the_table() -> None:
    grown, was = row(68, 100), row(54, 100)
    alone = since({("service", "payroll"): grown}, {("service", "payroll"): was})
    assert verdicts(alone) == {"payroll": BETTER}
    others = {("service", f"s{number}"): row(50, 100) for number in range(9)}
    among = since(others | {("service", "payroll"): grown}, others | {("service", "payroll"): was})
    assert verdicts(among)["payroll"] == NO_CHANGE


def test_what_cannot_be_shown_in_one_of_the_periods_is_not_compared() -> None:
    now = {TOTAL: row(8, 10), ("service", "a"): NOTHING, ("service", "b"): row(5, 10)}
    before = {TOTAL: NOBODY, ("service", "a"): row(5, 10)}
    assert verdicts(since(now, before)) == {"": None, "a": None, "b": None}
    assert verdicts(since(now, {})) == {"": None, "a": None, "b": None}


def test_least_and_most_are_told_only_where_something_tells_them_apart() -> None:
    lines = since({("service", "a"): row(5, 10), ("service", "b"): row(9, 10)}, {})
    assert [line.key[1] for line in extremes(lines) or ()] == ["a", "b"]
    assert extremes(lines[:1]) is None
    assert extremes(since({("service", code): row(5, 10) for code in "ab"}, {})) is None
