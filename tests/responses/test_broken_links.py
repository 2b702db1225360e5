"""Links as mail programs leave them: what can be told from the rest of it is shown all the same."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from survey.responses.broken_links import token_in
from tests.responses.answering import asked, filled, responses

pytestmark = pytest.mark.usefixtures("partnership")


def test_a_token_is_what_our_links_hold() -> None:
    token = asked()
    assert token_in(f"({token})") == token


@pytest.mark.parametrize(
    "path",
    [
        "{}?rating=3D4",
        "{}?rating=3d4",
        "{}%3Frating%3D4",
        "{}%3Frating=4",
        "{}?rating%3D4",
        "{}?language=cy&amp;rating=4",
        "{}?RATING=4",
        "{}?rating=4)",
        "{}?rating=4.",
        "{}?rating=4%3E",
        "{}/?rating=4",
        "{}%20?rating=4",
        "%3C{}?rating=4",
        "{}=?rating=4",
    ],
)
def test_a_link_that_was_encoded_once_more_can_still_be_answered(
    client: FlaskClient, path: str
) -> None:
    token = asked()
    place = path.format(token)
    page = client.get(f"/a/{place}")
    assert page.status_code == 200
    assert 'value="4" checked' in page.text
    form = filled(client, place, rating="4")
    assert client.post(f"/a/{place}", data=form).status_code == 303
    assert [stored.rating for stored in responses()] == [4]


@pytest.mark.parametrize(
    "end", [")", ".", ",", ">", '"', "'", ";", "*", "_", "]", "/", "%0D", "%0A"]
)
def test_a_link_with_something_at_its_end_leads_to_the_page(client: FlaskClient, end: str) -> None:
    assert client.get(f"/a/{asked()}{end}").status_code == 200


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda token: token[:20], lambda _: ""])
def test_a_link_that_cannot_be_told_is_answered_with_help(
    client: FlaskClient, change: Callable[[str], str]
) -> None:
    page = client.get(f"/a/{quote(change(asked()))}")
    assert page.status_code == 404
    assert "We do not know this link" in page.text


def test_no_token_is_logged_or_counted_however_it_came(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    token = asked()
    for place in (token, f"{token})", f"{token}/", f"{token}?rating=3D4", f"{token}/thanks"):
        client.get(f"/a/{place}")
        client.post(f"/a/{place}", data=filled(client, token, rating="4", leave_empty="x"))
        client.post(f"/a/{place}", json={"token": token})
    said = capsys.readouterr()
    assert "request" in said.out + said.err
    assert token not in said.out + said.err
    assert token not in client.get("/metrics").text
