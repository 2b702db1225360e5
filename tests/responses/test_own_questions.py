"""Questions of one's own on the page: shown as asked, checked as shown, stored as answered."""

import json
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from survey.foundation.keys import keys
from survey.invitations.letter import draft
from survey.partnership.directory import directory
from survey.questionnaire.file import parse
from survey.questionnaire.schema import TAKEN_KEYS
from survey.responses.fresh import fresh_html
from survey.responses.page import FORM_FIELD, TRAP_FIELD, Form, form_html
from tests.questionnaire.written import (
    RATING,
    WHOLE,
    load_questionnaire,
    name_questionnaires,
    question,
)
from tests.responses.answering import LINK, asked, filled, hidden_field, outage, responses


@pytest.fixture(autouse=True)
def own(partnership: None) -> None:
    """Payroll asks questions of all kinds; everybody else what comes with the service."""
    load_questionnaire("payroll", WHOLE)
    name_questionnaires(services={"payroll": "payroll"})


def test_each_service_asks_its_own_questions(client: FlaskClient) -> None:
    assert "Again?" in client.get(f"/a/{asked(service='payroll')}").text
    assert "Again?" not in client.get(f"/a/{asked(service='hr')}").text


def test_answers_of_all_kinds_are_stored_and_what_is_written_is_sealed(client: FlaskClient) -> None:
    token = asked()
    form = filled(client, token, resolved="no", other=" At the\r\ndoor ", via="mail")
    form |= {"rating": "2", "again": "10", "comment": "Sorted"}
    sent = MultiDict([*form.items(), ("missing", "form"), ("missing", "answer")])
    assert client.post(f"/a/{token}", data=sent).status_code == 303
    (stored,) = responses()
    assert (stored.questionnaire, stored.version) == ("payroll", 1)
    assert (stored.resolved, stored.rating) == ("no", 2)
    assert stored.answers == {"missing": ["form", "answer"], "via": "mail", "again": 10}
    assert stored.texts
    assert b"door" not in stored.texts
    assert json.loads(keys().decrypt(stored.texts)) == {"other": "At the door"}


def test_an_answer_to_a_question_that_was_not_meant_is_not_stored(client: FlaskClient) -> None:
    token = asked()
    form = filled(client, token, resolved="yes", missing="form", other="x" * 99, rating="5")
    assert client.post(f"/a/{token}", data=form).status_code == 303
    (stored,) = responses()
    assert (stored.answers, stored.texts) == ({}, None)


def test_a_form_of_an_earlier_version_is_an_answer_to_that_version(client: FlaskClient) -> None:
    token = asked()
    form = filled(client, token, rating="4", via="phone")
    load_questionnaire("payroll", (RATING + question("new", "choice", options=("a", "b"))))
    assert "New?" in client.get(f"/a/{token}").text
    assert client.post(f"/a/{token}", data=form).status_code == 303
    wrong = client.post(f"/a/{token}", data=form | {"rating": ""})
    assert "Via?" in wrong.text
    (stored,) = responses()
    assert (stored.version, stored.answers) == (1, {"via": "phone"})


def test_a_mistake_is_told_by_its_kind_and_everything_stays_as_typed(client: FlaskClient) -> None:
    token = asked()
    form = filled(client, token, resolved="no", other="y" * 21, via="fax", rating="4")
    sent = MultiDict([*form.items(), ("missing", "answer"), ("missing", "form")])
    page = client.post(f"/a/{token}", data=sent)
    assert page.status_code == 422
    assert "Your answer is 1 character too long. Please keep to 20." in page.text
    assert f'value="{"y" * 21}"' in page.text
    for value in ("answer", "form"):
        assert re.search(f'name="missing" value="{value}"[^>]* checked', page.text)
    # What holds an answer or a mistake is never hidden.
    assert 'class="question after-1"' not in page.text
    assert '<a href="#via">Via? Choose one of the answers</a>' in page.text


