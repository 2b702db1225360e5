"""Themes against a reckoning by hand, for any comments, on both databases."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import RAISE
from sqlalchemy import select

from survey.comments.themes.taxonomy import founding
from survey.foundation.database import db
from survey.partnership.directory import forget_directory
from survey.partnership.model import PartnershipRow
from survey.reports.periods import parse
from survey.reports.query import ANSWERED, FiguresQuery
from survey.reports.said.schema import ThemesAnswer
from survey.reports.said.themes import themes
from tests.reports.conftest import BASE
from tests.reports.remarks import SAYING, Remark, plant, remarks

pytestmark = pytest.mark.usefixtures("small_base")

on_a_database = settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
BASES = ("comments", "none", "unread", "unexplained", "methods", "rising")
ABOUT = ("count", "share", "sentiment", "before", "change")
PORTAL = Remark(themes=(("portal_usability", "negative"),))


def ask(period: str = "2026-Q2", visible: frozenset[str] | None = None, **filters: str) -> Any:
    return themes(FiguresQuery(parse(period), cohort=ANSWERED, filters=filters), visible)


def row(answer: Any, theme: str) -> Any:
    return next(found for found in answer["rows"] if found["theme"] == theme)


def quarters(said: list[Remark]) -> tuple[list[Remark], list[Remark]]:
    """What counts of the second quarter, and of the first."""
    counted = [each for each in said if each.counts]
    return (
        [each for each in counted if each.month >= "2026-04"],
        [each for each in counted if each.month < "2026-04"],
    )


def saying(said: list[Remark]) -> int:
    return sum(each.label in SAYING for each in said)


@on_a_database
@given(st.lists(remarks, max_size=40))
def test_every_row_is_what_a_hand_would_reckon(said: list[Remark]) -> None:
    plant(said)
    answer = ask()
    db.session.rollback()
    now, then = quarters(said)
    n, n_then = saying(now), saying(then)
    assert ThemesAnswer().load(answer, unknown=RAISE)
    if n < BASE:
        assert answer["withheld"] == "disclosure"
        assert [answer[name] for name in BASES] == [None] * len(BASES)
    else:
        labels = Counter(each.label for each in now)
        unexplained = n - sum(bool(each.named) for each in now)
        assert [answer[name] for name in BASES[:4]] == [
            *(n, labels["none"], labels["unread"], unexplained)
        ]
    for found in answer["rows"]:
        matches(found, now if n >= BASE else None, then if n_then >= BASE else None)


def matches(found: Any, now: list[Remark] | None, then: list[Remark] | None) -> None:
    """Whether a row says what the comments say; None for those too few to tell of."""
    if now is None:
        assert [found[name] for name in ABOUT] == [None] * len(ABOUT)
        return
    labels = [each.named[found["theme"]] for each in now if found["theme"] in each.named]
    share = len(labels) / saying(now)
    assert found["count"] == len(labels)
    assert found["sentiment"] == {label: labels.count(label) for label in SAYING}
    assert found["share"]["value"] == pytest.approx(share, abs=5.1e-5)
    assert found["share"]["low"] <= found["share"]["value"] <= found["share"]["high"]
    if then is None:
        assert (found["before"], found["change"]) == (None, None)
        return
    earlier = sum(found["theme"] in each.named for each in then)
    assert found["before"] == {"count": earlier, "n": saying(then)}
    change = share - earlier / saying(then)
    assert found["change"]["value"] == pytest.approx(change, abs=5.1e-5)
    assert found["change"]["low"] <= found["change"]["value"] <= found["change"]["high"]


@on_a_database
@given(st.lists(remarks, max_size=25))
def test_a_caller_gets_what_there_would_be_without_the_partners_it_may_not_see(
    said: list[Remark],
) -> None:
    plant(said)
    narrowed = ask(visible=frozenset({"OCC"}))
    db.session.rollback()
    plant([each for each in said if each.partner == "OCC"])
    alone = ask()
    db.session.rollback()
    assert narrowed["fingerprint"] == alone["fingerprint"]


def test_every_theme_has_its_row_also_where_nobody_names_it() -> None:
    plant([PORTAL] * BASE)
    answer = ask()
    assert [found["theme"] for found in answer["rows"]] == list(founding().keys)
    assert row(answer, "portal_usability") == {
        "theme": "portal_usability",
        "name": founding().name_of("portal_usability"),
        "withheld": None,
        "count": BASE,
        "share": {"value": 1.0, "n": BASE, "low": 0.4385, "high": 1.0},
        "sentiment": {"negative": BASE, "neutral": 0, "positive": 0, "mixed": 0},
        "before": None,
        "change": None,
    }
    assert {found["count"] for found in answer["rows"]} == {0, BASE}


def test_a_partnerships_own_theme_has_its_row_too() -> None:
    whole = db.session.scalars(select(PartnershipRow)).one()
    whole.settings = whole.settings | {"themes": {"school-meals": {"name": "Meals", "words": []}}}
    db.session.flush()
    forget_directory()
    plant([PORTAL] * BASE)
    found = row(ask(), "school-meals")
    assert (found["name"], found["count"]) == ("Meals", 0)


def test_a_theme_that_only_an_earlier_method_knew_keeps_its_row() -> None:
    plant([Remark(themes=(("fax", "positive"),))] * BASE)
    found = ask()["rows"][-1]
    assert (found["theme"], found["name"], found["count"]) == ("fax", "fax", BASE)


def test_a_theme_is_told_of_however_few_name_it_since_its_base_is_all_comments() -> None:
    plant([PORTAL] + [Remark()] * BASE)
    found = row(ask(), "portal_usability")
    assert (found["count"], found["share"]["n"], found["withheld"]) == (1, BASE + 1, None)


def test_too_few_comments_look_the_same_as_none() -> None:
    empty = ask()
    plant([PORTAL, Remark(themes=(("fax", "positive"),)), Remark(sentiment="none")])
    assert ask()["fingerprint"] == empty["fingerprint"]
    assert {found["withheld"] for found in empty["rows"]} == {"disclosure"}


def test_nothing_is_told_of_a_period_before_with_too_few() -> None:
    plant([PORTAL] * BASE)
    alone = ask()
    plant([Remark(month="2026-02", themes=PORTAL.themes)] * (BASE - 1))
    assert ask()["fingerprint"] == alone["fingerprint"]
    plant([Remark(month="2026-02")])
    answer = ask()
    assert answer["methods_before"] == ["test-current"]
    found = row(answer, "portal_usability")
    assert found["before"] == {"count": BASE - 1, "n": BASE}
    assert found["change"]["value"] == round(1 / BASE, 4)


def test_readings_of_other_editions_held_and_superseded_answers_are_not_counted() -> None:
    plant([Remark(held=True, themes=PORTAL.themes), Remark(superseded=True, themes=PORTAL.themes)])
    plant([Remark(edition=name, themes=PORTAL.themes) for name in ("old", "next")])
    plant([PORTAL] * BASE)
    answer = ask()
    assert (answer["comments"], answer["unread"]) == (BASE, 2)
    assert row(answer, "portal_usability")["count"] == BASE
    assert answer["methods"] == ["test-current"]
    assert answer["methods_before"] is None


def test_a_reading_counts_on_when_the_text_is_gone() -> None:
    plant([Remark(text=None, told=False, themes=PORTAL.themes)] * BASE)
    assert row(ask(), "portal_usability")["count"] == BASE


def test_the_first_period_of_the_calendar_has_none_before_it() -> None:
    answer = ask("2000")
    assert (answer["period_before"], answer["withheld"]) == (None, "disclosure")
    assert ask("2026-07")["period_before"]["to"] == "2026-06-30"


def test_words_that_no_theme_explains_rise_from_what_may_be_shown() -> None:
    def unexplained(count: int, month: str, redacted: str, **more: Any) -> None:
        plant([Remark(month=month, text="?", redacted=redacted, **more)] * count)

    unexplained(20, "2026-02", "Fine by me.")
    unexplained(20, "2026-05", "Fine by me.")
    unexplained(9, "2026-05", "The [NAME] webchat froze.")
    unexplained(9, "2026-05", "There was violence.", urgent=True)
    unexplained(9, "2026-05", "The portal crashed.", themes=PORTAL.themes)
    unexplained(9, "2026-05", "Wszystko dobrze.", sentiment="unread")
    assert ask()["rising"] == [{"word": "webchat froze", "count": 9, "before": 0}]


def test_nothing_rises_among_too_few_unexplained_comments() -> None:
    plant([Remark(redacted="webchat")] * 20 + [Remark(month="2026-02")] * (BASE - 1))
    assert ask()["rising"] is None
    plant([Remark(month="2026-02")])
    assert ask()["rising"] is not None
