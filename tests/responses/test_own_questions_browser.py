"""Questions of one's own in a real browser: by keyboard without scripts, and as axe sees them.

The database makes no difference to a page, so these run on SQLite alone.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select

from survey.foundation.database import db
from survey.partnership.model import PartnerRow
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.questionnaire.written import WHOLE, load_questionnaire, name_questionnaires
from tests.responses.answering import asked, responses

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def own(partnership: None) -> None:
    """Everybody is asked questions of all kinds."""
    load_questionnaire("own", WHOLE)
    name_questionnaires(asking="own")


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone with scripts switched off."""
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as context:
        yield context.new_page()


def go_to(page: Page, field: str) -> None:
    """Press Tab until the field has the focus, as somebody without a mouse does."""
    for _ in range(40):
        if page.locator(f"{field}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{field} cannot be reached by Tab")


def test_several_choices_and_what_comes_after_them_are_answered_by_keyboard_without_scripts(
    phone: Page, site: str
) -> None:
    phone.goto(f"{site}/a/{asked()}")
    expect(phone.get_by_role("group", name="Missing?")).to_be_hidden()
    go_to(phone, "#resolved")
    for key in ("ArrowDown", "ArrowDown"):
        phone.keyboard.press(key)
    expect(phone.get_by_label("Option no", exact=True)).to_be_checked()
    expect(phone.get_by_role("group", name="Missing?")).to_be_visible()
    expect(phone.get_by_label("Other?")).to_be_hidden()
    go_to(phone, "#missing")
    phone.keyboard.press("Space")
    go_to(phone, "#missing-answer")
    phone.keyboard.press("Space")
    go_to(phone, "#other")
    phone.keyboard.type("At the door")
    go_to(phone, "#via")
    phone.keyboard.press("Space")
    go_to(phone, "#rating")
    phone.keyboard.press("ArrowDown")
    go_to(phone, "#again")
    phone.keyboard.press("ArrowUp")
    go_to(phone, "button")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    (stored,) = responses()
    assert (stored.resolved, stored.rating) == ("no", 4)
    assert stored.answers == {"missing": ["form", "answer"], "via": "phone", "again": 10}
    assert stored.texts


def test_what_holds_an_answer_is_not_hidden_when_the_answer_above_it_changes(
    phone: Page, site: str
) -> None:
    phone.goto(f"{site}/a/{asked()}")
    phone.get_by_label("Option partly", exact=True).check()
    phone.get_by_label("Option answer", exact=True).check()
    phone.get_by_label("Other?").fill("words")
    phone.get_by_label("Option yes", exact=True).check()
    expect(phone.get_by_label("Option answer", exact=True)).to_be_visible()
    phone.get_by_label("Option answer", exact=True).uncheck()
    expect(phone.get_by_role("group", name="Missing?")).to_be_hidden()
    expect(phone.get_by_label("Other?")).to_have_value("words")


def test_the_longest_word_anywhere_is_broken_and_not_cut_off(phone: Page, site: str) -> None:
    long = WHOLE.replace("Via?", "Rindfleischetikettierungs" * 8)
    long = long.replace("Option phone", "Grundstuecksverkehrs" * 6).replace("Other?", "W" * 200)
    load_questionnaire("own", long)
    partner = db.session.scalars(select(PartnerRow)).first()
    assert partner
    partner.name = "Partner" * 20
    db.session.commit()
    phone.goto(f"{site}/a/{asked()}")
    expect(phone.get_by_text("Rindfleisch")).to_be_visible()
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("alert")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_to_mend_and_nothing_is_cut_off(
    browser: Browser, site: str, size: ViewportSize
) -> None:
    with browser.new_context(viewport=size) as context:
        page = context.new_page()
        page.goto(f"{site}/a/{asked()}")
        assert_accessible(page)
        page.get_by_label("Option no", exact=True).check()
        page.get_by_label("Option answer", exact=True).check()
        page.get_by_label("Other?").fill("y" * 21)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        page.get_by_role("button", name="Send my answer").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert_accessible(page)
        page.get_by_role("link", name="Your answer is 1 character").click()
        expect(page.get_by_label("Other?")).to_be_focused()
