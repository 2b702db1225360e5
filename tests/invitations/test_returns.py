"""What a returned letter means for its invitation and its person, once however often it is read."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import false, true

from survey.foundation import clock
from survey.foundation.database import db
from survey.invitations import returns
from survey.invitations.letter_named import LetterNamed, letter_named
from survey.invitations.model import Invitation, Person
from survey.invitations.return_path import return_path
from survey.invitations.returns import PAUSES, take_back
from survey.post.returned import Kind, Returned
from tests.build import make_closure, make_invitation, make_person

pytestmark = pytest.mark.usefixtures("partnership")
TUESDAY = datetime(2026, 11, 24, 11, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def tuesday(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moment it is, to be moved."""
    moment = [TUESDAY]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


def sent(**given: Any) -> Invitation:
    """An invitation that went out yesterday and is to be reminded about on Thursday."""
    person = make_person()
    closure = make_closure(partner="HCC", closed_at=TUESDAY - 2 * DAY)
    closure.person_hash = person.hash
    values = {
        "person_id": person.id,
        "sent_at": TUESDAY - DAY,
        "remind_at": TUESDAY + 2 * DAY,
        "expires_at": TUESDAY + 20 * DAY,
    }
    row = make_invitation(closure, **values | given)
    db.session.commit()
    return row


def came(row: Invitation, kind: Kind, letter: str = "", **given: Any) -> Returned:
    """A message about one of its letters: `letter` is what its Message-ID says after the id."""
    return Returned(kind, message_ids=(f"{row.uuid}{letter}@survey.test",), **given)


def take(returned: Returned, *, unanswered: bool = True) -> bool:
    found = take_back(returned, true() if unanswered else false())
    db.session.commit()
    db.session.expire_all()
    return found


def person_of(row: Invitation) -> Person:
    return db.session.get_one(Person, row.person_id)


def state(row: Invitation) -> dict[str, object]:
    values = {c.name: getattr(row, c.name) for c in Invitation.__table__.columns}
    return values | {"person": (person_of(row).bounced_at, person_of(row).opted_out_at)}


@pytest.mark.parametrize("kind", [Kind.HARD, Kind.LEFT])
def test_a_letter_that_came_back_for_good_stops_all_asking(app: Flask, kind: Kind) -> None:
    row = sent()
    assert take(came(row, kind))
    assert row.bounced_at == person_of(row).bounced_at == TUESDAY
    assert (row.remind_at, row.sent_at) == (None, TUESDAY - DAY)


def test_a_letter_that_waits_to_go_out_again_does_not_when_the_mailbox_is_gone(app: Flask) -> None:
    row = sent(returns=1, next_attempt_at=TUESDAY)
    take(came(row, Kind.HARD))
    assert row.next_attempt_at is None


def test_a_letter_that_came_back_for_now_goes_out_again_with_growing_pauses(
    app: Flask, tuesday: list[datetime]
) -> None:
    row = sent()
    for returned, pause in enumerate(PAUSES):
        again = f".{returned}" if returned else ""
        assert take(came(row, Kind.SOFT, again))
        assert (row.returns, row.bounced_at) == (returned + 1, None)
        assert (row.next_attempt_at, row.remind_at) == (tuesday[0] + pause, None)
        tuesday[0] += pause + timedelta(hours=1)
        row.sent_at, row.remind_at = tuesday[0], tuesday[0] + 2 * DAY
        row.next_attempt_at = None
        db.session.commit()
    take(came(row, Kind.SOFT, ".3"))
    assert (row.bounced_at, row.remind_at) == (tuesday[0], None)
    assert (row.sent_at, row.returns) == (tuesday[0], 3)
    assert person_of(row).bounced_at is None


def test_pauses_grow() -> None:
    assert list(PAUSES) == sorted(set(PAUSES))


