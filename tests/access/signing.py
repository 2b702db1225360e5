"""Signing in as people do: asking for a link, taking it from the letter, pressing the button."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.foundation.steps import run
from survey.journey import STATIONS

BOARD_OF_HCC = "leonora.wickham@hcc.example"
JOINT_BOARD = "jocelyn.selborne@hcc.example"
PROVIDER = "piers.alresford@hcc.example"
COORDINATOR_OF_OCC = "rowan.eynsham@occ.example"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
STEP = STATIONS["sign-in links"].step


def hidden_in(page: TestResponse, action: str = "") -> dict[str, str]:
    """The hidden fields of the form on a page; of several, of the one that is sent there."""
    text = page.get_data(as_text=True)
    if action:
        text = text.partition(f'action="{action}')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))


def ask(client: FlaskClient, address: str, to: str | None = None) -> TestResponse:
    """Ask for a link on the page for it."""
    page = client.get("/sign-in", query_string={"to": to} if to else {})
    return client.post("/sign-in", data=hidden_in(page) | {"email": address})


def letters() -> list[EmailMessage]:
    """The letters sent, in no order."""
    folder = Path(current_app.config["SURVEY_MAIL_URL"].removeprefix("maildir:")) / "new"
    files = folder.glob("*") if folder.exists() else ()
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def body_of(letter: EmailMessage, kind: str) -> str:
    """The letter's text ("plain") or HTML ("html")."""
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def link_in(letter: EmailMessage) -> str:
    """The path of the link in the letter."""
    (link,) = re.findall(r"https?://survey\.test(/sign-in/\S+)", body_of(letter, "plain"))
    return str(link)


def link_for(client: FlaskClient, address: str, to: str | None = None) -> str:
    """Ask for a link and have its letter sent; the link."""
    before = {letter["Message-ID"] for letter in letters()}
    ask(client, address, to)
    run(STEP)
    (letter,) = (one for one in letters() if one["Message-ID"] not in before)
    return link_in(letter)


def press(client: FlaskClient, link: str) -> TestResponse:
    """Press the button that the link shows."""
    return client.post(link, data=hidden_in(client.get(link)))


def sign_in(client: FlaskClient, address: str, to: str | None = None) -> TestResponse:
    """The whole way, up to the answer that signs in."""
    return press(client, link_for(client, address, to))
