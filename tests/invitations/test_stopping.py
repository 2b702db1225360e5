"""The page that stops all letters, called as browsers, mail programs and scanners call it."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from survey.foundation.database import db
from survey.foundation.keys import Keys, install_keys, keys
from survey.invitations.model import Person
from survey.invitations.stop_tokens import person_of, stop_token
from tests.build import make_person

pytestmark = pytest.mark.usefixtures("partnership")
ADA = "ada@hants.example"


def url(address: str = ADA) -> str:
    return f"/stop/{stop_token(keys().person_hash(address))}"


def people() -> list[Person]:
    db.session.rollback()
    return list(db.session.scalars(select(Person)))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_page_changes_nothing(client: FlaskClient, method: str) -> None:
    make_person(ADA)
    db.session.commit()
    assert client.open(url(), method=method).status_code == 200
    assert people()[0].opted_out_at is None


def test_the_page_shows_one_button_that_posts_to_the_same_address(client: FlaskClient) -> None:
    answer = client.get(url())
    page = answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert page.count("<button") == 1
    assert '<form method="post">' in page
    assert "<script" not in page


def test_pressing_the_button_opts_out_and_erases_the_address(client: FlaskClient) -> None:
    make_person(ADA)
    make_person("bob@hants.example")
    db.session.commit()
    answer = client.post(url())
    assert answer.status_code == 200
    assert "We will not ask you again" in answer.text
    ada, bob = sorted(people(), key=lambda person: person.opted_out_at is None)
    assert (ada.hash, ada.address) == (keys().person_hash(ADA), None)
    assert (bob.opted_out_at, bob.address is None) == (None, False)


def test_pressing_it_again_keeps_the_first_moment(client: FlaskClient) -> None:
    client.post(url())
    first = people()[0].opted_out_at
    assert first is not None
    assert client.post(url()).status_code == 200
    assert [person.opted_out_at for person in people()] == [first]


def test_a_mail_programs_own_unsubscribe_works(client: FlaskClient) -> None:
    client.post(url(), data={"List-Unsubscribe": "One-Click"})
    assert people()[0].opted_out_at is not None


def test_somebody_forgotten_can_still_say_stop_and_is_kept_as_a_bare_hash(
    client: FlaskClient,
) -> None:
    client.post(url())
    person = people()[0]
    assert (person.address, person.last_asked_at) == (None, None)
    assert person.opted_out_at is not None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_is_not_ours_is_answered_with_a_page_that_helps(
    client: FlaskClient, method: str
) -> None:
    whole = url()
    invitation_like = keys().link_token(UUID(int=1))
    for bad in ("x", whole[6:-1], whole[6:] + "A", f"{whole[6:-1]}é", "%00", invitation_like):
        answer = client.open(f"/stop/{bad}", method=method)
        assert answer.status_code == 404
        assert "This link does not work" in answer.text
    assert people() == []


def test_a_token_of_another_deployment_is_unknown(app: Flask) -> None:
    token = stop_token(b"p" * 32)
    assert person_of(token) == b"p" * 32
    install_keys(app, ("s" * 40,), "another-data-key-that-is-long-enough")
    assert person_of(token) is None


def test_a_token_outlives_a_change_of_the_signing_secret(app: Flask) -> None:
    token, data_key = stop_token(b"p" * 32), "a-data-key-for-tests-that-is-long-enough"
    app.extensions["survey.keys"] = Keys.of(("quite-another-secret",), data_key)
    assert person_of(token) == b"p" * 32


def test_no_text_whatever_is_taken_for_a_token(app: Flask) -> None:
    @given(st.text(max_size=100) | st.text("ABCabc-_=", min_size=68, max_size=68))
    def check(text: str) -> None:
        assert person_of(text) is None

    check()
