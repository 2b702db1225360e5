"""Answers kept in memory are those that would be worked out, and nobody else's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from survey.foundation.database import db
from survey.partnership.directory import forget_directory
from survey.partnership.model import PartnershipRow
from survey.reports.exports.sending import Written
from survey.reports.kept import EXTENSION, MOST_CHARACTERS, Shelf
from tests.conftest import MakeKey, bearer
from tests.reports.blocks.given import give_many, seal_all

pytestmark = pytest.mark.usefixtures("partnership")

QUESTION = "/api/v1/figures?period=2026-Q1&by=service,month"
Ask = Callable[..., bytes]


@pytest.fixture
def ask(client: FlaskClient, make_key: MakeKey) -> Ask:
    secrets = {of: make_key("figures:read", partners=(of,)) for of in ("OCC", "HCC")}
    secrets["all"] = make_key("figures:read")

    def get(whose: str) -> bytes:
        answer: bytes = client.get(QUESTION, headers=bearer(secrets[whose])).data
        return answer

    return get


@contextmanager
def reading_blocks() -> Iterator[list[str]]:
    """The statements sent meanwhile that read blocks."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        found.extend([statement] if "FROM block" in statement else [])

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def given(month: str) -> None:
    for partner, ratings in (("OCC", [5, 4] * 6), ("HCC", [5, 1, 4, 4] * 5)):
        give_many(ratings, month, partner=partner)


def test_who_asks_again_gets_the_same_without_blocks_being_read(app: Flask, ask: Ask) -> None:
    given("2026-02")
    seal_all()
    first = ask("OCC")
    with reading_blocks() as statements:
        assert ask("OCC") == first
        assert not statements
        assert ask("HCC") not in (first, ask("all"))
        assert statements


def test_another_month_sealed_or_another_partnership_is_told_at_once(app: Flask, ask: Ask) -> None:
    given("2026-02")
    with time_machine.travel(datetime(2026, 4, 7, tzinfo=UTC), tick=False):
        seal_all()
        before = ask("OCC")
    given("2026-04")
    seal_all()
    sealed = ask("OCC")
    assert sealed != before, "as_of moved on"
    whole = db.session.scalars(select(PartnershipRow)).one()
    whole.settings = {**whole.settings, "minimum_base": 11}
    db.session.commit()
    forget_directory()
    assert b'"minimum_base": 11' in ask("OCC")


def test_what_is_not_sealed_to_its_end_is_worked_out_each_time(app: Flask, ask: Ask) -> None:
    given("2026-02")
    with time_machine.travel(datetime(2026, 3, 20, tzinfo=UTC), tick=False):
        seal_all()
        before = ask("OCC")
        give_many([5], "2026-03", partner="OCC")
        db.session.commit()
        assert ask("OCC") != before, "an enquiry more was closed in March"
    assert EXTENSION not in app.extensions


def test_a_process_keeps_what_was_asked_for_last_and_no_more_than_it_may() -> None:
    shelf, large = Shelf(), Written("", {}, "x" * (MOST_CHARACTERS // 2))
    shelf.put("a", "now", large)
    shelf.put("b", "now", large)
    assert shelf.find("a", "now") is large
    assert shelf.find("a", "then") is None
    shelf.put("c", "now", large)
    assert [shelf.find(each, "now") for each in "abc"] == [large, None, large]
    shelf.put("a", "now", Written("", {}, "x" * (MOST_CHARACTERS + 1)))
    assert [shelf.find(each, "now") for each in "abc"] == [None, None, large]
    assert shelf.characters == large.length
