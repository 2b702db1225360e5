"""Months counted beforehand: figures stay those of the rows, whatever happens to these."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from survey.comments.model import Reading, ReadingEdition
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.invitations.model import Invitation, Person
from survey.reports.figures import figures
from survey.reports.monthly.making import count_months
from survey.reports.monthly.model import (
    MonthlyChange,
    MonthlyCount,
    MonthlyEligible,
    MonthlyMonth,
    MonthlySquares,
    MonthlyWindow,
)
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery
from survey.responses.model import Hold, Response
from survey.worker import run_counted
from tests.build import make_closure, make_invitation, make_response
from tests.reports.stories import MONTHS, plant, stories

pytestmark = pytest.mark.usefixtures("small_base")

WHEN = datetime(2026, 9, 1, 12, tzinfo=UTC)
COUNTED = (
    MonthlySquares,
    MonthlyWindow,
    MonthlyEligible,
    MonthlyCount,
    MonthlyChange,
    MonthlyMonth,
)
PLANTED = (Hold, Reading, Response, Invitation, Closure, Person)
Act = Callable[[int], None]

questions = st.builds(
    FiguresQuery,
    st.sampled_from([parse("2026-H1"), parse("2026-02..2026-07"), parse("2026")]),
    st.sampled_from(
        [(), ("partner",), ("service", "month"), ("quarter", "target"), ("directorate", "year")]
    ),
    filters=st.sampled_from(
        [{}, {"partner": "HCC"}, {"service": "hr"}, {"partner": "OCC", "channel": "portal"}]
    ),
)


def one(model: Any, number: int) -> Any:
    """Any row of a table; None where it is empty."""
    rows = db.session.scalars(select(model).order_by(model.id)).all()
    return rows[number % len(rows)] if rows else None


def answer_again(number: int) -> None:
    if response := one(Response, number):
        invitation = db.session.get_one(Invitation, response.invitation_id)
        make_response(invitation, rating=1 + number % 5, answered_at=WHEN)


def hold(number: int) -> None:
    response = one(Response, number)
    stands = select(Hold.response_id).where(Hold.released_at.is_(None))
    if response and response.id not in set(db.session.scalars(stands)):
        db.session.add(Hold(response_id=response.id, held_at=WHEN, signs=["fast"]))


def release(number: int) -> None:
    if held := one(Hold, number):
        held.released_at = WHEN


def correct(number: int) -> None:
    if closure := one(Closure, number):
        closure.closed_month = MONTHS[number % len(MONTHS)]
        closure.within_target = not closure.within_target


def forget(number: int) -> None:
    if invitation := one(Invitation, number):
        invitation.person_id = None


def bounce(number: int) -> None:
    if invitation := one(Invitation, number):
        invitation.bounced_at = invitation.sent_at


def lose_comment(number: int) -> None:
    if response := one(Response, number):
        response.comment = None


def read(number: int) -> None:
    if reading := one(Reading, number):
        reading.sentiment = "mixed"


def lose_reading(number: int) -> None:
    if reading := one(Reading, number):
        db.session.delete(reading)


def another_edition(_number: int) -> None:
    db.session.add(ReadingEdition(method="test", opened_at=WHEN, current_since=WHEN))


def close_another(number: int) -> None:
    closed_at = datetime(2026, 1 + number % 7, 15, 12, tzinfo=UTC)
    make_response(make_invitation(make_closure(closed_at=closed_at)), answered_at=closed_at)


acts = st.sampled_from(
    [
        *(answer_again, hold, release, correct, forget, bounce),
        *(lose_comment, read, lose_reading, another_edition, close_another),
    ]
)


def count_all() -> None:
    db.session.commit()
    for _ in count_months():
        db.session.commit()


def from_rows(query: FiguresQuery) -> Any:
    """The answer while there are no tables of months."""
    with db.session.begin_nested() as kept:
        for model in COUNTED:
            db.session.execute(delete(model))
        found = figures(query, None)
        kept.rollback()
    return found


def holds_for(query: FiguresQuery) -> None:
    found, expected = figures(query, None), from_rows(query)
    for answer in (found, expected):
        answer.pop("as_of")
    assert found == expected


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(stories(), min_size=6, max_size=30),
    st.lists(st.tuples(acts, st.integers(0, 99)), max_size=4),
    st.lists(questions, min_size=2, max_size=3),
)
def test_figures_are_those_of_the_rows_whatever_happens_to_them(
    app: Flask,
    told: Sequence[Any],
    happens: Sequence[tuple[Act, int]],
    asked: Sequence[FiguresQuery],
) -> None:
    plant(told)
    count_all()
    for query in asked:
        holds_for(query)
    for act, number in happens:
        act(number)
        db.session.commit()
    for query in asked:
        holds_for(query)
    count_all()
    for query in asked:
        holds_for(query)
    for model in (*COUNTED, *PLANTED):
        db.session.execute(delete(model))
    db.session.execute(delete(ReadingEdition).where(ReadingEdition.id > 1))
    db.session.commit()


def test_a_month_is_read_from_its_table_until_something_of_it_changes(app: Flask) -> None:
    closed_at = datetime(2026, 3, 15, 12, tzinfo=UTC)
    for _ in range(4):
        make_response(make_invitation(make_closure(closed_at=closed_at)), answered_at=closed_at)
    query = FiguresQuery(parse("2026-03"), ("service",))
    count_all()
    db.session.execute(update(MonthlyCount).values(counts={"ratings": {"5": 7}}))
    assert figures(query, None)["total"]["n"] == 7
    hold(0)
    assert figures(query, None)["total"]["n"] == 3
    count_all()
    assert figures(query, None)["total"]["n"] == 3
    assert db.session.scalar(select(func.count()).select_from(MonthlyChange)) == 0


def test_once_months_are_counted_the_step_says_that_it_did_nothing(app: Flask) -> None:
    make_closure(closed_at=datetime(2026, 3, 15, 12, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 5, 20, tzinfo=UTC), tick=False):
        # A reader that began before may keep a month back for a moment on PostgreSQL.
        assert run_counted("count months") > 0
        while run_counted("count months"):
            pass
