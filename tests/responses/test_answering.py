"""Answering by the link: what is shown, what is stored, and what a person is told."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.headers import PRIVATE_PAGE, WITH_SCRIPT
from survey.foundation.keys import keys
from survey.responses.model import Hold
from survey.responses.storing import response_stored
from tests.build import make_invitation, token_of
from tests.responses.answering import (
    all_rows,
    asked,
    drop_connections,
    filled,
    hidden_field,
    outage,
    responses,
)

COUNTER = '<script src="/static/counter.js" defer></script>'
pytestmark = pytest.mark.usefixtures("partnership")


def expired_link() -> str:
    token = token_of(make_invitation(expires_at=now() - timedelta(seconds=1)))
    db.session.commit()
    return token


def test_an_answer_is_stored_whole_and_thanked_for(client: FlaskClient) -> None:
    token = asked()
    form = filled(
        client, token, resolved="partly", ease="2", rating="4", comment="Slow,\r\nbut kind."
    )
    answer = client.post(f"/a/{token}", data=form)
    assert answer.status_code == 303
    assert "Your answer has been stored" in client.get(answer.location).text
    (stored,) = responses()
    assert (stored.resolved, stored.ease, stored.rating) == ("partly", 2, 4)
    assert (stored.questionnaire, stored.version, stored.language) == ("default", 2, "en")
    assert stored.answers == {}
    assert stored.comment
    assert keys().decrypt(stored.comment) == "Slow,\nbut kind."
    assert abs(stored.answered_at - now()) < timedelta(minutes=1)


def test_the_rating_alone_is_an_answer(client: FlaskClient) -> None:
    token = asked()
    form = filled(client, token, rating="1", comment=" ", leave_empty="")
    assert client.post(f"/a/{token}", data=form).status_code == 303
    (stored,) = responses()
    assert (stored.rating, stored.ease, stored.resolved, stored.comment) == (1, None, None, None)


def test_the_page_says_what_it_is_about_who_asks_and_who_may_see_the_answer(
    client: FlaskClient,
) -> None:
    page = client.get(f"/a/{asked(partner='OCC', service='pensions', reference='P-<7>')}").text
    assert "P-&lt;7&gt;" in page
    for said in (
        "Oxfordshire County Council",
        "Pensions",
        "Your answer is confidential, not anonymous. Boards see groups of ten people or more; "
        "your coordinator may see a poor experience.",
        "no emergency and no whistle-blowing channel",
    ):
        assert said in page


def test_an_enquiry_without_a_reference_is_asked_about_by_its_service(client: FlaskClient) -> None:
    page = client.get(f"/a/{asked(reference=None)}").text
    assert "Payroll" in page
    assert "Reference" not in page


@pytest.mark.parametrize("rating", "12345")
def test_a_rating_in_the_link_is_chosen_and_not_sent(client: FlaskClient, rating: str) -> None:
    token = asked()
    page = client.get(f"/a/{token}?rating={rating}").text
    assert page.count(" checked") == 1
    assert f'name="rating" value="{rating}" checked' in page
    assert "It counts once you press" in page
    assert responses() == []


@pytest.mark.parametrize("query", ["rating=0", "rating=6", "rating=%00", "rating=", "score=5"])
def test_anything_else_in_the_link_is_ignored(client: FlaskClient, query: str) -> None:
    page = client.get(f"/a/{asked()}?{query}")
    assert page.status_code == 200
    assert " checked" not in page.text


def test_looking_changes_nothing(client: FlaskClient) -> None:
    token, old = asked(), expired_link()
    before = all_rows()
    for path in (f"/a/{token}?rating=1", "/thanks", f"/a/{old}", "/a/nobody"):
        client.get(path)
        client.head(path)
    assert all_rows() == before


def test_the_same_form_sent_twice_is_one_response(client: FlaskClient) -> None:
    token = asked()
    form = filled(client, token, rating="5")
    assert [client.post(f"/a/{token}", data=form).status_code for _ in range(2)] == [303, 303]
    assert len(responses()) == 1


def test_a_new_form_is_a_revision(client: FlaskClient) -> None:
    token = asked()
    for rating in ("5", "2"):
        client.post(f"/a/{token}", data=filled(client, token, rating=rating))
    assert [stored.rating for stored in responses()] == [5, 2]


def test_a_form_stored_before_its_link_expired_stays_stored(client: FlaskClient) -> None:
    invitation = make_invitation()
    token = token_of(invitation)
    db.session.commit()
    form = filled(client, token, rating="5")
    client.post(f"/a/{token}", data=form)
    invitation.expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert client.post(f"/a/{token}", data=form).status_code == 303


def test_mistakes_are_listed_first_and_linked_and_nothing_typed_is_lost(
    client: FlaskClient,
) -> None:
    token = asked()
    form = filled(client, token, resolved="no", comment="<b>" + "ü\r\n" * 100_000)
    answer = client.post(f"/a/{token}", data=form)
    page = answer.text
    assert answer.status_code == 422
    assert "<title>Error: How did we do?" in page
    assert page.index("There is a problem") < page.index("<h1>")
    assert '<a href="#rating">Choose how satisfied you are overall</a>' in page
    assert 'id="rating" name="rating"' in page
    assert "Your comment is 198,802 characters too long. Please keep to 1,200." in page
    assert "\n&lt;b&gt;" + "ü\n" * 99_999 + "ü</textarea>" in page
    assert 'name="resolved" value="no" checked' in page
    assert responses() == []


def test_the_page_shown_again_can_be_sent(client: FlaskClient) -> None:
    token = asked()
    again = client.post(f"/a/{token}", data=filled(client, token)).text
    sent = {"form_nonce": hidden_field(again), "rating": "3"}
    assert client.post(f"/a/{token}", data=sent).status_code == 303


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"rating": ["5", "5"]}, "This was answered twice"),
        ({"rating": "5", "colour<": "red"}, "a field we did not ask for: colour&lt;"),
        ({"rating": "7"}, "Choose how satisfied you are overall"),
        ({"rating": "5", "ease": "very"}, "Choose one of the answers"),
    ],
)
def test_what_our_page_cannot_send_is_answered_clearly(
    client: FlaskClient, answers: dict[str, object], said: str
) -> None:
    token = asked()
    answer = client.post(f"/a/{token}", data=filled(client, token) | answers)
    assert said in answer.text
    assert answer.status_code == 422
    assert responses() == []


def test_control_characters_are_left_out_of_what_is_stored(client: FlaskClient) -> None:
    token = asked()
    form = filled(client, token, rating="5\x00", ease="\x00", comment="a\x00b\x1bc\td")
    assert client.post(f"/a/{token}", data=form).status_code == 303
    (stored,) = responses()
    assert stored.comment
    assert keys().decrypt(stored.comment) == "abc\td"


@pytest.mark.parametrize("field", ["", "made.up.signature", "é" * 100_000, "\x00"])
def test_a_form_that_we_did_not_sign_is_shown_again_as_typed(
    client: FlaskClient, field: str
) -> None:
    token = asked()
    sent = {"form_nonce": field, "rating": "2", "comment": "Keep me"}
    answer = client.post(f"/a/{token}", data=sent)
    assert answer.status_code == 422
    assert "Please send it again" in answer.text
    assert "\nKeep me</textarea>" in answer.text
    assert responses() == []
    sent["form_nonce"] = hidden_field(answer.text)
    assert client.post(f"/a/{token}", data=sent).status_code == 303


def test_a_form_counts_only_on_the_link_it_was_shown_for(client: FlaskClient) -> None:
    mine, theirs = asked(), asked()
    sent = filled(client, mine, rating="1")
    assert client.post(f"/a/{theirs}", data=sent).status_code == 422
    assert responses() == []


def test_an_unknown_link_is_404_and_an_expired_one_410_with_a_page_that_helps(
    client: FlaskClient,
) -> None:
    old = expired_link()
    for path, status, said in (
        ("/a/nobody", 404, "We do not know this link"),
        (f"/a/{old}", 410, "This link has expired"),
    ):
        for answer in (client.get(path), client.post(path, data={"rating": "5"})):
            assert answer.status_code == status
            assert said in answer.text
            assert answer.mimetype == "text/html"


def test_a_good_form_comes_too_late_once_its_link_has_expired(client: FlaskClient) -> None:
    invitation = make_invitation()
    token = token_of(invitation)
    db.session.commit()
    form = filled(client, token, rating="5")
    invitation.expires_at = now()
    db.session.commit()
    assert client.post(f"/a/{token}", data=form).status_code == 410
    assert responses() == []


def test_an_invitation_not_asked_has_no_link(client: FlaskClient) -> None:
    invitation = make_invitation(reason="quiet_period")
    token = token_of(invitation)
    db.session.commit()
    assert client.get(f"/a/{token}").status_code == 404


def test_a_filled_trap_is_stored_and_held(client: FlaskClient) -> None:
    token = asked()
    form = filled(client, token, rating="5", leave_empty="buy now")
    assert [client.post(f"/a/{token}", data=form).status_code for _ in range(2)] == [303, 303]
    (stored,) = responses()
    (hold,) = db.session.scalars(select(Hold)).all()
    assert (hold.response_id, hold.signs, hold.released_at) == (stored.id, ["trap_field"], None)


def test_a_signal_is_sent_once_for_each_answer_stored(client: FlaskClient) -> None:
    token, heard = asked(), list[int]()

    def listen(_: object) -> None:
        heard.append(len(responses()))

    form = filled(client, token, rating="5")
    with response_stored.connected_to(listen):
        for sent in (form, form, filled(client, token), filled(client, token, rating="4")):
            client.post(f"/a/{token}", data=sent)
    assert heard == [1, 2]


def test_no_page_sets_a_cookie_holds_a_script_or_may_be_kept(client: FlaskClient) -> None:
    token, old = asked(), expired_link()
    for answer in (
        client.get(f"/a/{token}"),
        client.post(f"/a/{token}"),
        client.post(f"/a/{token}", data=filled(client, token, rating="4")),
        client.get("/thanks"),
        client.get(f"/a/{old}"),
        client.get("/a/nobody"),
    ):
        assert "Set-Cookie" not in answer.headers
        assert re.findall("<script.*", answer.text) in ([], [COUNTER])
        assert "<style" not in answer.text
        assert " style=" not in answer.text
        expected = WITH_SCRIPT if "/a/" in answer.request.path else PRIVATE_PAGE
        assert expected.items() <= dict(answer.headers).items()


@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_redirect_holds_a_token_and_thanks_are_in_the_forms_language(
    client: FlaskClient, language: str
) -> None:
    token = asked(language=language)
    answer = client.post(f"/a/{token}", data=filled(client, token, rating="4"))
    assert token not in str(answer.headers) + answer.text
    assert f'lang="{language}"' in client.get(answer.location).text


def test_page_and_style_sheet_together_stay_under_30_kb(client: FlaskClient) -> None:
    page = client.post(f"/a/{asked()}")
    assert page.status_code == 422
    with client.get("/static/survey.css") as style:
        assert len(page.data) + len(style.data) < 30_000


def test_a_body_beyond_all_measure_is_refused_with_a_page(client: FlaskClient) -> None:
    answer = client.post(f"/a/{asked()}", data={"comment": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "larger than we can take" in answer.text
    # How long a comment may be is a matter of the questionnaire.
    assert "1,200" not in answer.text


def test_a_form_of_very_many_fields_is_refused_before_it_is_read(client: FlaskClient) -> None:
    token = asked()
    few, many = ({f"a{n}": "" for n in range(count)} for count in (900, 1001))
    assert client.post(f"/a/{token}", data=few).status_code == 422
    assert client.post(f"/a/{token}", data=many).status_code == 413


def test_while_the_database_is_away_what_was_typed_is_kept_and_counts_later(
    app: Flask, client: FlaskClient
) -> None:
    token = asked()
    form = filled(client, token, rating="2", comment="Still here")
    with outage(app):
        answer = client.post(f"/a/{token}", data=form)
        assert client.get(f"/a/{token}").status_code == 503
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert "we could not make sure that your answer was stored" in answer.text
    assert "\nStill here</textarea>" in answer.text
    assert 'name="rating" value="2" checked' in answer.text
    assert hidden_field(answer.text) == form["form_nonce"]
    assert client.post(f"/a/{token}", data=form).status_code == 303
    assert len(responses()) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_started_anew_is_noticed_by_nobody(app: Flask, client: FlaskClient) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    token = asked()
    form = filled(client, token, rating="2")
    db.session.remove()
    drop_connections(url, allow=True)
    assert client.post(f"/a/{token}", data=form).status_code == 303
    drop_connections(url, allow=True)
    assert client.get(f"/a/{token}").status_code == 200
