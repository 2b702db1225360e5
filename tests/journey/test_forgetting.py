"""Forgetting a person: nothing of them is left in any room, and no count moves."""

from datetime import timedelta

from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import LargeBinary, String, select

from survey import tables  # noqa: F401
from survey.cli import cli
from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import Base, db
from survey.foundation.keys import keys
from survey.invitations.model import Invitation, Person
from survey.responses.model import Response
from survey.worker import work_until_idle
from tests.build import make_closure, make_invitation, make_person, make_response
from tests.conftest import MakeKey, bearer
from tests.journey.test_journey import enquiry

ADDRESS = "jo.smith@hants.example"


def everything_stored() -> list[object]:
    """Every text and every bytes in every table."""
    return [
        value
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, (String, LargeBinary))
        for value in db.session.scalars(select(column).where(column.is_not(None)))
    ]


def plant() -> tuple[str, bytes]:
    """An answer of Jo Smith with a comment that was read, among those of others."""
    for _ in range(11):
        make_response(comment="Helpful")
    person = make_person(ADDRESS)
    closure = make_closure(email=ADDRESS, reference="JOS-1", address=None)
    invitation = make_invitation(closure, person_id=person.id)
    make_response(invitation, comment="They lost my file twice", rating=1)
    db.session.commit()
    work_until_idle()
    return keys().link_token(invitation.uuid), keys().person_hash(ADDRESS)


def test_nothing_is_left_but_the_counts(
    app: Flask, client: FlaskClient, partnership: None, make_key: MakeKey
) -> None:
    token, who = plant()
    analyst = bearer(make_key("figures:explore"))
    address = f"/api/v1/figures?period={now():%Y}&by=service,month"

    def counted() -> object:
        found = client.get(address, headers=analyst).get_json()
        for row in (*found["rows"], found["total"]):
            # What was read of the comment goes with the comment.
            row.pop("sentiment")
        return found["rows"], found["total"]

    before = counted()
    done = CliRunner().invoke(cli, ["forget", f" {ADDRESS.upper()} "])
    assert done.exit_code == 0, done.output
    assert "answers: 1" in done.output
    db.session.expire_all()

    assert counted() == before
    stored = everything_stored()
    assert who not in stored
    assert "JOS-1" not in stored
    sealed = [value for value in stored if isinstance(value, bytes) and value.startswith(b"gAAAA")]
    opened = [keys().decrypt(value) for value in sealed]
    assert ADDRESS not in opened
    assert "They lost my file twice" not in opened
    assert client.get(f"/a/{token}").status_code == 404


def test_times_are_blurred_to_the_month(app: Flask, partnership: None) -> None:
    plant()
    CliRunner().invoke(cli, ["forget", ADDRESS])
    db.session.expire_all()
    closure = db.session.scalars(select(Closure).where(Closure.reference.is_(None))).one()
    response = db.session.scalars(
        select(Response)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .where(Invitation.closure_id == closure.id)
    ).one()
    for moment in (closure.opened_at, closure.closed_at, response.answered_at):
        assert moment + timedelta(hours=1) >= moment.replace(day=1, hour=0, minute=0, second=0)
        assert (moment.minute, moment.second, moment.microsecond) == (0, 0, 0)
    assert response.comment is None
    assert db.session.scalars(select(Reading.response_id)).all().count(response.id) == 0


def test_a_forgotten_closure_that_is_sent_again_stays_forgotten(
    app: Flask, client: FlaskClient, partnership: None, make_key: MakeKey
) -> None:
    key, item = bearer(make_key("enquiries:write")), enquiry(1)
    client.post("/api/v1/enquiries", json=item, headers=key)
    CliRunner().invoke(cli, ["forget", str(item["email"])])
    again = client.post("/api/v1/enquiries", json=item, headers=key).get_json()
    assert (again["accepted"], again["already_known"]) == (0, 1)
    assert str(item["reference"]) not in everything_stored()


def test_an_opt_out_survives_as_a_hash(app: Flask, partnership: None) -> None:
    make_person(ADDRESS, opted_out_at=now())
    db.session.commit()
    CliRunner().invoke(cli, ["forget", ADDRESS])
    db.session.expire_all()
    person = db.session.scalars(select(Person)).one()
    assert (person.hash, person.address) == (keys().person_hash(ADDRESS), None)


def test_an_address_that_nobody_knows_is_said_to_be_unknown(app: Flask, partnership: None) -> None:
    done = CliRunner().invoke(cli, ["forget", "nobody@nowhere.example"])
    assert done.exit_code == 0
    assert "nothing" in done.output
