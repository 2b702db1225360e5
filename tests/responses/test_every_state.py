"""Every state of every page of the person, in a real browser: axe, keyboard, zoom, reading order.

On a phone, on a phone with scripts off, and on a desktop in Welsh; 320 pixels are what a window of
1280 has left at 400 % zoom. Axe is a script itself and looks where they are on; without them a page
is the same but for the counter. The database makes no difference to a page, so these run on SQLite
alone.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.responses.states import STATES, Visit, chosen, errors, fresh

pytestmark = [
    pytest.mark.usefixtures("partnership"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
LARGEST = 30_000
# From top to bottom, left to right within a line: what a screen reader says is what the eye reads.
OUT_OF_ORDER = """() => {
  const shown = [...document.querySelectorAll("h1, h2, p, li, legend, label, textarea, dt, button")]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().left >= 0
      && one.getBoundingClientRect().width > 1)
    .map(one => [one.textContent.trim(), one.getBoundingClientRect()]);
  return shown.slice(1).filter(([, box], at) => {
    const before = shown[at][1];
    return box.top < before.top - 8 && box.left <= before.left;
  }).map(([text]) => text);
}"""
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 1 && box.left >= 0 && box.right > document.documentElement.clientWidth + 1;
}).map(one => one.outerHTML.slice(0, 80))"""
FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const look = getComputedStyle(one.matches(".option input") ? one.nextElementSibling : one);
  return {
    name: one.tagName + "#" + (one.id || one.textContent.trim()),
    seen: box.bottom > 0 && box.top < innerHeight && box.left >= 0,
    marked: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
  };
}"""


@dataclass(frozen=True)
class Setting:
    """A kind of visitor."""

    size: ViewportSize
    scripts: bool
    language: str = ""


SETTINGS = {
    "phone": Setting(PHONE, scripts=True),
    "desktop-welsh": Setting(DESKTOP, scripts=True, language="language=cy"),
    "phone-without-scripts": Setting(PHONE, scripts=False),
}


@pytest.fixture(params=list(SETTINGS.values()), ids=list(SETTINGS))
def visit(
    app: Flask, browser: Browser, site: str, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """Somebody about to open a page."""
    setting: Setting = request.param
    with (
        browser.new_context(viewport=setting.size, java_script_enabled=setting.scripts) as context,
        ExitStack() as after,
    ):
        context.set_default_timeout(8_000)
        yield Visit(app, context.new_page(), site, setting.language, setting.scripts, after)


@pytest.mark.parametrize("state", STATES)
def test_anybody_can_use_the_page(visit: Visit, state: str) -> None:
    reach, heading = STATES[state]
    fetched, said = list[str](), list[str]()
    visit.page.on("request", lambda one: fetched.append(one.url))
    visit.page.on("console", lambda one: said.append(one.text))
    reach(visit)
    visit.page.wait_for_load_state()
    if not visit.query:
        expect(visit.page.get_by_role("heading", level=1)).to_have_text(heading)
    assert visit.page.get_by_role("heading", level=1).count() == 1
    if visit.scripts:
        assert_accessible(visit.page)
    assert visit.page.evaluate(OUT_OF_ORDER) == []
    assert visit.page.evaluate(CUT_OFF) == []
    assert_keyboard_reaches_all(visit.page)
    assert [url for url in fetched if not url.startswith((visit.site, "data:"))] == []
    # Not found, expired, away: the browser notes the status, and nothing else.
    assert [text for text in said if "the server responded with a status" not in text] == []
    assert visit.page.context.cookies() == []


def assert_keyboard_reaches_all(page: Page) -> None:
    """Tab comes by every link, button and field, each shown and marked, and never gets stuck."""
    if page.locator("[autofocus]").count():
        expect(page.locator("[autofocus]")).to_be_focused()
    wanted = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll("a, button, input, textarea")];
          const stops = all.filter(one => one.tabIndex >= 0 && one.type !== "hidden");
          return stops.filter(one => one.type !== "radio" || one.checked
            || !document.querySelector(`[name="${one.name}"]:checked`) && one.id === one.name)
            .map(one => one.tagName + "#" + (one.id || one.textContent.trim()));
        }"""
    )
    # Where something was focused already, Tab goes on from there.
    for _ in [*wanted, None]:
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["name"] == wanted[0]:
            break
    met = []
    for _ in wanted:
        focused = page.evaluate(FOCUSED)
        met.append(focused["name"])
        assert focused["seen"], focused
        assert focused["marked"], focused
        page.keyboard.press("Tab")
    assert met == wanted


@pytest.mark.parametrize("reach", [chosen, errors])
def test_all_that_a_page_loads_is_small(visit: Visit, reach: Callable[[Visit], None]) -> None:
    sizes: dict[str, int] = {}
    visit.page.on("response", lambda got: sizes.update({got.url: len(got.body())}))
    reach(visit)
    visit.page.wait_for_load_state("networkidle")
    style = [url for url in sizes if url.endswith(".css")]
    assert len(style) == 2
    assert sum(sizes.values()) < LARGEST


def test_at_double_text_size_nothing_is_cut_off(visit: Visit) -> None:
    fresh(visit)
    visit.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert visit.page.evaluate(CUT_OFF) == []


def test_with_wide_spacing_nothing_is_cut_off_or_covered(visit: Visit) -> None:
    """WCAG 2.2, success criterion 1.4.12."""
    fresh(visit)
    visit.page.evaluate(
        """for (const one of document.querySelectorAll("body *")) Object.assign(one.style,
          {lineHeight: "1.5", letterSpacing: ".12em", wordSpacing: ".16em"})"""
    )
    assert visit.page.evaluate(CUT_OFF) == []
    assert visit.page.evaluate(OUT_OF_ORDER) == []


def test_a_printed_page_keeps_the_questions_and_leaves_the_buttons(visit: Visit) -> None:
    chosen(visit)
    visit.page.emulate_media(media="print")
    expect(visit.page.locator("main button")).to_be_hidden()
    expect(visit.page.locator("fieldset").first).to_be_visible()
    expect(visit.page.locator("#rating-2")).to_be_checked()
