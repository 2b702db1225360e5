"""The button in a real browser: pressed, looked after, and fetched.

The database makes no difference to a page, so this runs on SQLite alone.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from survey.access.tickets import ticket_for
from survey.foundation.database import db
from survey.foundation.steps import run
from survey.journey import STATIONS
from tests.browser import PHONE, assert_accessible
from tests.conftest import MakeKey
from tests.reports.blocks.given import give_many, seal_all


@pytest.mark.usefixtures("can_print", "partnership")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_that_waits_becomes_the_one_that_offers_the_file_when_it_is_asked(
    browser: Browser, site: str, make_key: MakeKey, tmp_path: Path
) -> None:
    give_many([5, 4, 3, 2] * 9)
    seal_all()
    ticket = ticket_for(make_key("figures:read")[4:12])
    # Else the pages would wait for what was just looked at.
    db.session.rollback()
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(f"{site}/board?ticket={ticket}&period=2026-Q1")
        page.get_by_role("button", name="Make the pack").click()
        waits = page.get_by_role("heading", name="Your board pack is being made")
        expect(waits).to_be_visible()
        assert_accessible(page)
        assert run(STATIONS["packs"].step) == 1
        page.get_by_role("link", name="Look whether it is ready").click()
        ready = page.get_by_role("heading", name="Your board pack is ready")
        expect(ready).to_be_visible()
        assert_accessible(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the PDF").click()
        download.value.save_as(tmp_path / "pack.pdf")
        assert download.value.suggested_filename == "board-pack-2026-01-to-2026-03-en.pdf"
        assert (tmp_path / "pack.pdf").read_bytes().startswith(b"%PDF")
        page.get_by_role("link", name="Cymraeg").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Mae eich pecyn bwrdd yn barod")
        assert_accessible(page)
