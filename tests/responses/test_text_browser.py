"""Every state of every page of the person in a text browser, beside what a graphical one shows.

Who reads by w3m or Lynx, on a Braille line or over a slow line, has no style sheet and no scripts:
the page is its source, from top to bottom. They must be told the same in the same order, each box
with its words, and nothing else but what says itself why it is there.
"""

import os
import re
import shutil
import subprocess
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser import PHONE
from tests.responses.states import STATES, Visit

pytestmark = [
    pytest.mark.usefixtures("partnership"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
W3M = shutil.which("w3m")
# What the eye meets, in the order of the source; before the words of a box the box, as it came.
SHOWN = """() => {
  const kinds = "h1, h2, p, li, legend, label, dt, dd, button, blockquote";
  const boxes = {radio: ["()", "(*)"], checkbox: ["[]", "[*]"]};
  return [...document.querySelectorAll(kinds)]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().left >= 0
      && !one.parentElement.closest(kinds))
    .map(one => {
      const box = boxes[one.control?.type];
      return (box ? box[Number(one.control.defaultChecked)] : "") + one.innerText;
    });
}"""
UNSEEN = """() => [...document.querySelectorAll(".skip-link, .out-of-sight label, .in-print")]
  .map(one => one.textContent)"""
# A field to write in, with what stands in it, and the point of a list.
FIELD = re.compile(r"\[[^]]*\]|•")


def as_text(page: Page) -> str:
    """What w3m shows of the page, without blanks, since it breaks lines where it likes."""
    if W3M is None:
        missing = pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip
        missing("w3m is not installed (apt install w3m)")
    command = [W3M, "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8"]
    done = subprocess.run(command, input=page.content().encode(), capture_output=True, check=True)
    return _squeezed(done.stdout.decode())


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_it_tells_the_same_in_the_same_order(app: Flask, browser: Browser, site: str) -> None:
    """All states in one test, since most of the time of one goes into a service of its own."""
    for state, (reach, _) in STATES.items():
        with (
            browser.new_context(viewport=PHONE, java_script_enabled=False) as context,
            ExitStack() as after,
        ):
            page = context.new_page()
            reach(Visit(app, page, site, "", False, after))
            # Before its style sheet is there, a page shows what it hides.
            page.wait_for_load_state()
            rest, beside = as_text(page), ""
            for text in map(_squeezed, page.evaluate(SHOWN)):
                before, found, rest = rest.partition(text)
                assert found, f"{state}: {text} is missing, or stands elsewhere"
                beside += before
            beside += rest
            for text in page.evaluate(UNSEEN):
                assert _squeezed(text) in beside, state
                beside = beside.replace(_squeezed(text), "", 1)
            assert FIELD.sub("", beside) == "", state


def test_the_field_that_catches_machines_says_so_and_stands_after_the_button(
    app: Flask, browser: Browser, site: str
) -> None:
    with (
        browser.new_context(viewport=PHONE, java_script_enabled=False) as context,
        ExitStack() as after,
    ):
        page = context.new_page()
        STATES["fresh"][0](Visit(app, page, site, "", False, after))
        warning = "Sendmyanswer" + _squeezed(
            "This field is there to catch machines: leave it empty []"
        )
        assert warning in as_text(page)
