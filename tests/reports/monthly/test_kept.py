"""Answers kept in memory for insiders are those that would be worked out at that moment."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select

from survey.comments.model import ReadingEdition
from survey.foundation.database import db
from survey.partnership.directory import forget_directory
from survey.partnership.model import PartnershipRow
from survey.reports.figures import Figures, figures
from survey.reports.kept import Visible, kept_or_new
from survey.reports.monthly.kept import kept_figures
from survey.reports.periods import parse
from survey.reports.query import ANSWERED, FiguresQuery, Refused
from survey.reports.stamp import INSIDERS_ONLY
from tests.conftest import MakeKey, bearer
from tests.reports.monthly.test_monthly import COUNTED, PLANTED, acts, count_all, hold
from tests.reports.stories import Answer, Story, plant, stories

pytestmark = pytest.mark.usefixtures("small_base")

LATER = datetime(2026, 10, 1, 12, tzinfo=UTC)
# So that every month between is counted, whatever else is drawn.
ENDS = (
    Story(month="2026-01", topic="payslip"),
    *[Story(month="2026-03", answers=(Answer(), Answer(rating=2)))] * 4,
    Story(month="2026-07"),
)
QUERY = FiguresQuery(parse("2026-Q1"), ("service",))


def another_base(number: int) -> None:
    whole = db.session.scalars(select(PartnershipRow)).one()
    whole.settings = {**whole.settings, "minimum_base": 3 + number % 3}
    forget_directory()


happenings = st.tuples(acts | st.just(another_base), st.integers(0, 99), st.booleans())
questions = st.builds(
    FiguresQuery,
    st.sampled_from([parse("2026-Q1"), parse("2026-02..2026-07")]),
    st.sampled_from([(), ("service", "month"), ("topic",), ("hours", "quarter"), ("directorate",)]),
    filters=st.sampled_from([{}, {"partner": "HCC"}, {"deliver": "mail"}, {"topic": "payslip"}]),
) | st.just(FiguresQuery(parse("2026-02..2026-07"), ("service",), ANSWERED))


def said(answer: Callable[[], str]) -> str:
    """The answer; or why there is none, as where no enquiry has the topic any more."""
    try:
        return answer()
    except Refused as refused:
        return str(refused)


def both_agree(query: FiguresQuery) -> None:
    """Asked twice, since the second time may be answered from what the first one left."""
    expected = said(lambda: json.dumps(figures(query, None)))
    for _ in range(2):
        assert said(lambda: kept_figures(query, None).text) == expected


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(stories(), max_size=8),
    st.lists(happenings, min_size=2, max_size=3),
    st.lists(questions, min_size=3, max_size=3),
)
def test_what_is_kept_is_what_would_be_worked_out_whatever_happens(
    app: Flask,
    told: Sequence[Story],
    happens: Sequence[tuple[Callable[[int], None], int, bool]],
    asked: Sequence[FiguresQuery],
) -> None:
    with time_machine.travel(LATER, tick=False):
        plant([*ENDS, *told])
        count_all()
        for query in asked:
            both_agree(query)
        for act, number, count in happens:
            act(number)
            (count_all if count else db.session.commit)()
            for query in asked:
                both_agree(query)
    # The shelf stays, so that months that are counted for the first time again are no old ones.
    for model in (*COUNTED, *PLANTED):
        db.session.execute(delete(model))
    db.session.execute(delete(ReadingEdition).where(ReadingEdition.id > 1))
    db.session.commit()


@contextmanager
def reading_tables() -> Iterator[list[str]]:
    """The statements sent meanwhile that read what figures are made of."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        found.extend(
            name
            for name in ("closure", "response", "monthly_count", "monthly_squares")
            if f"FROM {name}" in statement or f"JOIN {name}" in statement
        )

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def test_who_asks_again_is_told_at_once_of_this_moment_and_has_it_already(
    client: FlaskClient, make_key: MakeKey
) -> None:
    plant(ENDS)
    secrets = [make_key("figures:explore", partners=of) for of in ((), ("OCC",), ("HCC",))]

    def get(secret: str, when: int = 0, **headers: str) -> Any:
        with time_machine.travel(LATER.replace(second=when), tick=False):
            headers |= bearer(secret)
            return client.get("/api/v1/figures?period=2026-Q1&by=topic,month", headers=headers)

    with time_machine.travel(LATER, tick=False):
        count_all()
    first, of_occ, of_hcc = (get(secret) for secret in secrets)
    assert len({answer.data for answer in (first, of_occ, of_hcc)}) == 2
    assert of_occ.json["total"]["funnel"]["closed"] == 0
    with reading_tables() as read:
        again = get(secrets[0], when=7)
        had = get(secrets[0], when=8, **{"If-None-Match": first.headers["ETag"]})
        assert not read
    assert again.data == first.data.replace(b"12:00:00Z", b"12:00:07Z") != first.data
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (had.status_code, had.data) == (304, b"")
    hold(1)
    db.session.commit()
    changed = get(secrets[0], **{"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json["total"]["n"]) == (200, 4)
    assert changed.json["total"]["ratings"] != first.json["total"]["ratings"]


def test_an_answer_is_not_kept_of_which_something_changes_while_it_is_worked_out(
    app: Flask,
) -> None:
    states, worked_out = iter("ABAAA"), []

    def answer(query: FiguresQuery, visible: Visible) -> Figures:
        worked_out.append(figures(query, visible))
        return worked_out[-1]

    for _ in range(3):
        kept_or_new(INSIDERS_ONLY, QUERY, None, lambda _: next(states), answer)
    assert len(worked_out) == 2
