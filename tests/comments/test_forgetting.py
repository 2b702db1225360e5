"""Who asks to be forgotten leaves no reading behind; everybody else keeps theirs."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from survey.comments import reading
from survey.comments.forgetting import forget_person
from survey.comments.model import Reading
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import Step, run
from survey.invitations.model import Invitation
from tests.build import make_closure, make_invitation, make_response

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
