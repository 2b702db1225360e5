"""What is planted is what the service would have stored itself, on either database."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from survey.app import create_app
from survey.demo.partnership import load_partnership
from survey.demo.planting import LETTERS_TO_SEND, Planted, plant
from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys, token_hash
from survey.invitations.eligibility import REASONS
from survey.invitations.model import Invitation, Person
from survey.partnership.directory import directory
from survey.partnership.working_time import WorkingCalendar
from survey.questionnaire.answers import Answers, check
from survey.questionnaire.library import newest
from survey.questionnaire.shipped import current
from survey.responses.model import Hold, Response
from tests.databases import Postgresql, Sqlite, config_for

SCALE = 0.03


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The service on a database that all these tests look at and none changes: planting is slow."""
    databases: Sqlite | Postgresql = request.getfixturevalue(request.param)
    url = databases.fresh()
    app = create_app(config_for(url, tmp_path_factory.mktemp("planted")))
    with app.app_context():
        load_partnership()
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


@pytest.fixture(scope="module", autouse=True)
def one_day() -> Iterator[None]:
    """What is planted hangs on the day, and a test that can fail must not fail by the day."""
    with time_machine.travel("2026-11-21T09:30:00+00:00"):
        yield


@pytest.fixture(scope="module", autouse=True)
def planted(app: Flask, one_day: None) -> Planted:
    planted = plant(SCALE)
    db.session.commit()
    assert planted is not None
    return planted


def _decisions() -> list[tuple[Closure, Invitation]]:
    rows = db.session.execute(
        select(Closure, Invitation)
        .join(Invitation, Invitation.closure_id == Closure.id)
        .order_by(Invitation.decided_at)
    )
    return [(row[0], row[1]) for row in rows]


def _count(*where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(where[0]).where(*where[1:])) or 0


