"""The yearly restatement, from what happened to answers to what boards and releases then say."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.blocks.restated_model import RestatedBlock
from survey.reports.verifying.commands import verify
from survey.responses.model import Hold, Response
from tests.build import make_response
from tests.conftest import MakeKey, bearer
from tests.reports.blocks.given import give, give_many, hold, seal_all, unprotect

JANUARY, FEBRUARY, APRIL, MAY = (
    datetime(2026, month, 20, 12, tzinfo=UTC) for month in (1, 2, 4, 5)
)
TEN = (5, 5, 4, 4, 4, 3, 3, 5, 4, 2)
Ask = Callable[..., Any]


@pytest.fixture
def ask(client: FlaskClient, make_key: MakeKey) -> Ask:
    """Asks as the joint board does, which also freezes: `ask("figures?period=2025-Q4")`."""
    headers = bearer(make_key("figures:read", "releases:write"))

    def get(path: str, part: str = "json") -> Any:
        return getattr(client.get(f"/api/v1/{path}", headers=headers), part)

    return get


@pytest.fixture
def frozen(partnership: None, client: FlaskClient, make_key: MakeKey) -> dict[str, list[Response]]:
    """Two partners' blocks of October 2025 and what counts of them, sealed, and both released."""
    given = {partner: give_many(TEN * 2, "2025-10", partner=partner) for partner in ("OCC", "HCC")}
    # Held until February: late, when it comes to October.
    for _ in range(2):
        hold(give(4, "2025-10", partner="OCC"))
    with time_machine.travel(JANUARY, tick=False):
        assert [block.answers for block in seal_all()] == [20, 20]
        headers = bearer(make_key("releases:write"))
        for partner in given:
            body = {"period": "2025-Q4", "partner": partner}
            assert client.post("/api/v1/releases", json=body, headers=headers).status_code == 201
    return given


def revise(response: Response, rating: int, at: datetime = FEBRUARY) -> None:
    invitation = db.session.get_one(Invitation, response.invitation_id)
    make_response(invitation, rating=rating, answered_at=at)


def move(given: dict[str, list[Response]]) -> None:
    """Ten people's answers of one partner change, nine of the other's."""
    for held in db.session.scalars(select(Hold)):
        held.released_at = FEBRUARY
    for response in given["OCC"][10:16]:
        revise(response, 5 if response.rating < 5 else 4)
    for response in given["OCC"][16:18]:
        db.session.add(Hold(response_id=response.id, held_at=FEBRUARY, signs=["too_fast"]))
    for response in given["HCC"][10:19]:
        revise(response, 5 if response.rating < 5 else 4)


def test_ten_people_whose_answers_changed_are_restated_once_and_nine_are_not(
    app: Flask, frozen: dict[str, list[Response]], ask: Ask
) -> None:
    before = {
        partner: ask(f"figures?period=2025-Q4&by=month&partner={partner}") for partner in frozen
    }
    releases = [release["id"] for release in ask("releases")["releases"]]
    told = [ask(f"releases/{release}") for release in releases]
    move(frozen)
    with time_machine.travel(APRIL.replace(day=4), tick=False):
        seal_all()
    assert ask("figures?period=2025-Q4&by=month&partner=OCC")["rows"] == before["OCC"]["rows"]
    with time_machine.travel(APRIL, tick=False):
        blocks = seal_all()
    anew = db.session.scalars(select(RestatedBlock)).one()
    block = next(block for block in blocks if block.id == anew.block_id)
    assert (anew.with_month, anew.people, anew.answers, anew.changed) == ("2026-03", 20, 20, 10)
    # Of ten: six said something else, two were held, two released.
    assert block.ratings == {"1": 0, "2": 2, "3": 4, "4": 8, "5": 6}
    assert anew.ratings == {"1": 0, "2": 2, "3": 2, "4": 9, "5": 7}
    after = {
        partner: ask(f"figures?period=2025-Q4&by=month&partner={partner}") for partner in frozen
    }
    assert after["HCC"]["rows"] == before["HCC"]["rows"]
    assert (after["HCC"]["restated"], after["OCC"]["restated"]) == ([], ["2025"])
    assert after["OCC"]["as_of"] > before["OCC"]["as_of"]
    october = after["OCC"]["rows"][0]
    assert (october["n"], october["csat"]["value"]) == (20, 0.8)
    assert october["funnel"] == before["OCC"]["rows"][0]["funnel"] | {"answered": 20}
    lines = ask("figures?period=2025-Q4&by=month&partner=OCC&format=csv", "text").splitlines()
    assert all(line.split(",")[-2] == "2025" for line in lines[1:])
    _releases_tell_of_it(ask, releases, told)
    # And that was it, whatever happens then.
    revise(frozen["OCC"][0], 1, MAY)
    for response in frozen["HCC"]:
        revise(response, 3, MAY)
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC), tick=False):
        seal_all()
    assert len(db.session.scalars(select(RestatedBlock)).all()) == 1
    db.session.commit()
    verified = CliRunner().invoke(verify)
    assert (verified.exit_code, "blocks counted anew: 1 agree" in verified.output) == (0, True)
    with pytest.raises(DBAPIError, match="never changes"):
        db.session.execute(text("UPDATE restated_block SET people = 99"))
    db.session.rollback()
    unprotect("restated_block")
    db.session.execute(text("UPDATE restated_block SET changed = 11"))
    db.session.commit()
    assert "OCC payroll 2025-10: changed 11, counted again 10" in CliRunner().invoke(verify).output


def _releases_tell_of_it(ask: Ask, releases: list[str], told: list[Any]) -> None:
    """What was frozen stays, and what is so now is said in tens."""
    assert [ask(f"releases/{release}") for release in releases] == told
    changes = {
        told[n]["partners"][0]: ask(f"releases/{each}/changes") for n, each in enumerate(releases)
    }
    assert changes["HCC"]["changed"] is False
    assert (changes["OCC"]["why"], changes["OCC"]["restated"]) == (["restated"], ["2025"])
    rows = {(row["table"], row["row"]): row for row in changes["OCC"]["rows"]}
    assert {key: row["people"] for key, row in rows.items()} == {
        ("month", "2025-10"): 10,
        ("service", "payroll"): 10,
        ("partner", "OCC"): 10,
        ("total", None): 10,
    }
    assert rows["month", "2025-10"]["figures"] == ["csat", "satisfaction"]
    assert changes["OCC"]["says"].startswith("Blocks were counted anew")


def _by_hand(given: list[Response]) -> dict[str, int]:
    """By what the ratings of a block move when these ten people's answers do."""
    moved = dict.fromkeys("12345", 0)
    moved["4"] += 2
    for place, response in enumerate(given[10:18]):
        moved[str(response.rating)] -= 1
        if place < 6:
            moved["5" if response.rating < 5 else "4"] += 1
    return moved
