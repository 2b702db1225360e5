"""Attacks on what boards can fetch: by subtraction, over time, together, and with what they know.

Everything that keys of boards can fetch is fetched as bytes. Answers are swapped within blocks,
revised, held and erased; archives are subtracted. With a condition taken away the attack succeeds.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import combinations, product
from random import Random

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.blocks import forming
from survey.reports.blocks.grid import DIMENSIONS
from survey.reports.blocks.model import (
    Block,
    SealedAnswer,
    SealedMonth,
    SealedQuarter,
    SeriesMonth,
)
from survey.reports.blocks.rule import Waiting
from survey.reports.blocks.voices.model import SealedComment, SealedThemes
from survey.reports.periods import parse
from survey.responses.model import Response
from tests.build import make_response
from tests.conftest import MakeKey, bearer
from tests.reports.blocks.given import during, give, hold, seal_all

pytestmark = pytest.mark.usefixtures("partnership")

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
PERIODS = (*MONTHS, "2026-Q1", "2026-Q2", "2026-H1", "2026-02..2026-03")
BYS = ("", *DIMENSIONS, *(",".join(pair) for pair in combinations(DIMENSIONS, 2)))
BOARDS: dict[str, tuple[str, ...]] = {"OCC": ("OCC",), "HFRS": ("HFRS",), "joint": ()}
Archive = dict[tuple[str, str], bytes]
Fetch = Callable[[], Archive]


@pytest.fixture
def fetch(client: FlaskClient, make_key: MakeKey) -> Fetch:
    """Fetches all that three boards can: each question by each key, as bytes."""
    secrets = {name: make_key("figures:read", partners=of) for name, of in BOARDS.items()}

    def all_of_it() -> Archive:
        found: Archive = {}
        for query, (name, secret) in product(_queries(), secrets.items()):
            answer = client.get(f"/api/v1/figures?{query}", headers=bearer(secret))
            found[name, query] = answer.data
        return found

    return all_of_it


def _queries() -> Iterator[str]:
    for period, by in product(PERIODS, BYS):
        yield f"period={period}&by={by}" if by else f"period={period}"
    for period, service in product(("2026-Q1", "2026-02"), ("payroll", "other-services")):
        yield f"period={period}&by=month&service={service}&format=csv"
        yield f"period={period}&by=service&partner=OCC"


def plant(seed: int) -> None:
    """A partnership's answers, most cells small, with the cases that are hardest to hide."""
    random = Random(seed)
    for partner, many in (("HCC", 40), ("OCC", 25), ("HFRS", 8), ("HC", 15)):
        for month, service in product(MONTHS, ("payroll", "hr", "schools")):
            for _ in range(random.randrange(many)):
                rating = random.choices((1, 2, 3, 4, 5), (4, 4, 12, 40, 40))[0]
                directorate = random.choice((None, "children")) if partner == "OCC" else None
                give(rating, month, partner=partner, service=service, directorate=directorate)
    # One dissatisfied person alone in a service of its own; two who answer ten times.
    give(1, "2026-01", partner="HFRS", service="pensions")
    for number in range(10):
        give(1 + number % 5, "2026-02", by=f"one-of-two-{number % 2}", partner="HFRS")
    db.session.commit()


def members() -> dict[int, list[Response]]:
    """The answers of each block, by its id."""
    found: dict[int, list[Response]] = {}
    rows = db.session.execute(
        select(Block.id, Response)
        .join(SeriesMonth, SeriesMonth.block_id == Block.id)
        .join(SealedAnswer, SealedAnswer.series_month_id == SeriesMonth.id)
        .join(Response, Response.invitation_id == SealedAnswer.invitation_id)
        .order_by(Response.id)
    )
    for block, response in rows:
        found.setdefault(block, []).append(response)
    return found


def unseal() -> None:
    """As if nothing had been sealed yet, which the database itself would refuse."""
    for table in ("block", "sealed_quarter", "sealed_themes"):
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for event in ("UPDATE", "DELETE"):
                db.session.execute(text(f"DROP TRIGGER {table}_never_changes_by_{event}"))
    voices = (SealedComment, SealedThemes)
    for model in (*voices, SealedAnswer, SeriesMonth, Block, SealedQuarter, SealedMonth):
        db.session.execute(delete(model))
    db.session.commit()


