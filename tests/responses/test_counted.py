"""Which response counts: the last that is not on hold, one an invitation."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from survey.foundation.clock import now
from survey.foundation.database import db
from survey.responses.counted import counted_responses
from survey.responses.model import Hold, Response
from tests.build import at, make_invitation, make_response

pytestmark = pytest.mark.usefixtures("partnership")


def hold(response: Response, **given: Any) -> None:
    db.session.add(Hold(response_id=response.id, held_at=now(), signs=["trap_field"], **given))
    db.session.flush()


def counted() -> list[tuple[int, str]]:
    rows = counted_responses()
    query = select(rows.c.rating, rows.c.first_month).order_by(rows.c.invitation_id)
    return [(row.rating, row.first_month) for row in db.session.execute(query)]


def test_the_last_revision_counts_and_remembers_the_month_of_the_first() -> None:
    invitation = make_invitation()
    make_response(invitation, rating=5, answered_at=at("2026-06-30T12:00"))
    make_response(invitation, rating=2, answered_at=at("2026-07-01T12:00"))
    make_response(rating=3, answered_at=at("2026-08-01T12:00"))
    assert counted() == [(2, "2026-06"), (3, "2026-08")]


def test_one_on_hold_takes_nobodys_place() -> None:
    invitation = make_invitation()
    hold(make_response(invitation, rating=4, answered_at=at("2026-05-01T12:00")))
    make_response(invitation, rating=5, answered_at=at("2026-06-01T12:00"))
    hold(make_response(invitation, rating=1, answered_at=at("2026-07-01T12:00")))
    assert counted() == [(5, "2026-06")]


def test_an_invitation_whose_every_response_is_on_hold_has_none() -> None:
    hold(make_response())
    assert counted() == []


def test_a_released_one_counts_again_unless_another_hold_stands() -> None:
    response = make_response(rating=1, answered_at=at("2026-07-01T12:00"))
    hold(response, released_at=now() + timedelta(hours=1))
    assert counted() == [(1, "2026-07")]
    hold(response)
    assert counted() == []
