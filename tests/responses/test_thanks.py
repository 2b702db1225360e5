"""After answering: thanks, what one may allow, each by itself, and taking it back."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.model import Invitation
from survey.responses import consents
from survey.responses.forgetting import forget_person
from survey.responses.model import Consent
from tests.responses.answering import all_rows, asked, filled, outage

pytestmark = pytest.mark.usefixtures("partnership")
WITHDRAWAL = re.compile(r'href="(/consent/[^"?]+)"')
PINNED = {
    1: {
        "contact": "May we contact you about this?\nSomebody who looks into answers may write to "
        "you, at the address to which we sent our letter, about this enquiry alone.\n"
        "Yes, you may contact me about this",
        "quote": "May we quote your comment, without your name?\nOthers may read it, in reports "
        "and in public. We first take out what could tell who you are.\n"
        "Yes, you may quote my comment, without my name",
    }
}


def answered(client: FlaskClient, token: str, **answers: str) -> str:
    """Answer by a link; where the thanks are."""
    answer = client.post(f"/a/{token}", data=filled(client, token, **({"rating": "2"} | answers)))
    assert answer.status_code == 303
    # The next page shall not look through a transaction that began before.
    db.session.remove()
    return answer.location


def allow(client: FlaskClient, thanks: str, **ticked: str) -> str:
    """Send the form of the thank-you page; the page that it leads to."""
    field = re.search(r'name="consent_form" value="([^"]+)"', client.get(thanks).text)
    assert field
    answer = client.post(thanks, data={"consent_form": field[1], **ticked})
    assert answer.status_code == 303
    return client.get(answer.location).text


def stored() -> list[Consent]:
    db.session.remove()
    return list(db.session.scalars(select(Consent).order_by(Consent.id)))


def test_thanks_say_what_happens_next_and_ask_two_things_unticked(client: FlaskClient) -> None:
    page = client.get(answered(client, asked(), comment="Slow")).text
    assert "Your answer has been stored" in page
    assert "a coordinator may look into it" in page
    assert "May we contact you about this?" in page
    assert "May we quote your comment, without your name?" in page
    assert page.count('type="checkbox"') == 2
    assert " checked" not in page


def test_no_token_stands_in_the_address_of_the_thanks(client: FlaskClient) -> None:
    token = asked()
    place = answered(client, token)
    assert place.startswith("/thanks?answer=")
    assert token not in place + client.get(place).text


def test_without_a_comment_there_is_nothing_to_quote(client: FlaskClient) -> None:
    thanks = answered(client, asked(), comment=" ")
    assert "quote" not in client.get(thanks).text
    allow(client, thanks, quote="yes")
    assert stored() == []


def test_each_consent_is_stored_by_itself_with_its_words_version_and_time(
    client: FlaskClient,
) -> None:
    thanks = answered(client, asked(language="cy"), comment="Araf")
    page = allow(client, thanks, contact="yes")
    (consent,) = stored()
    assert (consent.kind, consent.version, consent.language) == ("contact", 1, "cy")
    assert consent.wording.startswith("Gawn ni gysylltu â chi am hyn?")
    assert abs(consent.given_at - now()) < timedelta(minutes=1)
    assert consent.withdrawn_at is None
    assert len(WITHDRAWAL.findall(page)) == 1
    allow(client, thanks, quote="yes")
    assert [one.kind for one in stored()] == ["contact", "quote"]


def test_what_is_read_stands_under_its_version(app: Flask) -> None:
    with app.test_request_context():
        read = {kind: str(consents.wording(kind)) for kind in consents.KINDS}
    assert PINNED[consents.VERSION] == read


def test_nothing_ticked_is_nothing_allowed(client: FlaskClient) -> None:
    page = allow(client, answered(client, asked()))
    assert "You ticked nothing" in page
    assert stored() == []


def test_looking_at_thanks_and_withdrawal_changes_nothing(client: FlaskClient) -> None:
    thanks = answered(client, asked(), comment="Slow")
    page = allow(client, thanks, contact="yes", quote="yes")
    before = all_rows()
    for place in (thanks, *WITHDRAWAL.findall(page)):
        for query in ("", "&contact=yes"):
            assert client.get(place + query).status_code in (200, 404)
            client.head(place)
    assert all_rows() == before


@pytest.mark.parametrize("field", ["", "made.up", "\x00", "é" * 9999])
def test_only_our_own_form_allows_anything(client: FlaskClient, field: str) -> None:
    thanks = answered(client, asked())
    answer = client.post(thanks, data={"consent_form": field, "contact": "yes"})
    assert answer.status_code == 422
    assert "Please send it again" in answer.text
    assert "<title>Error: " in answer.text
    assert stored() == []


def test_a_form_allows_nothing_after_another_answer(client: FlaskClient) -> None:
    mine, theirs = answered(client, asked()), answered(client, asked())
    field = re.search(r'name="consent_form" value="([^"]+)"', client.get(mine).text)
    assert field
    answer = client.post(theirs, data={"consent_form": field[1], "contact": "yes"})
    assert answer.status_code == 422
    assert stored() == []


def test_the_same_form_sent_twice_is_one_consent(client: FlaskClient) -> None:
    thanks = answered(client, asked())
    field = re.search(r'name="consent_form" value="([^"]+)"', client.get(thanks).text)
    assert field
    for _ in range(2):
        client.post(thanks, data={"consent_form": field[1], "contact": "yes"})
    assert len(stored()) == 1


def test_each_is_taken_back_by_its_own_link_after_the_answer_link_expired(
    client: FlaskClient,
) -> None:
    thanks = answered(client, asked(), comment="Slow")
    page = allow(client, thanks, contact="yes", quote="yes")
    contact, _ = WITHDRAWAL.findall(page)
    db.session.execute(update(Invitation).values(expires_at=now() - timedelta(days=1)))
    db.session.commit()
    with time_machine.travel(now() + timedelta(days=900)):
        assert "Do you want to take this back?" in client.get(contact).text
        for _ in range(2):
            answer = client.post(contact)
            assert answer.status_code == 200
            assert "We will not contact you about this" in answer.text
        assert "We will not contact you about this" in client.get(contact).text
    first, second = stored()
    assert first.withdrawn_at is not None
    assert (second.kind, second.withdrawn_at) == ("quote", None)


def test_what_was_taken_back_stays_noted_and_may_be_allowed_again(client: FlaskClient) -> None:
    thanks = answered(client, asked())
    page = allow(client, thanks, contact="yes")
    client.post(WITHDRAWAL.findall(page)[0])
    again = allow(client, thanks, contact="yes")
    assert [one.withdrawn_at is None for one in stored()] == [False, True]
    assert WITHDRAWAL.findall(again) != WITHDRAWAL.findall(page)


def test_to_be_quoted_is_allowed_for_one_comment_and_to_be_contacted_for_the_enquiry(
    client: FlaskClient,
) -> None:
    token = asked()
    allow(client, answered(client, token, comment="Slow"), contact="yes", quote="yes")
    thanks = answered(client, token, comment="Slow, and Mr Smith was rude")
    page = client.get(thanks).text
    assert "We may contact you about this." in page
    assert "May we quote your comment" in page
    client.post(WITHDRAWAL.findall(allow(client, thanks, quote="yes"))[1])
    assert [(one.kind, one.withdrawn_at is None) for one in stored()] == [
        ("contact", True),
        ("quote", False),
        ("quote", False),
    ]


def test_a_reference_is_good_for_a_day(client: FlaskClient) -> None:
    thanks = answered(client, asked())
    with time_machine.travel(now() + timedelta(hours=25)):
        assert "contact you" not in client.get(thanks).text
        answer = client.post(thanks, data={"contact": "yes"})
    assert answer.status_code == 410
    assert "This page is too old" in answer.text


@pytest.mark.parametrize("query", ["", "?answer=", "?answer=made.up", "?answer=%00", "?noted=yes"])
def test_without_a_reference_it_is_plain_thanks(client: FlaskClient, query: str) -> None:
    page = client.get(f"/thanks{query}")
    assert page.status_code == 200
    assert "Your answer has been stored" in page.text
    assert "<form" not in page.text


@pytest.mark.parametrize("token", ["nobody", "A" * 36, "é" * 36, "=" * 36])
def test_a_made_up_link_takes_nothing_back(client: FlaskClient, token: str) -> None:
    for answer in (client.get(f"/consent/{token}"), client.post(f"/consent/{token}")):
        assert answer.status_code == 404
        assert "This link does not work" in answer.text


def test_while_the_database_is_away_thanks_are_plain_and_nothing_is_claimed(
    app: Flask, client: FlaskClient
) -> None:
    thanks = answered(client, asked())
    field = re.search(r'name="consent_form" value="([^"]+)"', client.get(thanks).text)
    assert field
    db.session.remove()
    with outage(app):
        assert "Your answer has been stored" in client.get(thanks).text
        db.session.remove()
        answer = client.post(thanks, data={"consent_form": field[1], "contact": "yes"})
        db.session.remove()
        assert client.post(thanks, data={"contact": "yes"}).status_code == 503
        db.session.remove()
        assert client.get("/consent/" + consents.withdrawal_token(uuid4())).status_code == 503
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert "we cannot note this at the moment" in answer.text
    assert 'id="contact" name="contact" value="yes" checked' in answer.text
    assert field[1] in answer.text
    assert client.post(thanks, data={"consent_form": field[1], "contact": "yes"}).status_code == 303
    assert len(stored()) == 1


def test_forgetting_a_person_forgets_what_they_allowed(client: FlaskClient) -> None:
    mine = answered(client, asked(email="ann@hants.example"), comment="Slow")
    page = allow(client, mine, contact="yes", quote="yes")
    allow(client, answered(client, asked()), contact="yes")
    forget_person(keys().person_hash("ann@hants.example"))
    db.session.commit()
    assert len(stored()) == 1
    assert client.get(WITHDRAWAL.findall(page)[0]).status_code == 404
