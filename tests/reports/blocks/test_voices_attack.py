"""Attacks on what boards are told of what people say: by time, by erasure, by swapping answers."""

import json
from collections.abc import Callable
from itertools import product
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from survey.comments.model import ReadingEdition
from survey.erasure import forget_person
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.model import Invitation, Person
from survey.reports.blocks.voices.model import SealedComment
from survey.responses.model import Response
from tests.build import make_response
from tests.conftest import MakeKey, bearer
from tests.reports.blocks.given import during, hold, seal_all
from tests.reports.blocks.saying import read, say
from tests.reports.blocks.test_attack import members, unseal

pytestmark = pytest.mark.usefixtures("partnership")

Archive = dict[tuple[str, str], Any]


@pytest.fixture
def fetch(client: FlaskClient, make_key: MakeKey) -> Callable[[str], Archive]:
    """Fetches what two boards are told of a quarter, as bytes, by board and call."""
    boards = {"OCC": make_key("figures:read", partners=("OCC",)), "joint": make_key("figures:read")}

    def all_of_it(call: str) -> Archive:
        return {
            (board, query): client.get(f"/api/v1/{call}?{query}", headers=bearer(secret)).data
            for (board, secret), query in product(boards.items(), ("period=2026", "partner=OCC"))
        }

    return all_of_it


def plant() -> list[Response]:
    """What forty people of each of two partners say, of five themes."""
    random = Random(7)
    themes = ("response_time", "portal_usability", "staff_attitude", "phone_access", "website")
    return [
        say(
            f"{partner} {number}",
            {theme: random.choice(("negative", "positive")) for theme in random.sample(themes, 2)},
            partner=partner,
            rating=random.choice((2, 3, 4, 4, 5, 5)),
            month=f"2026-0{1 + number // 20}",
            by=f"{partner}{number}",
        )
        for partner, number in product(("OCC", "HC"), range(40))
    ]


def test_nothing_but_forgetting_a_person_changes_a_byte(
    app: Flask, fetch: Callable[[str], Archive]
) -> None:
    given = plant()
    seal_all()
    themes, comments = fetch("themes"), fetch("comments")
    assert b'"count"' in themes["joint", "period=2026"]
    for response in given[::4]:
        hold(response)
    for response in given[1::4]:
        invitation = db.session.get_one(Invitation, response.invitation_id)
        make_response(invitation, rating=1, comment="Worse", answered_at=during("2026-05"))
    db.session.add(ReadingEdition(method="next", opened_at=now(), current_since=now()))
    db.session.flush()
    for response in given:
        read(response, "read anew", {"website": "negative"}, sentiment="mixed")
    seal_all()
    assert (fetch("themes"), fetch("comments")) == (themes, comments)
    drawn = db.session.scalars(select(SealedComment).where(SealedComment.place == 3)).first()
    assert drawn is not None
    writer, gone = drawn.invitation_id, keys().decrypt(drawn.text)
    assert forget_person(_address_of(writer))["comments for boards"] == 1
    seal_all()
    assert fetch("themes") == themes
    left = _in(fetch("comments"))
    assert len(left) == 19
    assert left == [each for each in _in(comments) if each != gone]
    for statement in (
        "UPDATE sealed_comment SET place = place + 100",
        "UPDATE sealed_themes SET quarter = '2026-Q2'",
        "DELETE FROM sealed_themes",
    ):
        with pytest.raises(DBAPIError, match="never changes"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_swapping_whole_answers_within_a_block_changes_no_byte_of_what_is_said(
    app: Flask, fetch: Callable[[str], Archive]
) -> None:
    plant()
    seal_all()
    before = fetch("themes"), fetch("comments")
    random = Random(2)
    for given in members().values():
        ids = [each.invitation_id for each in given]
        random.shuffle(ids)
        for response, invitation in zip(given, ids, strict=True):
            response.invitation_id = invitation
    unseal()
    seal_all()
    assert (fetch("themes"), fetch("comments")) == before


def _address_of(invitation: int) -> str:
    sealed = db.session.scalar(
        select(Person.address).join(Invitation).where(Invitation.id == invitation)
    )
    assert sealed is not None
    return keys().decrypt(sealed)


def _in(comments: Archive) -> list[str]:
    rows = json.loads(comments["joint", "period=2026"])["rows"]
    return [comment for row in rows for comment in row["comments"]]
