"""Forgetting takes away who asked and when, and leaves every figure as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from survey.enquiries.forgetting import forget_expired, forget_person
from survey.enquiries.intake import take_in
from survey.enquiries.model import Closure, ForgottenClosure, OpenEnquiry
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.deciding import decide
from survey.invitations.model import Invitation
from tests.build import make_closure
from tests.enquiries.examples import enquiry, without

pytestmark = pytest.mark.usefixtures("partnership")

NOW = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)
COUNTED = (
    "source_id",
    "partner_id",
    "directorate_id",
    "service_id",
    "topic",
    "channel",
    "outcome",
    "closed_month",
    "target_hours",
    "hours_to_first_reply",
    "hours_to_close",
    "within_target",
)


def somebody(email: str = "jo@example.org") -> bytes:
    return keys().person_hash(email)


def counted() -> list[tuple[object, ...]]:
    rows = db.session.scalars(select(Closure).order_by(Closure.id))
    return [tuple(getattr(row, name) for name in COUNTED) for row in rows]


def test_a_person_is_forgotten_and_the_figures_are_not() -> None:
    take_in([enquiry(), enquiry(reference="R-2", email="sam@example.org")])
    take_in([enquiry(reference="R-3", closed_at="2026-07-04T10:00:00Z")])
    before = counted()
    assert forget_person(somebody()) == 2
    db.session.expire_all()
    assert counted() == before
    kept = db.session.scalars(select(Closure).where(Closure.person_hash.is_not(None))).one()
    assert (kept.reference, kept.taken_up_at) == ("R-2", None)


def test_nothing_of_the_enquiry_itself_is_left() -> None:
    take_in([enquiry(reopened_at="2026-07-02T10:00:00+01:00")])
    assert sum(decide()) == 1
    forget_person(somebody())
    db.session.expire_all()
    row = db.session.scalars(select(Closure)).one()
    erased = (row.reference, row.person_hash, row.address, row.sent_digest)
    assert (*erased, row.first_reply_at, row.reopened_at) == (None,) * 6
    # July began at 23:00 UTC in London.
    blurred = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    moments = {row.opened_at, row.closed_at, row.received_at, row.look_at, row.taken_up_at}
    assert moments == {blurred}
    assert row.closed_month == "2026-07"


def test_a_closure_not_decided_yet_is_then_decided_for_want_of_an_address() -> None:
    take_in([enquiry()])
    forget_person(somebody())
    db.session.expire_all()
    assert db.session.scalars(select(Closure.taken_up_at)).one() is None
    assert sum(decide()) == 1
    decision = db.session.scalars(select(Invitation)).one()
    assert (decision.asked, decision.reason) == (False, "no_address")


def test_open_enquiries_of_a_person_go_altogether() -> None:
    take_in([without("outcome", "first_reply_at", closed_at=None)])
    take_in(
        [without("outcome", "first_reply_at", closed_at=None, reference="R-2", email="a@b.org")]
    )
    assert forget_person(somebody()) == 1
    assert db.session.scalars(select(OpenEnquiry.reference)).all() == ["R-2"]


def test_somebody_unknown_is_forgotten_in_vain() -> None:
    take_in([enquiry()])
    assert forget_person(somebody("sam@example.org")) == 0
    assert db.session.scalars(select(ForgottenClosure)).all() == []


def test_to_forget_twice_is_to_forget_once() -> None:
    take_in([enquiry()])
    assert [forget_person(somebody()), forget_person(somebody())] == [1, 0]


def test_who_comes_back_may_be_forgotten_again() -> None:
    take_in([enquiry()])
    forget_person(somebody())
    take_in([enquiry(), enquiry(reference="R-2")])
    assert forget_person(somebody()) == 1
    assert len(db.session.scalars(select(ForgottenClosure)).all()) == 2


def test_an_address_that_nobody_took_up_goes_after_its_days() -> None:
    kept, late = NOW - timedelta(days=30), NOW - timedelta(days=30, seconds=1)
    due = make_closure(closed_at=late)
    spared = [
        make_closure(closed_at=kept),
        make_closure(closed_at=late, received_at=kept),
        make_closure(closed_at=late, look_at=kept),
        make_closure(closed_at=late, taken_up_at=late),
    ]
    assert forget_expired(NOW) == 1
    db.session.expire_all()
    assert due.address is None
    assert due.person_hash is not None
    assert all(closure.address for closure in spared)
    assert forget_expired(NOW) == 0
