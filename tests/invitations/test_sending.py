"""The step that sends, against a real SMTP server and a real maildir, on both databases."""

import mailbox
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from flask import Flask

from survey.enquiries.model import Closure
from survey.foundation import clock, steps
from survey.foundation.claims import pause
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from survey.invitations import claiming, noting, people, sending
from survey.invitations.forgetting import forget_person
from survey.invitations.model import Invitation, Person
from survey.partnership.directory import directory
from tests.build import make_closure, make_invitation, make_person
from tests.post.server import Desk, serving

pytestmark = pytest.mark.usefixtures("partnership")
STEP = Step("send", sending.send, sending.oldest_due)


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    desk = Desk()
    with serving(desk) as port:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        app.config["SURVEY_MAIL_CONNECTIONS"] = 1
        yield desk


def make_due(email: str, minutes: int = 1) -> Invitation:
    """An invitation that has been due for so many minutes."""
    since = clock.now() - timedelta(minutes=minutes)
    return make_invitation(
        make_closure(email=email),
        person_id=make_person(email, last_asked_at=since).id,
        decided_at=since,
        next_attempt_at=since,
        sent_at=None,
        attempts=0,
    )


def send() -> int:
    db.session.commit()
    return run(STEP)


def mails(desk: Desk) -> list[Message]:
    return [message_from_bytes(content) for content in desk.received]


def test_a_due_invitation_goes_out_once(app: Flask, desk: Desk) -> None:
    row = make_due("ada@hants.example")
    assert sending.oldest_due() == row.next_attempt_at
    assert send() == 1
    assert send() == 0
    assert desk.receivers == ["ada@hants.example"]
    assert mails(desk)[0]["Message-ID"] == f"<{row.uuid}@survey.test>"
    assert (row.attempts, row.claimed_by, row.refused_at) == (1, None, None)
    assert row.sent_at is not None
    assert sending.oldest_due() is None


def test_whoever_opted_out_of_the_partner_meanwhile_is_not_written_to(
    app: Flask, desk: Desk
) -> None:
    row, other = make_due("ada@hants.example"), make_due("bob@hants.example")
    for email, partner in (("ada@hants.example", "HCC"), ("bob@hants.example", "OCC")):
        id_ = directory().partners[partner].id
        people.opt_out_of(keys().person_hash(email), id_, clock.now())
    assert send() == 2
    assert (row.asked, row.reason) == (False, "opted_out")
    assert other.sent_at is not None
    assert desk.receivers == ["bob@hants.example"]


def test_a_batch_goes_over_one_connection_longest_waiting_first(app: Flask, desk: Desk) -> None:
    for minutes in (1, 3, 2):
        make_due(f"p{minutes}@hants.example", minutes)
    assert send() == 3
    assert desk.connects == 1
    assert desk.receivers == [f"p{n}@hants.example" for n in (3, 2, 1)]


def test_more_than_a_batch_goes_out_in_one_run(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "BATCH", 2)
    for n in range(5):
        make_due(f"p{n}@hants.example")
    assert send() == 5


def test_letters_can_go_into_a_maildir(app: Flask, tmp_path: Path) -> None:
    make_due("ada@hants.example")
    assert send() == 1
    (mail,) = mailbox.Maildir(tmp_path / "mail", create=False)
    assert mail["To"] == "ada@hants.example"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("reply", "gone"),
    [
        ("RCPT 550 5.1.1 no such user", True),
        ("RCPT 550 unknown user", True),
        ("RCPT 550 unknown", False),
        ("RCPT 552 5.2.2 mailbox full", False),
        ("RCPT 550 5.1.8 sender address rejected: domain not found", False),
        ("RCPT 550 relay not permitted", False),
        ("RCPT 554 client host blocked using zen.spamhaus.org", False),
        ("RCPT 554 5.7.1 relay access denied", False),
        ("DATA 554 5.7.1 looks like spam", False),
    ],
)
def test_a_refused_letter_is_final_and_marks_the_person_only_if_the_mailbox_is_gone(
    app: Flask, desk: Desk, reply: str, gone: bool
) -> None:
    command, _, answer = reply.partition(" ")
    desk.replies[command] = [answer]
    refused, taken = make_due("gone@hants.example", 2), make_due("ada@hants.example", 1)
    assert send() == 2
    assert (refused.sent_at, refused.refused_at is None) == (None, False)
    assert (db.session.get_one(Person, refused.person_id).bounced_at is not None) == gone
    assert taken.sent_at is not None
    assert send() == 0


def test_an_address_that_is_none_is_refused_without_asking_the_server(
    app: Flask, desk: Desk
) -> None:
    row = make_due("nobody at hants.example")
    assert send() == 1
    assert desk.senders == []
    assert row.refused_at is not None
    assert db.session.get_one(Person, row.person_id).bounced_at is not None


def test_letters_that_must_wait_are_put_off_and_the_rest_given_back_untouched(
    app: Flask, desk: Desk
) -> None:
    desk.replies["MAIL"] = ["451 4.3.0 busy"] * 3
    *first, last = [make_due(f"p{n}@hants.example", 9 - n) for n in range(4)]
    before = clock.now()
    assert send() == 0
    for row in first:
        assert row.next_attempt_at is not None
        assert before + timedelta(minutes=1) <= row.next_attempt_at
        assert (row.attempts, row.claimed_by) == (1, None)
    assert (last.attempts, last.claimed_by, last.claimed_until) == (0, None, None)
    assert sending.oldest_due() == last.next_attempt_at
    assert send() == 1
    assert desk.receivers == ["p3@hants.example"]


