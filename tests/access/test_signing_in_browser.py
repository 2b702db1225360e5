"""The whole way in a real browser, with a real worker's step and real mail, and no script."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from survey.foundation.steps import run
from tests.access.signing import BOARD_OF_HCC, STEP, letters, link_in
from tests.browser import PHONE

pytestmark = pytest.mark.usefixtures("partnership")


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_asking_opening_the_letter_pressing_reading_and_signing_out(
    app: Flask, browser: Browser, site: str
) -> None:
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/board?partner=HCC")
        heading(page, "Sign in")
        page.get_by_label("Your e-mail address").fill(BOARD_OF_HCC)
        page.keyboard.press("Enter")
        heading(page, "Look into your mailbox")
        assert run(STEP) == 1
        (letter,) = letters()
        page.goto(f"{site}{link_in(letter)}")
        heading(page, "Sign in as Leonora Wickham")
        assert context.cookies() == []
        page.get_by_role("button", name="Sign in").click()
        heading(page, "How people fared")
        assert page.url == f"{site}/board?partner=HCC"
        (cookie,) = context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
        expect(page.get_by_text("Signed in as Leonora Wickham (board of HCC)")).to_be_visible()
        # Filters stay plain addresses, without anything secret in them.
        page.get_by_text("Choose period, partner, service").click()
        page.get_by_role("button", name="Show").click()
        assert page.url.startswith(f"{site}/board?period=")
        assert "ticket" not in page.url
        page.get_by_role("button", name="Sign out").click()
        heading(page, "You are signed out")
        assert context.cookies() == []
        page.go_back()
        page.goto(f"{site}/board")
        heading(page, "Sign in")


def test_another_browser_may_open_the_letter(app: Flask, browser: Browser, site: str) -> None:
    with browser.new_context() as at_work, browser.new_context(viewport=PHONE) as phone:
        page = at_work.new_page()
        page.goto(f"{site}/sign-in")
        page.get_by_label("Your e-mail address").fill(BOARD_OF_HCC)
        page.get_by_role("button").click()
        run(STEP)
        (letter,) = letters()
        other = phone.new_page()
        other.goto(f"{site}{link_in(letter)}")
        other.get_by_role("button", name="Sign in").click()
        heading(other, "How people fared")
        page.goto(f"{site}/board")
        heading(page, "Sign in")