def test_a_soft_bounce_is_known_by_its_date_where_it_names_no_letter(app: Flask) -> None:
    row = sent()
    proven = Returned(Kind.SOFT, addresses=(return_path(row.uuid),))
    for written in (None, TUESDAY - 2 * DAY):
        assert take(Returned(Kind.SOFT, proven.addresses, written_at=written))
        assert (row.returns, row.next_attempt_at) == (0, None)
    take(Returned(Kind.SOFT, proven.addresses, written_at=TUESDAY))
    assert (row.returns, row.next_attempt_at) == (1, TUESDAY + PAUSES[0])


@pytest.mark.parametrize(
    ("given", "letter"),
    [
        ({"expires_at": TUESDAY - timedelta(hours=1)}, ""),
        ({"reminded_at": TUESDAY - timedelta(hours=1)}, ""),
        ({"reminded_at": TUESDAY - timedelta(hours=1)}, ".reminder"),
        ({"refused_at": TUESDAY, "sent_at": None}, ""),
        ({"sent_at": None}, ""),
        ({"bounced_at": TUESDAY - timedelta(hours=1)}, ""),
        ({"returns": 2}, ".1"),
        ({"returns": 1}, ""),
    ],
)
def test_a_soft_bounce_that_nobody_needs_any_more_changes_nothing(
    app: Flask, given: dict[str, Any], letter: str
) -> None:
    row = sent(**given)
    before = state(row)
    assert take(came(row, Kind.SOFT, letter))
    assert state(row) == before


def test_a_soft_bounce_after_an_answer_or_an_opt_out_does_not_send_again(app: Flask) -> None:
    answered, opted_out = sent(), sent()
    person_of(opted_out).opted_out_at = TUESDAY
    before = state(answered), state(opted_out)
    take(came(answered, Kind.SOFT), unanswered=False)
    take(came(opted_out, Kind.SOFT))
    assert (state(answered), state(opted_out)) == before


def test_a_letter_that_would_go_out_after_its_link_expired_is_given_up(app: Flask) -> None:
    row = sent(expires_at=TUESDAY + timedelta(hours=2))
    take(came(row, Kind.SOFT))
    assert (row.bounced_at, row.returns, row.sent_at) == (TUESDAY, 0, TUESDAY - DAY)


@pytest.mark.parametrize(
    ("back_on", "reminded"),
    [
        # Hampshire's centre opens at half past eight; 27 November is a Friday.
        (date(2026, 12, 1), datetime(2026, 12, 2, 9, tzinfo=UTC)),
        (date(2026, 11, 27), datetime(2026, 11, 30, 9, tzinfo=UTC)),
        (date(2026, 11, 24), TUESDAY + 2 * DAY),
        (date(2027, 3, 1), None),
    ],
)
def test_a_reminder_waits_for_the_day_after_somebody_is_back(
    app: Flask, back_on: date, reminded: datetime | None
) -> None:
    row = sent()
    assert take(came(row, Kind.AWAY, back_on=back_on))
    assert row.remind_at == reminded
    assert (row.bounced_at, row.sent_at) == (None, TUESDAY - DAY)


@pytest.mark.parametrize(
    ("written", "since"),
    [
        (TUESDAY - timedelta(hours=2), TUESDAY - timedelta(hours=2)),
        (None, TUESDAY - DAY),
        (TUESDAY + 300 * DAY, TUESDAY),
        (TUESDAY - 300 * DAY, TUESDAY - DAY),
    ],
)
def test_where_nobody_says_when_they_are_back_the_reminder_waits_a_week(
    app: Flask, written: datetime | None, since: datetime
) -> None:
    row = sent()
    take(came(row, Kind.AWAY, written_at=written))
    assert row.remind_at == since + timedelta(days=7)


def test_being_away_makes_no_reminder_where_none_is_due(app: Flask) -> None:
    row = sent(remind_at=None)
    take(came(row, Kind.AWAY, back_on=date(2026, 12, 1)))
    assert row.remind_at is None


