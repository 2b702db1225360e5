"""A real browser on the real pages: Debian's Chromium, a server on a free port, and axe."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

CHROMIUM = Path("/usr/bin/chromium")
PHONE: ViewportSize = {"width": 320, "height": 640}
DESKTOP: ViewportSize = {"width": 1200, "height": 900}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, which no Python package brings along: without it, the test is skipped and says so.

    Where nothing may be skipped (`REQUIRE_ALL=1`), it fails.
    """
    if not CHROMIUM.exists():
        (pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip)(
            f"Chromium is not installed: {CHROMIUM} is missing (apt install chromium)"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which the app answers while this lasts."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def assert_accessible(page: Page) -> None:
    """Axe, with all its rules, has no complaint."""
    # A click returns as soon as the next page begins, and frames in it come later.
    page.wait_for_load_state()
    found = Axe().run(page)
    assert found.response["passes"], "axe did not look"
    assert found.violations_count == 0, found.generate_report()
