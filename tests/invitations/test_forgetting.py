"""What is forgotten, what must never be, and that counts stay as they were."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations import people
from survey.invitations.forgetting import forget_expired, forget_person
from survey.invitations.model import Invitation, PartnerOptOut, Person
from survey.partnership.directory import directory
from tests.build import at, make_closure, make_invitation, make_person

pytestmark = pytest.mark.usefixtures("partnership")
ADA = "ada@hants.example"
ADDRESS_DAYS = 21 + 30


def ada() -> bytes:
    return keys().person_hash(ADA)


def present() -> list[bytes]:
    db.session.flush()
    return list(db.session.scalars(select(Person.hash)))


def asked(email: str = ADA, **given: object) -> Invitation:
    person = make_person(email, **given)
    return make_invitation(make_closure(email=email), person_id=person.id)


def test_a_forgotten_person_leaves_counts_and_nothing_that_leads_back(app: Flask) -> None:
    row = asked(last_asked_at=clock.now() - timedelta(days=31))
    row.decided_at, row.sent_at = at("2026-09-17T10:11:12"), at("2026-09-17T10:12")
    row.expires_at = at("2026-10-08T10:11:12")
    row.reminded_at = row.refused_at = at("2026-09-17T10:11:12")
    uuid = row.uuid
    other = asked("bob@hants.example")
    assert forget_person(ada()) == 2
    db.session.commit()
    assert (row.person_id, row.token_hash, row.asked) == (None, None, True)
    assert row.uuid != uuid
    # Midnight in London, in summer.
    blurred = {row.decided_at, row.sent_at, row.reminded_at, row.refused_at}
    assert blurred == {at("2026-08-31T23:00")}
    assert row.expires_at == at("2026-09-30T23:00")
    assert present() == [keys().person_hash("bob@hants.example")]
    assert other.token_hash is not None
    assert db.session.scalar(select(func.count(Invitation.id))) == 2


def test_what_was_not_sent_yet_is_called_off_at_once(app: Flask) -> None:
    unsent = asked(last_asked_at=clock.now())
    unsent.sent_at, unsent.next_attempt_at = None, clock.now()
    assert forget_person(ada()) == 2
    db.session.commit()
    row = db.session.scalars(select(Invitation)).one()
    assert (row.asked, row.reason) == (False, "no_address")
    assert (row.person_id, row.token_hash) == (None, None)
    assert (row.expires_at, row.next_attempt_at) == (None, None)


def test_what_a_worker_holds_may_have_gone_out_and_stays_asked(app: Flask) -> None:
    held = asked(last_asked_at=clock.now())
    held.sent_at, held.next_attempt_at = None, clock.now()
    held.claimed_by, held.claimed_until = "a worker", clock.now()
    forget_person(ada())
    db.session.commit()
    row = db.session.scalars(select(Invitation)).one()
    assert (row.asked, row.person_id, row.token_hash) == (True, None, None)
    assert row.next_attempt_at is None


@pytest.mark.parametrize("days", [1, 4000])
def test_forgetting_somebody_again_changes_nothing(app: Flask, days: int) -> None:
    row = asked(last_asked_at=clock.now() - timedelta(days=days))
    assert forget_person(ada()) == 2
    db.session.commit()
    uuid = row.uuid
    assert forget_person(ada()) == 0
    assert row.uuid == uuid


def test_a_quiet_period_survives_as_a_bare_hash_until_it_is_over(app: Flask) -> None:
    now = clock.now()
    asked(last_asked_at=now - timedelta(days=1), bounced_at=now)
    forget_person(ada())
    person = db.session.scalars(select(Person)).one()
    assert (person.hash, person.address, person.bounced_at) == (ada(), None, None)
    assert people.ask([person.id], now, 30) == set()
    assert forget_expired(now + timedelta(days=28)) == 0
    assert forget_expired(now + timedelta(days=29)) == 1
    assert present() == []


def test_an_opt_out_is_never_forgotten(app: Flask) -> None:
    long_ago = clock.now() - timedelta(days=4000)
    asked(last_asked_at=long_ago, opted_out_at=long_ago)
    forget_person(ada())
    forget_expired(clock.now() + timedelta(days=4000))
    person = db.session.scalars(select(Person)).one()
    assert (person.hash, person.address, person.opted_out_at) == (ada(), None, long_ago)


def test_an_opt_out_of_one_partner_is_never_forgotten_either(app: Flask) -> None:
    now = clock.now()
    partner = directory().partners["OCC"].id
    asked(last_asked_at=now - timedelta(days=4000))
    people.opt_out_of(ada(), partner, now)
    forget_person(ada())
    forget_expired(now + timedelta(days=4000))
    person = db.session.scalars(select(Person)).one()
    assert (person.hash, person.address) == (ada(), None)
    assert db.session.scalars(select(PartnerOptOut.partner_id)).all() == [partner]


def test_decisions_not_to_ask_are_cut_loose_too(app: Flask) -> None:
    row = make_invitation(make_closure(email=ADA), reason="too_old")
    uuid = row.uuid
    assert forget_person(ada()) == 1
    assert row.uuid != uuid
    assert row.reason == "too_old"


def test_forgetting_somebody_unknown_touches_nobody(app: Flask) -> None:
    row = asked("bob@hants.example")
    nobody = make_invitation(make_closure(email=None), reason="no_address")
    uuids = (row.uuid, nobody.uuid)
    assert forget_person(ada()) == 0
    assert (row.uuid, nobody.uuid) == uuids


def test_an_address_goes_so_long_after_the_last_link_expired_and_not_before(app: Flask) -> None:
    now = clock.now()
    asked(last_asked_at=now)
    kept = now + timedelta(days=ADDRESS_DAYS)
    assert forget_expired(kept - timedelta(seconds=1)) == 0
    assert forget_expired(kept) == 1
    person = db.session.scalars(select(Person)).one()
    db.session.refresh(person)
    assert (person.address, person.hash) == (None, ada())


def test_a_bare_hash_goes_once_no_invitation_is_linked_to_it(app: Flask) -> None:
    now = clock.now()
    make_person(ADA, address=None, last_asked_at=now)
    asked("bob@hants.example", address=None, last_asked_at=now)
    assert forget_expired(now + timedelta(days=30)) == 1
    assert present() == [keys().person_hash("bob@hants.example")]