def test_a_letter_that_cannot_be_written_is_put_off_and_the_others_go_out(
    app: Flask, desk: Desk
) -> None:
    sealed, odd = make_due("eve@hants.example", 4), make_due("bad@hants.example", 3)
    db.session.get_one(Person, sealed.person_id).address = b"sealed with another key"
    db.session.get_one(Closure, odd.closure_id).reference = "=?ascii?q?=E9?=é"
    others = [make_due(f"p{n}@hants.example", n) for n in (2, 1)]
    before = clock.now()
    assert send() == 3
    assert desk.receivers == [f"{name}@hants.example" for name in ("bad", "p2", "p1")]
    assert all(row.sent_at for row in others)
    assert sealed.next_attempt_at is not None
    assert before + timedelta(minutes=1) <= sealed.next_attempt_at
    assert (sealed.attempts, sealed.sent_at, sealed.refused_at) == (1, None, None)
    assert (sealed.asked, sealed.claimed_by) == (True, None)


def test_a_receiver_that_is_greylisted_is_put_off_and_the_others_are_written_to(
    app: Flask, desk: Desk
) -> None:
    desk.replies["RCPT"] = ["450 4.2.0 greylisted"]
    first, second = make_due("ada@hants.example", 2), make_due("bob@hants.example", 1)
    assert send() == 1
    assert (first.attempts, first.sent_at, first.claimed_by) == (1, None, None)
    assert second.sent_at is not None
    assert desk.receivers == ["bob@hants.example"]


def test_a_letter_put_off_goes_out_later_with_the_same_message_id(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.replies["DATA"] = ["451 later"]
    row = make_due("ada@hants.example")
    assert send() == 0
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert send() == 1
    assert mails(desk)[0]["Message-ID"] == f"<{row.uuid}@survey.test>"
    assert row.attempts == 2


def test_pauses_double_from_a_minute_to_four_hours() -> None:
    pauses = [pause(n, noting.FIRST_PAUSE, noting.LONGEST_PAUSE) for n in range(1, 11)]
    minutes = [each / timedelta(minutes=1) for each in pauses]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]


def test_whoever_opted_out_after_the_decision_is_not_written_to(app: Flask, desk: Desk) -> None:
    row = make_due("ada@hants.example")
    people.opt_out(keys().person_hash("ada@hants.example"), clock.now())
    send()
    assert desk.received == []
    assert (row.asked, row.reason, row.token_hash) == (False, "opted_out", None)
    assert sending.oldest_due() is None


def test_whoever_was_forgotten_after_the_decision_is_not_written_to(app: Flask, desk: Desk) -> None:
    row = make_due("ada@hants.example")
    forget_person(keys().person_hash("ada@hants.example"))
    send()
    assert desk.received == []
    assert (row.asked, row.reason) == (False, "no_address")


def test_whoever_opts_out_in_the_middle_of_a_batch_is_not_written_to(
    app: Flask, desk: Desk
) -> None:
    for minutes, name in ((3, "ada"), (2, "bob"), (1, "cat")):
        make_due(f"{name}@hants.example", minutes)
    db.session.commit()
    for done in sending.send():
        db.session.commit()
        if done:
            # By now the next letter is on its way to the lane.
            people.opt_out(keys().person_hash("cat@hants.example"), clock.now())
            db.session.commit()
    assert desk.receivers == ["ada@hants.example", "bob@hants.example"]


def test_an_invitation_that_expired_before_it_went_out_is_not_sent(app: Flask, desk: Desk) -> None:
    make_due("ada@hants.example").expires_at = clock.now() - timedelta(seconds=1)
    assert send() == 0
    assert sending.oldest_due() is None


def test_what_another_worker_holds_is_left_alone_and_still_counts_as_due(
    app: Flask, desk: Desk
) -> None:
    row = make_due("ada@hants.example")
    hold(row, until=clock.now() + timedelta(seconds=30))
    assert send() == 0
    assert sending.oldest_due() == row.next_attempt_at


def test_what_a_killed_worker_held_may_have_gone_out_and_is_no_first_letter(
    app: Flask, desk: Desk
) -> None:
    hold(make_due("ada@hants.example"), until=clock.now() - timedelta(seconds=1))
    assert send() == 0
    assert sending.oldest_due() is None


def test_a_worker_that_lost_a_claim_while_it_was_stuck_leaves_the_letter_to_the_other(
    app: Flask, desk: Desk
) -> None:
    make_due("ada@hants.example", 3)
    make_due("bob@hants.example", 2)
    lost = make_due("cat@hants.example", 1)
    db.session.commit()
    for done in sending.send():
        db.session.commit()
        if done:
            hold(lost, until=clock.now() + timedelta(seconds=30))
    assert desk.receivers == ["ada@hants.example", "bob@hants.example"]
    assert (lost.claimed_by, lost.sent_at) == ("another", None)


def test_a_long_batch_renews_its_claim_while_it_lasts(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    rows = [make_due(f"p{n}@hants.example", 9 - n) for n in range(9)]
    db.session.commit()
    for _ in sending.send():
        db.session.commit()
        moment[0] += timedelta(seconds=4)
        db.session.expire_all()
        held = [row.claimed_until for row in rows if row.claimed_by]
        assert all(until and until > moment[0] for until in held)
    assert len(desk.received) == 9


def test_a_worker_asked_to_stop_gives_back_what_it_did_not_send(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [make_due(f"p{n}@hants.example") for n in range(3)]
    monkeypatch.setattr(steps.stopping, "is_set", lambda: len(desk.received) == 1)
    assert send() == 1
    assert [row.sent_at is not None for row in rows].count(True) == 1
    assert all(row.claimed_by is None for row in rows)


def hold(row: Invitation, until: datetime) -> None:
    claiming.note(Invitation.id == row.id, claimed_by="another", claimed_until=until)
    db.session.commit()
