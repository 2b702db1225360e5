"""Sending at the pace that receivers take, over several connections, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from survey.foundation import clock, steps
from survey.foundation.database import db
from survey.invitations import dispatch
from survey.invitations.model import MailSystem
from survey.invitations.receivers import Receivers
from survey.partnership.directory import directory
from survey.partnership.working_time import WorkingCalendar
from tests.invitations.test_receivers import nameserver
from tests.invitations.test_sending import make_due, send
from tests.post.server import Desk, serving

pytestmark = pytest.mark.usefixtures("partnership")


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    desk = Desk(pipelining=True)
    with serving(desk) as port:
        app.config["SURVEY_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        app.config["SURVEY_MAIL_CONNECTIONS"] = 3
        yield desk


class Waited:
    """A clock that stands still but for the waiting, which it counts."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.moment, self.began = clock.now(), clock.now()
        patch.setattr(clock, "now", lambda: self.moment)
        patch.setattr(steps.stopping, "wait", self.wait)

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=max(seconds, 0.001))

    @property
    def seconds(self) -> float:
        return (self.moment - self.began).total_seconds()


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> Waited:
    return Waited(monkeypatch)


def system(name: str) -> MailSystem:
    db.session.expire_all()
    return db.session.scalars(select(MailSystem).where(MailSystem.name == name)).one()


def test_letters_go_over_several_connections_each_once(app: Flask, desk: Desk) -> None:
    addresses = [f"p{n}@hants.example" for n in range(20)]
    for address in addresses:
        make_due(address)
    assert send() == 20
    assert sorted(desk.receivers) == sorted(addresses)
    assert 1 <= desk.connects <= 3


def test_what_was_sent_is_reminded_of_some_working_days_later(app: Flask, desk: Desk) -> None:
    row = make_due("ada@hants.example")
    send()
    assert row.sent_at is not None
    calendar = WorkingCalendar.of(directory().settings, "HCC")
    assert row.remind_at == calendar.days_after(row.sent_at, 3)


def test_nobody_is_reminded_of_a_link_that_will_have_expired(app: Flask, desk: Desk) -> None:
    row = make_due("ada@hants.example")
    row.expires_at = clock.now() + timedelta(hours=1)
    send()
    assert row.sent_at is not None
    assert row.remind_at is None


def test_more_than_the_pace_lets_out_goes_out_evenly_in_one_run(
    app: Flask, desk: Desk, waited: Waited
) -> None:
    app.config["SURVEY_MAIL_PER_MINUTE"] = 30
    for n in range(25):
        make_due(f"p{n}@hants.example")
    assert send() == 25
    # Ten seconds' worth are held: five letters. The others come every two seconds.
    assert 38 <= waited.seconds <= 50


def test_one_full_mail_system_does_not_keep_the_others(
    app: Flask, desk: Desk, waited: Waited
) -> None:
    app.config["SURVEY_MAIL_PER_MINUTE_AND_SYSTEM"] = 6
    for n in range(3):
        make_due(f"p{n}@hants.example", minutes=9)
    make_due("ada@oxon.example", minutes=1)
    assert send() == 4
    assert desk.receivers[:2] in (
        ["p0@hants.example", "ada@oxon.example"],
        ["ada@oxon.example", "p0@hants.example"],
    )
    assert 19 <= waited.seconds <= 30


def test_what_the_pace_holds_back_is_held_by_nobody(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["SURVEY_MAIL_PER_MINUTE"] = 6
    rows = [make_due(f"p{n}@hants.example", minutes=9 - n) for n in range(3)]
    # The first wait is where the process is asked to stop.
    stopped: list[float] = []
    monkeypatch.setattr(steps.stopping, "wait", stopped.append)
    monkeypatch.setattr(steps.stopping, "is_set", lambda: bool(stopped))
    assert send() == 1
    db.session.expire_all()
    assert [(row.sent_at is not None, row.claimed_by, row.attempts) for row in rows] == [
        (True, None, 1),
        (False, None, 0),
        (False, None, 0),
    ]


def test_a_system_that_puts_letters_off_is_written_to_more_slowly(app: Flask, desk: Desk) -> None:
    desk.replies["RCPT"] = ["450 4.2.1 too many", "450 4.2.1 too many"]
    for n in range(3):
        make_due(f"p{n}@hants.example")
    send()
    assert system("hants.example").slowed_to == app.config["SURVEY_MAIL_PER_MINUTE_AND_SYSTEM"] / 2
    assert system("*").slowed_to is None


def test_a_server_that_takes_nothing_for_now_slows_all_and_loses_nothing(
    app: Flask, desk: Desk, waited: Waited
) -> None:
    desk.replies["MAIL"] = ["451 4.3.0 busy"] * 20
    rows = [make_due(f"p{n}@hants.example", minutes=20 - n) for n in range(12)]
    assert send() == 0
    assert system("*").slowed_to == app.config["SURVEY_MAIL_PER_MINUTE"] / 2
    # Three lanes have heard it three times each.
    assert sum(row.attempts for row in rows) == 9
    assert all(row.claimed_by is None for row in rows)
    waited.moment += timedelta(minutes=2)
    desk.replies = {}
    assert send() == 12


def test_a_letter_put_off_or_lost_now_and_then_stops_no_others(app: Flask, desk: Desk) -> None:
    rows = [make_due(f"p{n}@hants.example", minutes=20 - n) for n in range(12)]
    desk.replies["MAIL"], desk.replies["DATA"] = ["451 4.3.0 busy"], ["452 4.3.1 full"]
    assert send() == 10
    desk.hang_up_at = {"DATA"}
    rows += [make_due(f"q{n}@hants.example", minutes=20 - n) for n in range(12)]
    assert send() == 11
    assert {row.attempts for row in rows} == {1}
    assert all(row.claimed_by is None for row in rows)


def test_where_the_server_takes_fewer_connections_the_letters_go_over_those(
    app: Flask, desk: Desk
) -> None:
    desk.most_live = 1
    rows = [make_due(f"p{n}@hants.example", minutes=40 - n) for n in range(30)]
    sent = send()
    # Two lanes have tried three times each.
    assert sent >= 30 - 6
    assert sum(row.sent_at is not None for row in rows) == sent


def test_domains_of_one_mail_system_share_its_pace(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [make_due("ada@hants.gov.uk"), make_due("bob@oxfordshire.gov.uk")]
    with nameserver() as (server, resolver):
        monkeypatch.setattr(dispatch, "receivers", Receivers(resolver))
        assert send() == 2
        assert len(server.asked) == 2
    assert [row.mail_system for row in rows] == ["outlook.com", "outlook.com"]
    held = app.config["SURVEY_MAIL_PER_MINUTE_AND_SYSTEM"] / 6
    assert system("outlook.com").tokens == held - 2