def test_swapping_whole_answers_within_a_block_changes_no_byte(app: Flask, fetch: Fetch) -> None:
    plant(1)
    seal_all()
    before, random = fetch(), Random(2)
    pairs = [random.sample(given, 2) for given in members().values()]
    assert len(pairs) > 10
    for one, other in pairs:
        one.invitation_id, other.invitation_id = other.invitation_id, one.invitation_id
    assert any(one.rating != other.rating for one, other in pairs)
    unseal()
    seal_all()
    assert fetch() == before


def test_nothing_that_happens_to_answers_after_sealing_changes_a_byte(
    app: Flask, fetch: Fetch
) -> None:
    plant(3)
    seal_all()
    before = fetch()
    for number, given in enumerate(members().values()):
        first = given[0]
        if number % 3 == 0:
            hold(first)
        elif number % 3 == 1:
            invitation = db.session.get_one(Invitation, first.invitation_id)
            make_response(invitation, rating=6 - first.rating, answered_at=during("2026-05"))
        else:
            where = Invitation.id == first.invitation_id
            db.session.execute(update(Invitation).where(where).values(person_id=None))
    # Not even an enquiry that comes in late.
    give(1, "2026-03", partner="HFRS", service="pensions")
    seal_all()
    assert fetch() == before


def exposed(sets: Iterable[frozenset[int]], smallest: int = 10) -> list[frozenset[int]]:
    """The groups of too few people that can be told from published sets of answers.

    By one set alone, by two of which one lies within the other, or by what two have in common.
    """
    known = {each for each in sets if each}
    told = set(known)
    for one, other in combinations(known, 2):
        told |= {one & other, one - other, other - one}
    return [group for group in told if group and len(_people(group)) < smallest]


def _people(group: frozenset[int]) -> set[int | None]:
    return {_PERSON_OF[invitation] for invitation in group}


_PERSON_OF: dict[int, int | None] = {}


def published_sets() -> set[frozenset[int]]:
    """The invitations behind every row that any board can fetch, today."""
    _PERSON_OF.update(
        (invitation, person)
        for invitation, person in db.session.execute(select(Invitation.id, Invitation.person_id))
    )
    below = {
        block: frozenset(each.invitation_id for each in given) for block, given in members().items()
    }
    found: set[frozenset[int]] = set()
    blocks = list(db.session.scalars(select(Block)))
    for period, partner, group in product(PERIODS, (1, 2, 3, 4, None), (None, "payroll", "hr")):
        first, last = _months(period)
        rows = [
            below[block.id]
            for block in blocks
            if first <= block.closes <= last
            and (partner is None or block.partner_id == partner)
            and (group is None or block.service_group == group)
        ]
        found.add(frozenset().union(*rows))
    return found


def _months(period: str) -> tuple[str, str]:
    months = parse(period).months
    return months[0], months[-1]


def test_no_difference_of_anything_ever_published_is_about_fewer_than_ten(app: Flask) -> None:
    plant(4)
    archive: set[frozenset[int]] = set()
    for number in range(2, 7):
        with time_machine.travel(datetime(2026, number, 7, tzinfo=UTC), tick=False):
            seal_all()
            archive |= published_sets()
    assert len(archive) > 20
    assert exposed(archive) == []


def anything(waiting: Waiting, _minimum: int) -> bool:
    """What closes a block where the guard is gone."""
    return waiting.people >= 5


def test_without_the_guard_the_attack_finds_somebody(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forming, "may_close", anything)
    plant(4)
    seal_all()
    assert exposed(published_sets())
    for block in db.session.scalars(select(Block)):
        content = block.people - _dissatisfied(block.id)
        if content < 9:
            return
    pytest.fail("no block tells of anybody, so the guard is not needed here")


def _dissatisfied(block: int) -> int:
    return len({_PERSON_OF[each.invitation_id] for each in members()[block] if each.rating < 3})


def test_of_no_nine_people_in_a_block_one_is_known_to_be_dissatisfied(app: Flask) -> None:
    for seed in (5, 6):
        plant(seed)
    seal_all()
    published_sets()
    for block, given in members().items():
        people = {_PERSON_OF[each.invitation_id] for each in given}
        assert len(people) - _dissatisfied(block) >= 9
        assert len(people) >= 10
