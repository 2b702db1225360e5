"""The pages that are no answer pages, as axe sees them: each on a phone and on a desk.

The database makes no difference to a page, so these run on SQLite alone; the demo has them all.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, current_app
from playwright.sync_api import Browser, Page, ViewportSize

from survey.access.tickets import ticket_for
from survey.app import create_app
from survey.demo.partnership import QUESTIONNAIRE
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.foundation.steps import run
from survey.invitations.stop_tokens import stop_token
from survey.journey import STATIONS
from tests.access.signing import BOARD_OF_HCC, link_for
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.build import make_invitation, make_person
from tests.conftest import MakeKey
from tests.databases import config_for
from tests.questionnaire.written import load_questionnaire
from tests.reports.blocks.given import give_many

pytestmark = [
    pytest.mark.usefixtures("partnership"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The service as the demo runs it, which has a mailbox too."""
    app = create_app(replace(config_for(database_url, tmp_path), demo=True))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a small phone, and of a desk."""
    size: ViewportSize = request.param
    with browser.new_context(viewport=size) as context:
        yield context.new_page()


def test_the_board_page_can_be_read_by_anybody(page: Page, site: str, make_key: MakeKey) -> None:
    load_questionnaire("payroll", QUESTIONNAIRE.read_text("utf-8"))
    for response in give_many([5, 4, 3, 2, 1, 4] * 10, comment="Helpful but slow"):
        response.questionnaire = "payroll"
        response.answers = {"put_right": "next", "recommend": 7}
    give_many([5, 4, 3] * 4, partner="OCC", service="pensions")
    ticket = ticket_for(make_key("figures:read")[4:12])
    db.session.commit()
    for step in ("read", "seal"):
        run(STATIONS[step].step)
    of_hcc = "&period=2026-Q1&partner=HCC"
    for query in (of_hcc, "", "&period=2026-Q1", "&partner=HFRS", "&service=none"):
        page.goto(f"{site}/board?ticket={ticket}{query}")
        asked = page.get_by_text("When was your pay put right?").is_visible()
        assert asked == (query == of_hcc)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert_accessible(page)
    page.goto(f"{site}/board?ticket={ticket}{of_hcc}")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.viewport_size
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
    tables, to_choose = page.locator("details.rows table"), page.locator("details.choose")
    assert not any(table.is_visible() for table in tables.all())
    page.emulate_media(media="print")
    assert all(table.is_visible() for table in tables.all())
    assert tables.count() > 5
    assert not to_choose.is_visible()


def test_the_page_about_the_api_can_be_read_by_anybody(page: Page, site: str) -> None:
    page.goto(f"{site}/api/v1/docs")
    assert_accessible(page)
    for answer in page.locator("summary").all():
        answer.click()
    assert_accessible(page)


def test_the_mailbox_and_a_letter_can_be_read_by_anybody(page: Page, site: str) -> None:
    page.goto(f"{site}/demo/mailbox")
    assert_accessible(page)
    asked = make_invitation(sent_at=None, next_attempt_at=now(), person_id=make_person().id)
    db.session.commit()
    run(STATIONS["send"].step)
    assert asked.sent_at
    page.reload()
    assert_accessible(page)
    page.get_by_role("link", name="Payroll enquiry").click()
    assert_accessible(page)


def test_the_pages_that_stop_all_letters_can_be_read_by_anybody(page: Page, site: str) -> None:
    page.goto(f"{site}/stop/{stop_token(keys().person_hash('ada@hants.example'))}")
    assert_accessible(page)
    page.get_by_role("button").click()
    assert_accessible(page)
    page.goto(f"{site}/stop/nobody")
    assert_accessible(page)


def test_the_pages_of_signing_in_can_be_read_by_anybody(page: Page, site: str) -> None:
    client = current_app.test_client()
    link = link_for(client, BOARD_OF_HCC)
    page.goto(f"{site}/sign-in")
    assert_accessible(page)
    page.get_by_role("button").click()
    assert page.get_by_role("alert").is_visible()
    assert_accessible(page)
    page.get_by_label("Your e-mail address").fill("nobody@hcc.example")
    page.get_by_role("button").click()
    assert_accessible(page)
    page.goto(f"{site}{link}")
    assert_accessible(page)
    page.get_by_role("button").click()
    assert page.get_by_role("heading", level=1).inner_text() == "How people fared"
    assert_accessible(page)
    page.goto(f"{site}{link}")
    assert_accessible(page)
    page.get_by_role("link", name="Go to the board page").click()
    page.get_by_role("button", name="Sign out").click()
    assert_accessible(page)


def test_the_letter_with_a_link_can_be_read_by_anybody(page: Page, site: str) -> None:
    link_for(current_app.test_client(), BOARD_OF_HCC)
    page.goto(f"{site}/demo/mailbox")
    page.get_by_role("link", name="Sign in").click()
    assert_accessible(page)
