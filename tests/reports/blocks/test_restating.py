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
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.restated_model import RestatedPart
from survey.reports.pack.composing import composed
from survey.reports.pack.content import pack_content
from survey.reports.periods import parse
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
    # Held until February: they count with a later month than October.
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
    """Ten people's answers of one partner change, two are released, nine of the other's change."""
    for held in db.session.scalars(select(Hold)):
        held.released_at = FEBRUARY
    for response in given["OCC"][10:18]:
        revise(response, 5 if response.rating < 5 else 4)
    for response in given["OCC"][18:]:
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
    anew = db.session.scalars(select(RestatedPart)).one()
    block = next(block for block in blocks if block.id == anew.block_id)
    assert (anew.with_month, anew.people, anew.answers, anew.changed) == ("2026-03", 18, 18, 10)
    # Of ten: eight said something else, two were held. Two that were released are not in it.
    assert block.ratings == {"1": 0, "2": 2, "3": 4, "4": 8, "5": 6}
    assert anew.ratings == {"1": 0, "2": 1, "3": 2, "4": 7, "5": 8}
    after = {
        partner: ask(f"figures?period=2025-Q4&by=month&partner={partner}") for partner in frozen
    }
    assert after["HCC"]["rows"] == before["HCC"]["rows"]
    assert (after["HCC"]["restated"], after["OCC"]["restated"]) == ([], ["2025"])
    assert after["OCC"]["as_of"] > before["OCC"]["as_of"]
    october = after["OCC"]["rows"][0]
    assert (october["n"], october["csat"]["value"]) == (18, 0.8333)
    assert october["funnel"] == before["OCC"]["rows"][0]["funnel"] | {"answered": 18}
    lines = ask("figures?period=2025-Q4&by=month&partner=OCC&format=csv", "text").splitlines()
    assert all(line.split(",")[-2] == "2025" for line in lines[1:])
    _releases_tell_of_it(ask, releases, told)
    anew_of_2025 = "Some figures of 2025 were counted anew"
    for partner, said in (("OCC", True), ("HCC", False)):
        pack = composed(pack_content(parse("2025-Q4"), partner, None), "en")
        assert (anew_of_2025 in pack) == said
        assert after[partner]["fingerprint"] in pack
    # And that was it, whatever happens then.
    revise(frozen["OCC"][0], 1, MAY)
    for response in frozen["HCC"]:
        revise(response, 3, MAY)
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC), tick=False):
        seal_all()
    assert len(db.session.scalars(select(RestatedPart)).all()) == 1
    db.session.commit()
    verified = CliRunner().invoke(verify)
    assert (verified.exit_code, "parts counted anew: 1 agree" in verified.output) == (0, True)
    with pytest.raises(DBAPIError, match="never changes"):
        db.session.execute(text("UPDATE restated_part SET people = 99"))
    db.session.rollback()
    unprotect("restated_part")
    db.session.execute(text("UPDATE restated_part SET changed = 11"))
    db.session.commit()
    assert "hours 8.5-17): changed 11, counted again 10" in CliRunner().invoke(verify).output


def test_a_part_is_restated_and_another_is_not_and_what_came_late_is_in_neither(
    app: Flask, partnership: None, ask: Ask
) -> None:
    given = {
        channel: give_many(TEN * 3, "2025-10", partner="OCC", channel=channel)
        for channel in ("portal", "e-mail")
    }
    late = [hold(each) for each in give_many(TEN, "2025-10", partner="OCC", channel="portal")]
    # Those by e-mail all say the same: a block divided no further by what its people said.
    stopped = give_many((5, 4, 3) * 6, "2025-10", channel="portal")
    give_many((5,) * 12, "2025-10", channel="e-mail")
    with time_machine.travel(JANUARY, tick=False):
        seal_all()
    questions = ("month", "channel", "topic", "topic,month")
    before = {by: ask(f"figures?period=2025-Q4&by={by}&partner=OCC") for by in questions}
    moved = (*given["portal"][10:19], given["portal"][29], *given["e-mail"][10:19])
    for response in (*moved, *stopped[:10]):
        revise(response, 5 if response.rating < 5 else 4)
    for held in late:
        held.released_at = FEBRUARY
    # Forgotten meanwhile, so nobody knows any more how many of the part they were.
    for response in given["portal"][20:22]:
        db.session.get_one(Invitation, response.invitation_id).person_id = None
    with time_machine.travel(APRIL, tick=False):
        seal_all()
    after = {by: ask(f"figures?period=2025-Q4&by={by}&partner=OCC") for by in questions}
    restated = db.session.scalars(select(RestatedPart).order_by(RestatedPart.id)).all()
    assert [(each.people, each.changed) for each in restated] == [(29, 10)]
    assert sum(db.session.scalars(select(BlockPart.stopped))) == 1
    satisfied = {
        by: {str(row[by]): row["csat"]["value"] * row["n"] for row in after[by]["rows"] if row["n"]}
        for by in ("channel", "topic")
    }
    # By three more: two who gave 3 and one who gave 2.
    assert satisfied["channel"] == pytest.approx({"e-mail": 21, "portal": 24})
    assert satisfied["topic"] == pytest.approx({"None": 45}, abs=0.01)
    for by in questions:
        assert (before[by]["restated"], after[by]["restated"]) == ([], ["2025"])
        for answer in (before[by], after[by]):
            assert sum(row["n"] or 0 for row in answer["rows"]) == answer["total"]["n"] == 60
    assert ask("figures?period=2026-Q1&partner=OCC")["total"]["n"] == 10
    e_mail = [answer["channel"]["rows"][0] for answer in (before, after)]
    assert e_mail[0] == e_mail[1]
    db.session.commit()
    verified = CliRunner().invoke(verify)
    assert (verified.exit_code, "parts counted anew: 1 agree" in verified.output) == (0, True)


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
    moved = {"n", "csat", "satisfaction", "response_rate", "funnel"}
    assert {*rows["month", "2025-10"]["figures"]} == moved
    assert changes["OCC"]["says"].startswith("Blocks were counted anew")