def test_a_question_that_must_be_answered_says_what_to_do(client: FlaskClient) -> None:
    required = question("why", "text", "required = true", "longest = 9")
    several = question("which", "choices", "required = true", options=("a", "b"))
    load_questionnaire("payroll", (RATING + required + several))
    token = asked()
    page = client.post(f"/a/{token}", data=filled(client, token, rating="1")).text
    assert '<a href="#why">Why? Write an answer</a>' in page
    assert '<a href="#which">Which? Choose one or more of the answers</a>' in page


def test_a_condition_is_said_in_words_and_known_to_the_style_sheet(client: FlaskClient) -> None:
    page = client.get(f"/a/{asked()}").text
    assert "If you answered “Option no” or “Option partly” to “Resolved?”" in page
    assert 'id="missing-when"' in page
    assert 'aria-describedby="missing-when missing-hint"' in page
    assert 'name="resolved" value="no" class="shows-1"' in page
    assert 'class="question after-1"' in page
    assert 'name="missing" value="answer" class="shows-2"' in page
    with client.get("/static/survey.css") as style:
        assert b"form:not(:has(.shows-6:checked)) .after-6" in style.data
        assert len(style.data) + len(page.encode()) < 30_000


def test_the_letter_asks_as_the_page_does_in_its_languages(app: Flask) -> None:
    known = directory()
    payroll, hr = (draft(known.partners["HCC"], known.services[s], "cy") for s in ("payroll", "hr"))
    assert (payroll.languages, hr.languages) == (("en",), ("cy",))


def test_while_the_database_is_away_own_questions_are_shown_again(
    app: Flask, client: FlaskClient
) -> None:
    token = asked()
    form = filled(client, token, rating="2", via="mail", resolved="no", other="here")
    with outage(app):
        answer = client.post(f"/a/{token}", data=form | {"missing": "answer"})
    assert answer.status_code == 503
    assert 'name="via" value="mail" checked' in answer.text
    assert 'value="here"' in answer.text
    assert hidden_field(answer.text) == form["form_nonce"]


def test_a_process_that_has_not_seen_the_questions_holds_what_was_sent_until_it_is_back(
    app: Flask, client: FlaskClient
) -> None:
    token = asked()
    form = filled(client, token, rating="2", resolved="no", comment='"Two\nlines"')
    sent = MultiDict([*form.items(), ("missing", "form"), ("missing", "answer")])
    with outage(app):
        app.extensions.pop("survey.questionnaire.kept")
        away = client.post(f"/a/{token}?language=en", data=sent)
    assert away.status_code == 503
    held = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', away.text)
    again = MultiDict([(name, unescape(value)) for name, value in held])
    assert client.post(f"/a/{token}", data=again).status_code == 303
    (stored,) = responses()
    assert (stored.rating, stored.answers) == (2, {"missing": ["form", "answer"]})
    assert keys().decrypt(stored.comment or b"") == '"Two\nlines"'


def test_the_page_has_no_field_that_a_question_could_be_called(app: Flask) -> None:
    assert {FORM_FIELD, TRAP_FIELD} <= TAKEN_KEYS


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_spliced_page_of_all_kinds_equals_the_rendered_one(app: Flask) -> None:
    form = Form(parse("payroll", 1, WHOLE.encode()), "en", "c2lnbmVk.Zm9ybQ", LINK, {})
    with app.test_request_context():
        assert fresh_html(form, LINK) == form_html(form)


NAMES = st.sampled_from(
    [*("resolved", "missing", "other", "via", "rating", "again"), "leave_empty"]
)
VALUES = st.sampled_from(["yes", "no", "form", "answer", "phone", "5", "10", "", "\x00", "\r\n"])
PAIRS = st.lists(st.tuples(NAMES, VALUES | st.text()), max_size=10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(pairs=PAIRS)
def test_any_form_is_stored_whole_or_shown_again(
    client: FlaskClient, pairs: list[tuple[str, str]]
) -> None:
    token = asked()
    page = client.get(f"/a/{token}").text
    before = len(responses())
    sent = MultiDict([*pairs, ("form_nonce", hidden_field(page))])
    answer = client.post(f"/a/{token}", data=sent)
    assert (answer.status_code, len(responses()) - before) in [(303, 1), (422, 0)]
    if answer.status_code == 422:
        hidden_field(answer.text)