def test_it_ends_yesterday_and_begins_two_years_before() -> None:
    first, last = db.session.execute(
        select(func.min(Closure.opened_at), func.max(Response.answered_at)).select_from(
            Closure.__table__.outerjoin(Invitation.__table__).outerjoin(Response.__table__)
        )
    ).one()
    midnight = now().astimezone(directory().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    assert midnight - timedelta(days=7) < last < midnight
    assert midnight - timedelta(days=731) < first < midnight - timedelta(days=715)


def test_every_closure_has_one_decision_with_a_true_reason(planted: Planted) -> None:
    decisions = _decisions()
    assert len(decisions) == planted.closures == _count(Closure) == _count(Invitation)
    for closure, invitation in decisions:
        assert closure.address is None
        assert closure.taken_up_at == invitation.decided_at >= closure.received_at
        assert invitation.asked == (invitation.reason is None)
        assert (invitation.reason == "no_address") == (closure.person_hash is None)
        if invitation.reason == "outcome_off" or invitation.asked:
            assert (closure.outcome == "withdrawn") == (invitation.reason == "outcome_off")
    reasons = {invitation.reason for _, invitation in decisions if not invitation.asked}
    assert {"no_address", "outcome_off", "quiet_period"} <= reasons <= set(REASONS)


def test_nobody_is_asked_within_the_quiet_period_and_only_then_it_is_the_reason() -> None:
    quiet = timedelta(days=directory().settings.asking.quiet_days)
    by_person: dict[bytes, list[Invitation]] = {}
    for closure, invitation in _decisions():
        if closure.person_hash and (invitation.asked or invitation.reason == "quiet_period"):
            by_person.setdefault(closure.person_hash, []).append(invitation)
    for invitations in by_person.values():
        asked = [invitation.decided_at for invitation in invitations if invitation.asked]
        assert all(later - earlier >= quiet for earlier, later in pairwise(asked))
        for invitation in invitations:
            recent = any(timedelta(0) <= invitation.decided_at - at < quiet for at in asked)
            assert recent or invitation.reason != "quiet_period"


def test_times_and_targets_are_those_of_the_working_calendar() -> None:
    calendar = WorkingCalendar.of(directory().settings)
    for closure in db.session.scalars(select(Closure)):
        hours = calendar.hours_between(closure.opened_at, closure.closed_at)
        assert closure.hours_to_close == round(hours, 4)
        replied = closure.first_reply_at
        to_reply = replied and round(calendar.hours_between(closure.opened_at, replied), 4)
        assert closure.hours_to_first_reply == to_reply
        assert closure.within_target == (hours <= closure.target_hours)
        assert closure.closed_month == calendar.local_month(closure.closed_at)
    for response in db.session.scalars(select(Response)):
        assert response.answered_month == calendar.local_month(response.answered_at)


def test_links_are_those_the_keys_make_and_answers_came_while_they_were_open() -> None:
    asked = db.session.execute(
        select(Invitation, Response)
        .outerjoin(Response, Response.invitation_id == Invitation.id)
        .where(Invitation.asked)
    ).all()
    for invitation, response in asked:
        assert invitation.token_hash == token_hash(keys().link_token(invitation.uuid))
        assert invitation.person_id is not None
        if response is not None:
            assert invitation.sent_at
            assert invitation.expires_at
            assert invitation.sent_at < response.answered_at < invitation.expires_at
            assert response.language in current().languages
    assert 0 < _count(Hold) < 0.03 * _count(Response)


def test_payroll_is_answered_in_its_own_questions_as_its_form_would_let_people() -> None:
    payroll, keys_seen = directory().services["payroll"].id, set[str]()
    rows = db.session.execute(
        select(Closure.service_id, Response)
        .join(Invitation, Invitation.closure_id == Closure.id)
        .join(Response, Response.invitation_id == Invitation.id)
    )
    for service, response in rows:
        own = service == payroll
        asked = newest("payroll" if own else "default")
        assert (response.questionnaire, response.version) == (asked.name, asked.version)
        written = json.loads(keys().decrypt(response.texts)) if response.texts else {}
        given = {**response.answers, **written}
        common = {"rating": response.rating, "ease": response.ease, "resolved": response.resolved}
        form = [
            (key, str(value))
            for key, values in ({**common, **given}).items()
            for value in (values if isinstance(values, list) else [values])
            if value is not None
        ]
        checked = check(asked, form)
        assert isinstance(checked, Answers)
        # Nothing was given to a question that was not meant.
        assert set(given) <= set(checked.values)
        keys_seen.update(given)
    assert keys_seen == {"missing", "put_right", "told", "recommend", "unclear"}


def test_people_are_known_by_the_real_hash_and_old_addresses_are_gone() -> None:
    settings = directory().settings
    kept = timedelta(days=settings.asking.expires_days + settings.keeping.address_days)
    people = db.session.scalars(select(Person)).all()
    for person in people:
        assert person.last_asked_at
        assert person.last_asked_at == db.session.scalar(
            select(func.max(Invitation.decided_at)).where(Invitation.person_id == person.id)
        )
        old = person.last_asked_at <= now() - kept or person.opted_out_at is not None
        assert (person.address is None) == old
        if person.address:
            address = keys().decrypt(person.address)
            assert keys().person_hash(address) == person.hash
            assert address.endswith(".example.org")
    assert any(person.address for person in people)


def test_the_last_letters_are_left_to_send_and_recent_links_are_still_open() -> None:
    unsent = _count(
        Invitation, Invitation.asked, Invitation.sent_at.is_(None), Invitation.refused_at.is_(None)
    )
    assert unsent == LETTERS_TO_SEND
    unanswered = ~select(Response.id).where(Response.invitation_id == Invitation.id).exists()
    assert _count(Invitation, Invitation.expires_at > now(), unanswered) > unsent


def test_nothing_that_was_sent_is_to_be_sent_again() -> None:
    again = (Invitation.sent_at.is_not(None), Invitation.next_attempt_at.is_not(None))
    assert _count(Invitation, *again) == 0
    assert _count(Invitation, Invitation.sent_at.is_not(None)) > 100


def test_planting_again_changes_nothing() -> None:
    before = [_count(table) for table in (Closure, Invitation, Person, Response)]
    assert plant(SCALE) is None
    db.session.commit()
    assert [_count(table) for table in (Closure, Invitation, Person, Response)] == before
