"""Making packs: claims that lapse, what fails is given up, and a real worker that is killed."""

import signal
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from survey.access.caller import Caller
from survey.app import create_app
from survey.erasure import forget_person
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.steps import run
from survey.journey import STATIONS
from survey.partnership.file import read_file
from survey.partnership.loading import apply
from survey.reports.blocks.voices.told import said_in
from survey.reports.pack.asking import ask_for
from survey.reports.pack.composing import composed
from survey.reports.pack.content import pack_content
from survey.reports.pack.making import MOST_ATTEMPTS, PACKS, oldest_due
from survey.reports.pack.model import Pack
from survey.reports.periods import parse
from tests.databases import FOUNDING, Sqlite, config_for
from tests.processes import Deployment, wait_until
from tests.reports.blocks.saying import say

pytestmark = pytest.mark.usefixtures("can_print")

STEP = STATIONS["packs"].step
ANALYST = Caller("an analyst", frozenset({"figures:read"}), None, None)
TEXT = '<html lang="en"><title>Pack</title><h2 id="a">A pack</h2><p>{}</p></html>'
FETCHING = TEXT.format('<img alt="" src="https://example.org/picture.png">')


def pack() -> Pack:
    db.session.expire_all()
    return db.session.scalars(select(Pack)).one()


def asked(html: str | None = None) -> None:
    ask_for(parse("2026-Q1"), None, "en", ANALYST)
    if html is not None:
        db.session.execute(update(Pack).values(html=html))
    db.session.commit()


@pytest.mark.usefixtures("partnership")
def test_what_another_worker_holds_is_made_once_its_claim_has_lapsed(app: Flask) -> None:
    asked(TEXT.format("Held"))
    held = {"claimed_by": "another", "claimed_until": now() + PACKS.hold, "attempts": 1}
    db.session.execute(update(Pack).values(held))
    db.session.commit()
    assert (run(STEP), oldest_due() is not None) == (0, True)
    with time_machine.travel(now() + PACKS.hold, tick=False):
        assert (run(STEP), run(STEP), oldest_due()) == (1, 0, None)
    made = pack()
    assert made.pdf
    assert made.pdf.startswith(b"%PDF")
    assert (made.claimed_by, made.claimed_until, made.attempts) == (None, None, 2)


@pytest.mark.usefixtures("partnership")
def test_what_fails_is_tried_again_then_given_up_and_may_be_asked_for_again(app: Flask) -> None:
    """It fails since it would fetch a picture from elsewhere, which is refused."""
    asked(FETCHING)
    for hours in range(MOST_ATTEMPTS + 1):
        with time_machine.travel(now() + timedelta(hours=hours), tick=False):
            run(STEP)
    assert pack().given_up_at
    assert (pack().pdf, pack().attempts, oldest_due()) == (None, MOST_ATTEMPTS, None)
    asked(TEXT.format("Mended"))
    assert (pack().given_up_at, pack().attempts) == (None, 0)
    assert run(STEP) == 1


@pytest.mark.usefixtures("partnership")
def test_what_no_worker_came_back_from_is_given_up(app: Flask) -> None:
    asked()
    db.session.execute(update(Pack).values(attempts=MOST_ATTEMPTS))
    db.session.commit()
    assert run(STEP) == 0
    assert pack().given_up_at


@pytest.mark.usefixtures("partnership")
def test_a_pack_asked_for_while_somebody_is_forgotten_holds_nothing_of_theirs(app: Flask) -> None:
    writers = {f"Comment number {number} of many": f"writer{number}" for number in range(30)}
    for comment, writer in writers.items():
        say(comment, by=writer, partner="OCC")
    db.session.commit()
    run(STATIONS["seal"].step)
    drawn = said_in(parse("2026-Q1"), None)[0].drawn[0]
    assert drawn in composed(pack_content(parse("2026-Q1"), None, None), "en")
    assert forget_person(f"{writers[drawn]}@hants.example")["comments for boards"] == 1
    asking = Thread(target=_ask_elsewhere, args=(app,))
    asking.start()
    asking.join(0.5)
    db.session.commit()
    asking.join()
    html = pack().html
    assert html
    assert "Comment number" in html
    assert drawn not in html


def _ask_elsewhere(app: Flask) -> None:
    with app.app_context():
        asked()
        db.session.remove()


def test_a_worker_killed_at_it_leaves_it_to_the_next(sqlite: Sqlite, tmp_path: Path) -> None:
    url = sqlite.fresh()
    with create_app(config_for(url, tmp_path)).app_context():
        apply(read_file(FOUNDING))
        # Long enough to be killed at.
        asked(TEXT.format("word " * 30_000))
        worker = Deployment(url, tmp_path).start("work", "--until-idle")
        wait_until(_claimed, "the claim")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert pack().pdf is None
        db.session.execute(update(Pack).values(claimed_until=now(), html=TEXT.format("short")))
        db.session.commit()
        assert run(STEP) == 1
        db.session.remove()
        db.engine.dispose()


def _claimed() -> bool:
    claimed = pack().claimed_until is not None
    db.session.rollback()
    return claimed
