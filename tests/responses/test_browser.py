"""The pages in a real browser: on a phone, by keyboard, without scripts, and as axe sees them.

The database makes no difference to a page, so these run on SQLite alone.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from survey.foundation.clock import now
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.build import make_invitation, token_of
from tests.responses.answering import asked, responses

pytestmark = [
    pytest.mark.usefixtures("partnership"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone with scripts switched off."""
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as context:
        yield context.new_page()


def test_a_person_answers_on_a_small_phone_without_scripts(phone: Page, site: str) -> None:
    phone.goto(f"{site}/a/{asked()}?rating=4")
    expect(phone.get_by_label("Satisfied", exact=True)).to_be_checked()
    phone.get_by_role("group", name="Were you able").get_by_label("Partly").check()
    phone.get_by_label("Difficult", exact=True).check()
    phone.get_by_label("What should we know").fill("Slow.\nBut kind.")
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    phone.reload()
    (stored,) = responses()
    assert (stored.resolved, stored.ease, stored.rating) == ("partly", 2, 4)
    assert phone.context.cookies() == []


def test_a_person_who_forgot_something_is_led_to_it(phone: Page, site: str) -> None:
    phone.goto(f"{site}/a/{asked()}")
    phone.get_by_label("What should we know").fill("\nFirst line was empty")
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone).to_have_title("Error: How did we do? – Hampshire County Council")
    expect(phone.get_by_role("alert")).to_be_focused()
    expect(phone.get_by_label("What should we know")).to_have_value("First line was empty")
    phone.get_by_role("link", name="Choose how satisfied").click()
    expect(phone.get_by_label("Very satisfied")).to_be_in_viewport()
    phone.get_by_label("Very satisfied").check()
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert [stored.rating for stored in responses()] == [5]


def test_the_keyboard_alone_is_enough_and_never_meets_the_trap(phone: Page, site: str) -> None:
    phone.goto(f"{site}/a/{asked()}?rating=2")
    for stop in ("#resolved", "#ease", "#rating-2", "#comment", "button"):
        while not phone.locator(f"{stop}:focus").count():
            phone.keyboard.press("Tab")
            assert not phone.locator("#leave_empty:focus").count()
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert [stored.rating for stored in responses()] == [2]


def test_nothing_is_cut_off_and_every_answer_is_large_enough_for_a_thumb(
    browser: Browser, site: str
) -> None:
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(f"{site}/a/{asked(reference='R' * 60)}")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        boxes = [target.bounding_box() for target in page.locator(".option label, button").all()]
        assert len(boxes) == 14
        assert all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_to_mend_on_any_page(
    browser: Browser, site: str, size: ViewportSize
) -> None:
    old = token_of(make_invitation(expires_at=now() - timedelta(days=1)))
    token = asked()
    with browser.new_context(viewport=size) as context:
        page = context.new_page()
        paths = [f"/a/{path}" for path in (token, f"{token}?rating=3", old, "nobody")]
        for path in (*paths, "/thanks"):
            page.goto(f"{site}{path}")
            assert_accessible(page)
        page.goto(f"{site}/a/{token}")
        page.get_by_label("What should we know").fill("x" * 1201)
        page.get_by_role("button", name="Send my answer").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert_accessible(page)
