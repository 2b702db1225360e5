"""Forgetting: texts and moments go, what was ticked stays."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.partnership.working_time import month_start
from survey.responses.forgetting import (
    forget_expired,
    forget_person,
    months_before,
)
from survey.responses.model import Hold
from tests.build import at, make_closure, make_invitation, make_person, make_response

pytestmark = pytest.mark.usefixtures("partnership")
ANN = "ann@hants.example"


def test_a_persons_words_and_moments_go_and_what_was_ticked_stays() -> None:
    theirs = make_response(
        make_invitation(make_closure(email=ANN)),
        rating=2,
        ease=3,
        resolved="no",
        comment="I am Ann",
        answers={"via": "phone"},
        texts=keys().encrypt("since I am Ann"),
        nonce="known-nonce",
        visitor=b"v" * 16,
        answered_at=at("2026-07-15T10:11:12"),
    )
    db.session.add(Hold(response_id=theirs.id, held_at=theirs.answered_at, signs=["trap_field"]))
    other = make_response(comment="I am Bob")
    assert forget_person(keys().person_hash(ANN)) == 1
    db.session.expire_all()
    assert (theirs.comment, theirs.texts, theirs.answers) == (None, None, {"via": "phone"})
    assert (theirs.rating, theirs.ease, theirs.resolved) == (2, 3, "no")
    assert theirs.answered_month == "2026-07"
    assert theirs.answered_at == at("2026-06-30T23:00")
    assert theirs.nonce != "known-nonce"
    assert theirs.visitor is None
    assert db.session.scalars(db.select(Hold.held_at)).one() == at("2026-06-30T23:00")
    assert other.comment is not None


def test_a_person_is_found_by_the_invitation_too() -> None:
    person = make_person(ANN)
    closure = make_closure(email=None)
    make_response(make_invitation(closure, person_id=person.id), comment="I am Ann")
    assert forget_person(keys().person_hash(ANN)) == 1


def test_nobody_of_that_name_is_nothing_to_forget() -> None:
    make_response(comment="I am Bob")
    assert forget_person(keys().person_hash(ANN)) == 0


def test_originals_of_comments_go_after_twelve_months_and_no_sooner() -> None:
    written = at("2025-07-15T10:00")
    old = make_response(comment="Long ago", answered_at=written, rating=2)
    new = make_response(comment="Later", answered_at=written + timedelta(seconds=2))
    make_response(answered_at=written)
    assert forget_expired(at("2026-07-15T10:00:01")) == 1
    db.session.expire_all()
    assert old.comment is None
    assert old.rating == 2
    assert old.answered_at == written
    assert new.comment is not None


def test_a_short_text_is_kept_no_longer_than_a_comment() -> None:
    old, new = (
        make_response(texts=keys().encrypt("{}"), answered_at=at(moment))
        for moment in ("2025-07-15T10:00:00", "2025-07-15T10:00:02")
    )
    assert forget_expired(at("2026-07-15T10:00:01")) == 1
    db.session.expire_all()
    assert (old.texts, new.texts is None) == (None, False)


def test_visitors_go_within_48_hours_and_no_sooner_than_they_need() -> None:
    """The step that forgets comes by once an hour."""
    old = make_response(visitor=b"v" * 16, answered_at=at("2026-07-15T10:00"))
    new = make_response(visitor=b"v" * 16, answered_at=at("2026-07-15T11:00"))
    assert forget_expired(at("2026-07-17T09:30")) == 1
    db.session.expire_all()
    assert (old.visitor, new.visitor) == (None, b"v" * 16)


@pytest.mark.parametrize(
    ("moment", "months", "earlier"),
    [
        ("2026-03-31T10:00", 1, "2026-02-28T10:00"),
        ("2026-01-15T10:00", 1, "2025-12-15T10:00"),
        ("2028-02-29T10:00", 12, "2027-02-28T10:00"),
        ("2026-12-01T10:00", 12, "2025-12-01T10:00"),
    ],
)
def test_months_are_counted_back_on_the_calendar(moment: str, months: int, earlier: str) -> None:
    assert months_before(at(moment), months) == at(earlier)


def test_a_month_starts_at_local_midnight() -> None:
    london = ZoneInfo("Europe/London")
    assert month_start("2026-07", london) == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert month_start("2026-01", london) == datetime(2026, 1, 1, tzinfo=UTC)