def test_whoever_complains_is_opted_out_of_everything(app: Flask) -> None:
    row = sent()
    assert take(came(row, Kind.COMPLAINT))
    assert person_of(row).opted_out_at == TUESDAY
    assert (row.remind_at, row.bounced_at) == (None, None)


@pytest.mark.parametrize("kind", [Kind.AUTOMATIC, Kind.UNKNOWN, Kind.DELIVERED])
def test_anything_else_changes_nothing(app: Flask, kind: Kind) -> None:
    row = sent()
    before = state(row)
    assert take(came(row, kind, back_on=date(2026, 12, 1)))
    assert state(row) == before


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.AWAY])
@pytest.mark.parametrize("named", ["message id", "return path"])
def test_the_same_message_read_again_later_changes_nothing_more(
    app: Flask, tuesday: list[datetime], kind: Kind, named: str
) -> None:
    row = sent()
    about = came(row, kind) if named == "message id" else Returned(kind, (return_path(row.uuid),))
    message = Returned(kind, about.addresses, about.message_ids, None, TUESDAY)
    take(message)
    before = state(row)
    tuesday[0] += timedelta(minutes=30)
    take(message)
    assert state(row) == before
    if row.next_attempt_at is not None:
        tuesday[0] = row.sent_at = TUESDAY + DAY
        row.next_attempt_at = None
        db.session.commit()
        take(message)
        assert (row.next_attempt_at, row.returns) == (None, 1)


@pytest.mark.parametrize("back_on", [None, date(2026, 12, 1)])
def test_an_absence_read_again_moves_the_reminder_no_further(
    app: Flask, tuesday: list[datetime], back_on: date | None
) -> None:
    row = sent()
    take(came(row, Kind.AWAY, back_on=back_on))
    before = state(row)
    tuesday[0] += DAY
    take(came(row, Kind.AWAY, back_on=back_on))
    assert state(row) == before


@pytest.mark.parametrize("kind", list(Kind))
def test_a_message_about_no_letter_of_ours_changes_nothing(app: Flask, kind: Kind) -> None:
    row = sent()
    before = state(row)
    for made_up in (
        Returned(kind),
        Returned(kind, message_ids=(f"{uuid4()}@survey.test", f"{row.uuid}@elsewhere.test")),
        Returned(kind, message_ids=(f"{row.uuid}x@survey.test", "@survey.test", "")),
        Returned(kind, addresses=(f"survey+{'a' * 40}@survey.test", "survey@survey.test")),
    ):
        assert not take(made_up)
    assert state(row) == before


def test_what_was_not_asked_or_is_another_partners_is_nobodys(app: Flask) -> None:
    row, never = sent(), make_invitation(reason="opted_out")
    before = state(row)
    assert not take(came(never, Kind.HARD))
    assert not take_back(came(row, Kind.HARD), true(), partners=[-1])
    assert state(row) == before


def test_whoever_was_forgotten_stays_so(app: Flask) -> None:
    row = sent()
    row.person_id = None
    for kind in Kind:
        assert take(came(row, kind, back_on=date(2026, 12, 1)))
    assert row.returns == 0


def test_the_return_path_outweighs_a_message_id_of_another_letter(app: Flask) -> None:
    first, second = uuid4(), uuid4()
    ids = (f"{second}.2@survey.test", f"{first}.reminder@survey.test")
    proven = Returned(Kind.SOFT, addresses=(return_path(first),), message_ids=ids)
    assert letter_named(proven) == LetterNamed(first, 0, reminder=True)
    assert letter_named(Returned(Kind.SOFT, message_ids=ids)) == LetterNamed(second, 2)
    assert letter_named(Returned(Kind.SOFT, (return_path(first),))) == LetterNamed(first)


def test_every_kind_that_stops_or_delays_has_its_act() -> None:
    harmless = {Kind.SOFT, Kind.AUTOMATIC, Kind.DELIVERED, Kind.UNKNOWN}
    assert set(returns.ACTS) == set(Kind) - harmless
