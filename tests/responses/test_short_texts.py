"""Short texts, which nothing reads and redacts, are shown by no interface but the person's own.

Every address that can be fetched is fetched, by whoever may do everything: a new one is met here
before anybody meets it.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.access.api_keys import SCOPES
from survey.access.tickets import ticket_for
from survey.foundation.clock import now
from survey.foundation.steps import run
from survey.journey import STATIONS
from tests.conftest import MakeKey, bearer
from tests.questionnaire.written import WHOLE, load_questionnaire, name_questionnaires
from tests.responses.answering import asked, filled

WRITTEN = "Zanzibar"
OWN_PAGE = "answering.show"


@pytest.fixture
def token(partnership: None, client: FlaskClient) -> str:
    """The link of the last of twelve who wrote a short text and a comment, which is read."""
    load_questionnaire("own", WHOLE)
    name_questionnaires(asking="own")
    given = {"resolved": "no", "missing": "answer", "other": WRITTEN, "rating": "2"}
    for number in range(12):
        token = asked(reference=f"SHORT-{number}", closed_at=now())
        form = filled(client, token, **given, comment="Nobody ever rang me back")
        assert client.post(f"/a/{token}", data=form).status_code == 303
    run(STATIONS["read"].step)
    return token


def addresses(app: Flask, token: str) -> Iterator[tuple[str, str]]:
    """Every address that can be fetched but of files, about these answers where about any."""
    parts = {
        "token": token,
        "code": "HCC",
        "source": "contact-centre",
        "reference": "SHORT-11",
        "colour": "1d4e89",
    }
    with app.test_request_context():
        routes = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.arguments <= set(parts):
                known = {name: parts[name] for name in rule.arguments}
                yield rule.endpoint, routes.build(rule.endpoint, known)


def test_no_address_shows_one_but_the_persons_own_link(
    app: Flask, client: FlaskClient, make_key: MakeKey, token: str
) -> None:
    secret = make_key(*SCOPES)
    shown: dict[str, str] = {}
    for endpoint, address in addresses(app, token):
        more = "" if address.startswith("/api") else f"&ticket={ticket_for(secret[4:12])}"
        for kind in ("", "&format=csv"):
            got = client.get(f"{address}?period={now():%Y}{more}{kind}", headers=bearer(secret))
            shown[endpoint] = shown.get(endpoint, "") + got.get_data(as_text=True)
    assert {endpoint for endpoint, text in shown.items() if WRITTEN in text} == {OWN_PAGE}
    # They were about these answers.
    assert "rang me back" in shown["said_api.get_comments"]
    assert '"missing"' in shown["figures_api.get_figures"]
    assert "SHORT-11" in shown["reading.enquiry"]
