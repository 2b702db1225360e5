"""The step that reminds, against a real SMTP server, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from flask import Flask

from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from survey.invitations import people
from survey.invitations.model import Invitation, PartnerOptOut, Person
from survey.partnership.directory import directory
from survey.responses import reminding
from survey.responses.model import Hold
from tests.build import make_closure, make_invitation, make_person, make_response
from tests.post.server import Desk, serving

pytestmark = pytest.mark.usefixtures("partnership")
STEP = Step("remind", reminding.remind, reminding.oldest_due)
ADA = "ada@hants.example"


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    desk = Desk()
    with serving(desk) as port:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        yield desk


def make_reminder(email: str = ADA, **given: Any) -> Invitation:
    """An invitation that was sent three days ago and is to be reminded of since a minute."""
    sent, since = clock.now() - timedelta(days=3), clock.now() - timedelta(minutes=1)
    values = {"sent_at": sent, "remind_at": since, "person_id": make_person(email).id}
    return make_invitation(make_closure(email=email), **values | given)


def remind() -> int:
    db.session.commit()
    done = run(STEP)
    db.session.expire_all()
    return done


def test_whoever_a_machine_answered_for_is_reminded_all_the_same(desk: Desk) -> None:
    answer = make_response(make_reminder())
    db.session.add(Hold(response_id=answer.id, held_at=clock.now(), signs=["too_fast"]))
    assert remind() == 1
    assert desk.receivers == [ADA]


def test_whoever_did_not_answer_is_reminded_once(app: Flask, desk: Desk) -> None:
    row = make_reminder()
    sent_at = row.sent_at
    assert reminding.oldest_due() == row.remind_at
    assert (remind(), remind()) == (1, 0)
    assert desk.receivers == [ADA]
    assert (
        message_from_bytes(desk.received[0])["Message-ID"] == f"<{row.uuid}.reminder@survey.test>"
    )
    assert (row.sent_at, row.remind_at, row.claimed_by) == (sent_at, None, None)
    assert row.reminded_at is not None
    assert reminding.oldest_due() is None


def answered(row: Invitation) -> None:
    make_response(row)


def opted_out(row: Invitation) -> None:
    people.opt_out(keys().person_hash(ADA), clock.now())


def opted_out_of_the_partner(row: Invitation) -> None:
    partner = directory().partners["HCC"].id
    db.session.add(
        PartnerOptOut(person_id=row.person_id, partner_id=partner, opted_out_at=clock.now())
    )


def bounced(row: Invitation) -> None:
    row.bounced_at = clock.now()


def person_bounced(row: Invitation) -> None:
    db.session.get_one(Person, row.person_id).bounced_at = clock.now()


def expired(row: Invitation) -> None:
    row.expires_at = clock.now() - timedelta(seconds=1)


@pytest.mark.parametrize(
    "happen", [answered, opted_out, opted_out_of_the_partner, bounced, person_bounced, expired]
)
def test_nobody_is_reminded_after(app: Flask, desk: Desk, happen: Any) -> None:
    row = make_reminder()
    happen(row)
    remind()
    assert desk.received == []
    assert (row.remind_at, row.reminded_at, row.asked) == (None, None, True)


def test_whoever_answers_while_others_are_reminded_is_left_alone(app: Flask, desk: Desk) -> None:
    app.config["SURVEY_MAIL_CONNECTIONS"] = 1
    rows = [
        make_reminder(f"p{n}@hants.example", remind_at=clock.now() - timedelta(minutes=9 - n))
        for n in range(3)
    ]
    db.session.commit()
    for done in reminding.remind():
        db.session.commit()
        if done and len(desk.received) == 1:
            make_response(rows[2])
            db.session.commit()
    assert desk.receivers == ["p0@hants.example", "p1@hants.example"]


def test_reminders_give_way_to_first_letters(app: Flask, desk: Desk) -> None:
    reminder = make_reminder()
    first = make_reminder(
        "bob@hants.example", sent_at=None, remind_at=None, next_attempt_at=clock.now()
    )
    assert remind() == 0
    assert desk.received == []
    first.sent_at = clock.now()
    assert remind() == 1
    assert reminder.reminded_at is not None


def test_a_reminder_put_off_is_tried_again_later(app: Flask, desk: Desk) -> None:
    desk.replies["RCPT"] = ["450 4.2.0 busy"]
    row = make_reminder()
    before = clock.now()
    assert remind() == 0
    assert row.remind_at is not None
    assert row.remind_at > before
    assert row.sent_at is not None


def test_a_reminder_that_is_refused_ends_it_and_leaves_the_first_letter_as_it_was(
    app: Flask, desk: Desk
) -> None:
    desk.replies["RCPT"] = ["550 5.1.1 gone"]
    row = make_reminder()
    assert remind() == 1
    assert (row.remind_at, row.reminded_at, row.refused_at) == (None, None, None)
    assert db.session.get_one(Person, row.person_id).bounced_at is not None
