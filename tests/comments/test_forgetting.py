"""Who asks to be forgotten leaves no reading behind; everybody else keeps theirs."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from survey.comments import editions, reading
from survey.comments.forgetting import forget_expired, forget_person
from survey.comments.model import MentionRow, Reading, UrgentNotice
from survey.comments.reader import Reader, materials
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from survey.invitations.model import Invitation
from survey.responses.model import Response
from tests.build import make_closure, make_invitation, make_response
from tests.comments.made_up import read_as, understood

pytestmark = pytest.mark.usefixtures("partnership")


def asked(name: str) -> Invitation:
    return make_invitation(make_closure(email=f"{name}@hants.example"))


def test_the_readings_of_one_person_go_and_no_others(app: Flask) -> None:
    ada, bob = asked("ada"), asked("bob")
    for invitation in (ada, ada):
        make_response(invitation, comment="Good")
    kept = {make_response(bob, comment=comment).id for comment in ("Good", "Bad")}
    db.session.commit()
    run(Step("read", reading.read_comments, reading.oldest_due))
    assert forget_person(keys().person_hash("Ada@hants.example")) == 2
    assert forget_person(keys().person_hash("nobody@hants.example")) == 0
    db.session.commit()
    assert set(db.session.scalars(select(Reading.response_id))) == kept


def test_a_comment_just_being_read_is_waited_for(app: Flask) -> None:
    make_response(asked("ada"), comment="Good")
    db.session.commit()
    person = keys().person_hash("ada@hants.example")

    def forget() -> None:
        with app.app_context():
            forget_person(person)
            db.session.commit()

    bites = reading.read_comments()
    assert next(bites) == 1
    forgetting = threading.Thread(target=forget)
    forgetting.start()
    forgetting.join(0.5)
    waits = forgetting.is_alive()
    db.session.commit()
    forgetting.join(60)
    assert waits
    assert db.session.scalar(select(Reading.id)) is None


def read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read all, urgent and with a theme, in two editions."""
    found = understood("negative", mentions=(("speed", "negative"),), urgent=("danger",))
    read_as(monkeypatch, lambda *_, **__: found)
    run(Step("read", reading.read_comments, reading.oldest_due))
    edition = editions.open_for("next")
    db.session.commit()
    while claimed := editions.claim(edition):
        reader = Reader()
        rows = db.session.execute(materials().where(Response.id.in_(claimed))).all()
        editions.fill(edition, claimed, reader.read(rows))
    db.session.commit()


def test_who_is_forgotten_leaves_no_theme_and_no_notice_in_any_edition(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_response(asked("ada"), comment="Bad")
    kept = make_response(asked("bob"), comment="Bad").id
    db.session.commit()
    read_twice(monkeypatch)
    assert len(db.session.scalars(select(Reading.id)).all()) == 4
    assert forget_person(keys().person_hash("ada@hants.example")) == 1
    db.session.commit()
    assert db.session.scalars(select(Reading.response_id)).all() == [kept, kept]
    assert len(db.session.scalars(select(MentionRow.id)).all()) == 2
    assert db.session.scalars(select(UrgentNotice.response_id)).all() == [kept]


def test_when_an_original_goes_by_its_age_only_label_and_themes_stay(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (make_response(comment="Bad") for _ in range(2))
    db.session.commit()
    read_twice(monkeypatch)
    for notice in db.session.scalars(select(UrgentNotice)):
        notice.sent_at = clock.now()
    old.comment = None
    db.session.commit()
    assert (forget_expired(clock.now()), forget_expired(clock.now())) == (2, 0)
    db.session.commit()
    told = select(Reading.response_id).where(Reading.told.is_not(None))
    assert db.session.scalars(told).all() == [new.id, new.id]
    gone = db.session.scalars(select(Reading).where(Reading.response_id == old.id)).all()
    assert [one.sentiment for one in gone] == ["negative", "negative"]
    assert len(db.session.scalars(select(MentionRow.id)).all()) == 4
    assert db.session.scalars(select(UrgentNotice.response_id)).all() == [new.id]


def test_danger_nobody_was_told_of_yet_is_not_dropped_for_its_age(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = make_response(comment="Bad")
    db.session.commit()
    read_twice(monkeypatch)
    old.comment = None
    forget_expired(clock.now())
    assert db.session.scalars(select(UrgentNotice.response_id)).all() == [old.id]
