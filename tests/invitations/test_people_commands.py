"""`survey people …`, as the operator reads it."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from survey.access.model import AuditEntry
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations import people
from survey.invitations.model import Person
from survey.invitations.people_commands import people_group
from survey.partnership.directory import directory
from tests.build import at, make_person

pytestmark = pytest.mark.usefixtures("partnership")
MONDAY = at("2026-11-16T12:00:00Z")


def survey(*words: str) -> tuple[int, str]:
    db.session.commit()
    done = CliRunner().invoke(people_group, list(words))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    db.session.expire_all()
    return done.exit_code, done.output


def bounced(name: str, days: int) -> Person:
    return make_person(f"{name}@hants.example", bounced_at=MONDAY + timedelta(days=days))


def test_who_opted_out_is_listed_oldest_first_by_hash_alone(app: Flask) -> None:
    ada, bob = (keys().person_hash(f"{name}@hants.example") for name in ("ada", "bob"))
    people.opt_out(ada, MONDAY + timedelta(days=1))
    people.opt_out_of(bob, directory().partners["OCC"].id, MONDAY)
    make_person("cat@hants.example")
    listed = f"{bob.hex()}  2026-11-16  OCC\n{ada.hex()}  2026-11-17  everything\n"
    assert survey("opted-out") == (0, listed)


def test_one_whose_letters_came_back_may_be_asked_again(app: Flask) -> None:
    ada, bob = bounced("ada", 0), bounced("bob", 0)
    assert survey("reachable", "Ada@Hants.example") == (0, "1 may be asked again\n")
    assert (ada.bounced_at, bob.bounced_at) == (None, MONDAY)
    assert survey("reachable", "ada@hants.example") == (0, "0 may be asked again\n")


def test_all_whose_letters_came_back_since_a_day_may_be_asked_again(app: Flask) -> None:
    before, others = bounced("ada", -1), [bounced("bob", 0), bounced("cat", 1)]
    assert survey("reachable", "--since", "2026-11-16") == (0, "2 may be asked again\n")
    assert [other.bounced_at for other in others] == [None, None]
    assert before.bounced_at is not None
    noted = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert noted is not None
    assert (noted.action, noted.detail) == ("people reachable again", {"people": 2})


@pytest.mark.parametrize(
    "words", [(), ("ada@hants.example", "--since", "2026-11-16"), ("--since", "yesterday")]
)
def test_what_is_meant_must_be_clear(app: Flask, words: tuple[str, ...]) -> None:
    person = bounced("ada", 0)
    assert survey("reachable", *words)[0] == 2
    assert person.bounced_at is not None
