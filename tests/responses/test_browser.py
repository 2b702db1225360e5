"""What a person does in a real browser: on a phone, by keyboard, without scripts.

The database makes no difference to a page, so these run on SQLite alone.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from time_machine import travel

from survey.foundation.clock import now
from survey.foundation.database import db
from survey.responses.model import Consent
from tests.browser import PHONE
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


def test_who_follows_a_mistake_sees_what_is_asked_and_what_is_wrong(phone: Page, site: str) -> None:
    phone.goto(f"{site}/a/{asked()}")
    phone.get_by_label("What should we know").fill("x" * 1201)
    phone.get_by_role("button", name="Send my answer").click()
    for key in ("rating", "comment"):
        phone.locator(f'.error-summary a[href="#{key}"]').click()
        expect(phone.locator(f"#{key}")).to_be_in_viewport()
        expect(phone.locator(f"#{key}-error")).to_be_in_viewport(ratio=1)
        asks = phone.locator(f".question:has(#{key})").locator("legend, .asks")
        expect(asks).to_be_in_viewport(ratio=1)


def test_enter_in_a_field_sends_the_answer_after_a_mistake_too(phone: Page, site: str) -> None:
    phone.goto(f"{site}/a/{asked()}")
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("alert")).to_be_focused()
    phone.get_by_label("Satisfied", exact=True).press("Space")
    phone.get_by_label("Satisfied", exact=True).press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert [stored.rating for stored in responses()] == [4]


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


def test_where_scripts_run_the_characters_left_are_counted_as_the_server_counts(
    browser: Browser, site: str
) -> None:
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(f"{site}/a/{asked()}")
        comment, counter = page.get_by_label("What should we know"), page.locator(".counter")
        expect(counter).to_have_text("Characters left: 1,200")
        comment.fill("  😀é\n!  ")
        expect(counter).to_have_text("Characters left: 1,196")
        expect(page.get_by_role("status")).to_have_text("Characters left: 1,196")
        comment.fill("x" * 1203)
        expect(counter).to_have_text("Characters too many: 3")
        page.goto(f"{site}/a/{asked()}?language=cy")
        expect(counter).to_have_text("Nodau ar ôl: 1,200")


def test_without_scripts_the_hint_says_how_many_characters_there_may_be(
    phone: Page, site: str
) -> None:
    phone.goto(f"{site}/a/{asked()}")
    expect(phone.get_by_label("What should we know")).to_have_accessible_description(
        re.compile("Up to 1,200 characters")
    )
    expect(phone.locator(".counter")).to_have_count(0)


def test_a_person_allows_contact_and_takes_it_back_without_scripts(phone: Page, site: str) -> None:
    phone.goto(f"{site}/a/{asked()}?rating=1")
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("group", name="May we quote")).to_have_count(0)
    tick = phone.get_by_role("group", name="May we contact you").get_by_role("checkbox")
    expect(tick).not_to_be_checked()
    tick.check()
    phone.get_by_role("button", name="Send").click()
    phone.get_by_role("link", name="Do not contact me after all").click()
    phone.get_by_role("button", name="Do not contact me after all").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We will not contact you about this")
    (consent,) = db.session.scalars(select(Consent)).all()
    assert consent.withdrawn_at is not None
    assert phone.context.cookies() == []


def test_a_person_comes_back_and_changes_the_answer(phone: Page, site: str) -> None:
    token = asked()
    for minutes, rating in ((9, "Satisfied"), (5, "Dissatisfied")):
        with travel(now() - timedelta(minutes=minutes)):
            phone.goto(f"{site}/a/{token}")
        phone.get_by_label(rating, exact=True).check()
        phone.get_by_label("What should we know").fill(f"It was {rating}")
        with travel(now() - timedelta(minutes=minutes - 1)):
            phone.get_by_role("button", name="Send my answer").click()
            expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    phone.goto(f"{site}/a/{token}")
    expect(phone.get_by_text("You answered on")).to_be_visible()
    expect(phone.get_by_label("Dissatisfied", exact=True)).to_be_checked()
    expect(phone.get_by_label("What should we know")).to_have_value("It was Dissatisfied")
    assert [stored.rating for stored in responses()] == [4, 2]
