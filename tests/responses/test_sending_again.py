"""What is sent again to somebody who may have the letter already, against a real SMTP server."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from survey.invitations import deciding, people, sending
from survey.invitations.model import Invitation
from survey.invitations.reopening import withdraw_before
from survey.partnership.directory import directory, forget_directory
from survey.partnership.model import PartnerRow
from survey.responses import sending_again
from tests.build import make_closure, make_invitation, make_person, make_response
from tests.post.server import Desk, serving

pytestmark = pytest.mark.usefixtures("partnership")
STEP = Step("send again", sending_again.send_again, sending_again.oldest_due)
FIRST = Step("send", sending.send, sending.oldest_due)
DECIDE = Step("decide", deciding.decide, deciding.oldest_due)
ADA = "ada@hants.example"


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    desk = Desk()
    with serving(desk) as port:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        app.config["SURVEY_MAIL_CONNECTIONS"] = 1
        yield desk


def make(**given: Any) -> Invitation:
    """An invitation whose letter is to be sent again since a minute, since it came back for now."""
    sent, since = clock.now() - timedelta(hours=5), clock.now() - timedelta(minutes=1)
    person = make_person(ADA, last_asked_at=sent)
    values = {"sent_at": sent, "next_attempt_at": since, "returns": 1, "person_id": person.id}
    return make_invitation(make_closure(email=ADA, reference="SAME"), **values | given)


def do(step: Step) -> int:
    db.session.commit()
    done = run(step)
    db.session.expire_all()
    return done


def test_what_came_back_for_now_goes_out_once_more_and_is_reminded_of(
    app: Flask, desk: Desk
) -> None:
    row = make()
    assert sending_again.oldest_due() == row.next_attempt_at
    before = clock.now()
    assert (do(STEP), do(STEP)) == (1, 0)
    (letter,) = desk.received
    assert message_from_bytes(letter)["Message-ID"] == f"<{row.uuid}.1@survey.test>"
    assert row.sent_at is not None
    assert row.remind_at is not None
    assert row.sent_at >= before
    assert (row.next_attempt_at, row.claimed_by) == (None, None)


def answered(row: Invitation) -> None:
    make_response(row)


def opted_out(row: Invitation) -> None:
    people.opt_out(keys().person_hash(ADA), clock.now())


def expired(row: Invitation) -> None:
    row.expires_at = clock.now() - timedelta(seconds=1)


def switched_off(row: Invitation) -> None:
    db.session.get_one(PartnerRow, directory().partners["HCC"].id).asks = False
    forget_directory()


@pytest.mark.parametrize("meanwhile", [answered, opted_out, expired, switched_off])
def test_it_does_not_where_nobody_needs_it_and_what_was_asked_stays_asked(
    app: Flask, desk: Desk, meanwhile: Callable[[Invitation], None]
) -> None:
    row = make()
    sent_at, token = row.sent_at, row.token_hash
    meanwhile(row)
    do(STEP)
    assert desk.received == []
    assert (row.asked, row.reason, row.sent_at, row.token_hash) == (True, None, sent_at, token)
    assert row.next_attempt_at is None
    assert sending_again.oldest_due() is None


def closed_again(row: Invitation) -> Closure:
    day_later = clock.now() - timedelta(days=6)
    return make_closure(email=ADA, reference="SAME", closed_at=day_later)


def test_an_answer_stays_with_its_closure_when_the_enquiry_is_closed_again(
    app: Flask, desk: Desk
) -> None:
    row = make()
    make_response(row)
    assert withdraw_before([closed_again(row).id], clock.now()) == (0, {})
    do(STEP)
    assert (row.asked, desk.received) == (True, [])


def test_a_letter_lost_on_its_way_counts_as_sent_and_goes_out_again_the_same(
    app: Flask, desk: Desk
) -> None:
    row = make(sent_at=None, returns=0, attempts=0)
    desk.hang_up_at = {"DATA"}
    assert do(FIRST) == 0
    assert row.sent_at is not None
    assert row.next_attempt_at is not None
    assert do(FIRST) == 0
    row.next_attempt_at = clock.now()
    assert do(STEP) == 1
    ids = Counter(message_from_bytes(mail)["Message-ID"] for mail in desk.received)
    assert set(ids) == {f"<{row.uuid}@survey.test>"}


def test_whoever_answered_a_letter_lost_on_its_way_gets_no_other(app: Flask, desk: Desk) -> None:
    row = make(sent_at=None, returns=0, attempts=0)
    desk.hang_up_at = {"DATA"}
    do(FIRST)
    make_response(row)
    row.next_attempt_at = clock.now()
    already = len(desk.received)
    do(STEP)
    assert len(desk.received) == already


def test_what_a_killed_worker_held_goes_out_unless_it_was_answered(app: Flask, desk: Desk) -> None:
    until = clock.now() - timedelta(seconds=1)
    dead = {"sent_at": None, "returns": 0, "claimed_by": "dead", "claimed_until": until}
    row = make(**dead)
    assert sending_again.oldest_due() == until
    assert do(STEP) == 1
    assert (row.attempts, row.claimed_by, row.next_attempt_at) == (3, None, None)
    assert desk.receivers == [ADA]


def test_a_refusal_of_the_second_letter_is_final(app: Flask, desk: Desk) -> None:
    row = make()
    desk.replies["RCPT"] = ["550 5.1.1 no such user"]
    do(STEP)
    assert row.refused_at is not None
    assert (row.asked, row.next_attempt_at) == (True, None)
    assert sending_again.oldest_due() is None


def test_an_enquiry_closed_again_calls_off_the_second_letter_alone(app: Flask, desk: Desk) -> None:
    row = make()
    later = closed_again(row)
    do(DECIDE)
    do(STEP)
    assert (row.asked, row.next_attempt_at, desk.received) == (True, None, [])
    reason = db.session.scalar(select(Invitation.reason).where(Invitation.closure_id == later.id))
    assert reason == "quiet_period"
