"""The page that stops all letters, called as browsers, mail programs and scanners call it."""

import re
from base64 import urlsafe_b64encode
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from survey.foundation.database import db
from survey.foundation.keys import Keys, install_keys, keys
from survey.invitations import people as known
from survey.invitations.model import PartnerOptOut, Person
from survey.invitations.people_commands import opted_out
from survey.invitations.stop_tokens import again_token, person_of, stop_token
from survey.partnership.directory import directory
from tests.build import make_person

pytestmark = pytest.mark.usefixtures("partnership")
ADA = "ada@hants.example"


def url(address: str = ADA) -> str:
    return f"/stop/{stop_token(keys().person_hash(address))}"


def of_one() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(PartnerOptOut.partner_id)))


def people() -> list[Person]:
    db.session.rollback()
    return list(db.session.scalars(select(Person)))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_page_changes_nothing(client: FlaskClient, method: str) -> None:
    make_person(ADA)
    db.session.commit()
    assert client.open(url(), method=method).status_code == 200
    assert people()[0].opted_out_at is None


def test_the_page_shows_a_button_for_all_and_one_for_the_partner_it_came_from(
    client: FlaskClient,
) -> None:
    answer = client.get(f"{url()}/OCC")
    page = answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert page.count("<button") == 2
    assert "Stop asking me about Oxfordshire County Council only" in page
    assert '<form method="post">' in page
    assert "<script" not in page
    for unknown in (url(), f"{url()}/nobody"):
        assert client.get(unknown).text.count("<button") == 1


@pytest.mark.parametrize("path", ["", "/OCC", "/nobody"])
def test_a_mail_programs_one_click_means_everything_and_is_answered_as_rfc_8058_wants(
    client: FlaskClient, path: str
) -> None:
    for form in ("application/x-www-form-urlencoded", "multipart/form-data"):
        answer = client.post(
            url() + path, data={"List-Unsubscribe": "One-Click"}, content_type=form
        )
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert people()[0].opted_out_at is not None
    assert of_one() == []


def test_stopping_for_one_partner_leaves_the_others_and_the_address(client: FlaskClient) -> None:
    make_person(ADA)
    db.session.commit()
    for _ in range(2):
        answer = client.post(f"{url()}/OCC", data={"of": "partner"})
        assert "We will not ask you about Oxfordshire County Council again" in answer.text
    (ada,) = people()
    assert (ada.opted_out_at, ada.address is None) == (None, False)
    occ, hcc = (directory().partners[code].id for code in ("OCC", "HCC"))
    assert of_one() == [occ]
    for partner, said in ((occ, True), (hcc, False)):
        condition = known.opted_out_of(literal(partner))
        assert db.session.scalar(select(condition).select_from(Person)) is said


def test_somebody_unknown_can_stop_one_partner_too(client: FlaskClient) -> None:
    client.post(f"{url()}/OCC", data={"of": "partner"})
    assert [person.address for person in people()] == [None]
    assert len(of_one()) == 1


@pytest.mark.parametrize(("path", "of"), [("", {}), ("/OCC", {}), ("/OCC", {"of": "partner"})])
def test_the_confirmation_leads_back_in_by_a_link_of_its_own_kind(
    client: FlaskClient, path: str, of: dict[str, str]
) -> None:
    confirmed = client.post(url() + path, data=of).text
    (link,) = re.findall(r'href="(/ask-again/[^"]+)"', confirmed)
    assert link.endswith("/OCC") is bool(of)
    before = (people()[0].opted_out_at, of_one())
    assert client.get(link).text.count("<button") == 1
    assert (people()[0].opted_out_at, of_one()) == before
    for _ in range(2):
        assert "we may ask you again" in client.post(link).text
        assert (people()[0].opted_out_at, of_one()) == (None, [])
    # Neither link does the other's work.
    token = link.split("/")[2]
    assert client.post(f"/stop/{token}").status_code == 404
    assert client.post(f"/ask-again/{stop_token(keys().person_hash(ADA))}").status_code == 404


def test_to_be_asked_again_about_one_partner_takes_back_nothing_else(client: FlaskClient) -> None:
    token = again_token(keys().person_hash(ADA))
    client.post(f"{url()}/OCC", data={"of": "partner"})
    client.post(url())
    client.post(f"/ask-again/{token}/HCC")
    assert client.post(f"/ask-again/{token}/nobody").status_code == 404
    assert (people()[0].opted_out_at is None, len(of_one())) == (False, 1)
    client.post(f"/ask-again/{token}/OCC")
    assert (people()[0].opted_out_at is None, len(of_one())) == (False, 0)


def test_the_pages_are_in_the_language_that_the_link_asks_for(client: FlaskClient) -> None:
    page = client.get(f"{url()}/OCC?language=cy").text
    assert '<html lang="cy">' in page
    assert "Peidiwch â gofyn i mi" in page
    confirmed = client.post(f"{url()}/OCC?language=cy").text
    assert "Ni fyddwn yn gofyn i chi eto" in confirmed
    assert re.search(r'href="/ask-again/[^"]+\?language=cy"', confirmed)
    # The requests of a test share one context, which remembers the language.
    refresh()
    assert '<html lang="en">' in client.get(f"{url()}?language=xx").text


def test_a_link_of_an_older_letter_still_works(client: FlaskClient) -> None:
    person = keys().person_hash(ADA)
    proof = keys().content_digest(f"stop/{person.hex()}")[:19]
    client.post(f"/stop/{urlsafe_b64encode(person + proof).decode()}")
    assert people()[0].opted_out_at is not None


def test_who_opted_out_is_listed_by_hash_with_date_and_of_what(client: FlaskClient) -> None:
    client.post(url())
    client.post(f"{url('bob@hants.example')}/OCC", data={"of": "partner"})
    make_person("eve@hants.example")
    db.session.commit()
    listed = CliRunner().invoke(opted_out)
    assert listed.exit_code == 0
    day = f"{people()[0].opted_out_at:%Y-%m-%d}"
    ada, bob = (keys().person_hash(f"{who}@hants.example").hex() for who in ("ada", "bob"))
    assert listed.output.splitlines() == [f"{ada}  {day}  everything", f"{bob}  {day}  OCC"]


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
    @given(st.text(max_size=100) | st.text("ABCabc-_=", min_size=56, max_size=56))
    def check(text: str) -> None:
        assert person_of(text) is None

    check()
