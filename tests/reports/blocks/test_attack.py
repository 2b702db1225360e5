"""Attacks on what boards can fetch: by subtraction, over time, together, and with what they know.

Everything that keys of boards can fetch is fetched as bytes. Answers are swapped within parts of
blocks, revised, held and erased; archives are subtracted. With a condition taken away the attack
succeeds.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations, product
from random import Random
from typing import Any
from urllib.parse import parse_qs

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from survey.foundation.database import db, table_of
from survey.invitations.model import Invitation
from survey.partnership.settings import SIDES, Settings
from survey.reports.bands import BANDS, band_of
from survey.reports.blocks import dividing, forming
from survey.reports.blocks.closures_model import ClosureCount
from survey.reports.blocks.crossing.model import Crossing, CrossingRow
from survey.reports.blocks.crossing.rows import side_in_turn
from survey.reports.blocks.dividing import Given, divide, order_of
from survey.reports.blocks.grid import DIMENSIONS
from survey.reports.blocks.model import (
    Block,
    SealedAnswer,
    SealedMonth,
    SealedQuarter,
    SeriesMonth,
)
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.rule import Waiting
from survey.reports.blocks.voices.model import SealedComment, SealedThemes
from survey.reports.kept import EXTENSION
from survey.reports.periods import parse, quarter_of
from survey.responses.model import Response
from tests.build import make_response
from tests.conftest import MakeKey, bearer
from tests.reports.blocks.given import during, give, hold, seal_all, unprotect

pytestmark = pytest.mark.usefixtures("partnership")

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
PERIODS = (*MONTHS, "2026-Q1", "2026-Q2", "2026-H1", "2026-02..2026-03")
BYS = ("", *DIMENSIONS, *(",".join(pair) for pair in combinations(DIMENSIONS, 2)))
BESIDE = ("partner", "month", "quarter", "partner", "service")
SIDE_TABLES = (*SIDES, *(f"{side},{other}" for side, other in zip(SIDES, BESIDE, strict=True)))
BOARDS: dict[str, tuple[str, ...]] = {"OCC": ("OCC",), "HFRS": ("HFRS",), "joint": ()}
AS_OF = re.compile(rb"2026-\d\d-\d\dT\d\d:\d\d:\d\dZ")
DIRECTORATES = {"HCC": ("adults", "children", "economy"), "OCC": (None, "children")}
Archive = dict[tuple[str, str], bytes]
Fetch = Callable[..., Archive]


@pytest.fixture
def fetch(app: Flask, client: FlaskClient, make_key: MakeKey) -> Fetch:
    """Fetches all that three boards can, or those named: each question by each key, as bytes."""
    secrets = {name: make_key("figures:read", partners=of) for name, of in BOARDS.items()}

    def all_of_it(*names: str) -> Archive:
        # What a process keeps in memory would be the same whatever had changed.
        app.extensions.pop(EXTENSION, None)
        found: Archive = {}
        for query, name in product(_queries(), names or secrets):
            answer = client.get(f"/api/v1/figures?{query}", headers=bearer(secrets[name]))
            found[name, query] = answer.data
        return found

    return all_of_it


def _queries() -> Iterator[str]:
    for period, by in product(PERIODS, BYS):
        yield f"period={period}&by={by}" if by else f"period={period}"
    for period, by in product(("2026-Q1", "2026-02"), SIDE_TABLES):
        yield f"period={period}&by={by}"
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
                about: dict[str, Any] = {
                    "directorate": random.choice(DIRECTORATES.get(partner, (None,))),
                    "topic": random.choice((None, "leave", "leave", "tax")),
                    "channel": random.choice(("portal", "portal", "e-mail")),
                    "within_target": random.random() < 0.7,
                    "hours_to_close": random.choice((3.0, 50.0)),
                }
                give(rating, month, partner=partner, service=service, **about)
    # Some who answer now and then; one dissatisfied person alone in a service of its own; two who
    # answer ten times.
    for number in range(40):
        rating = random.choices((1, 2, 3, 4, 5), (4, 4, 12, 40, 40))[0]
        by = f"often-{random.randrange(1 + number // 2)}"
        give(rating, random.choice(MONTHS), by=by, partner=("HCC", "OCC")[number % 2])
    give(1, "2026-01", partner="HFRS", service="pensions")
    for number in range(10):
        give(1 + number % 5, "2026-02", by=f"one-of-two-{number % 2}", partner="HFRS")
    db.session.commit()


@dataclass(frozen=True)
class Told:
    """A part of a block: what is told apart of it, and its answers."""

    block: Block
    values: Mapping[str, object]
    answers: list[Response]


def told() -> list[Told]:
    """Every part of every block, as blocks are divided today."""
    given: dict[Block, list[tuple[Given, Response]]] = defaultdict(list)
    rows = db.session.execute(
        select(Block, Response, SealedAnswer, Invitation.person_id)
        .join(SeriesMonth, SeriesMonth.block_id == Block.id)
        .join(SealedAnswer, SealedAnswer.series_month_id == SeriesMonth.id)
        .join(Response, Response.invitation_id == SealedAnswer.invitation_id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .order_by(Block.id, Response.id)
    )
    for block, response, sealed, person in rows:
        about = (sealed.directorate_id, sealed.topic, sealed.channel, sealed.within_target)
        hours = BANDS.index(band_of(sealed.hours_to_close))
        given[block].append((Given(person or 0, sealed.rating, *about, hours), response))
    found = []
    for block, pairs in given.items():
        response_of = {id(each): response for each, response in pairs}
        order = order_of(block.closes, block.partner_id, block.service_group)
        for part in divide([each for each, _ in pairs], order, 10):
            answers = [response_of[id(each)] for each in part.answers]
            found.append(Told(block, part.told, answers))
    return found


def members() -> dict[Block, list[Response]]:
    """The answers of each block."""
    found: dict[Block, list[Response]] = defaultdict(list)
    for part in told():
        found[part.block] += part.answers
    return found


def unseal() -> None:
    """As if nothing had been sealed yet, which the database itself would refuse."""
    published = (CrossingRow, Crossing, BlockPart, Block, SealedQuarter, SealedThemes, ClosureCount)
    for model in (SealedComment, SealedAnswer, SeriesMonth, *published, SealedMonth):
        if model in published:
            unprotect(table_of(model).name)
        db.session.execute(delete(model))
    db.session.commit()


def test_swapping_whole_answers_within_a_row_of_a_part_changes_no_byte(
    app: Flask, fetch: Fetch
) -> None:
    plant(1)
    seal_all()
    assert db.session.scalar(select(func.count()).select_from(CrossingRow))
    before = fetch()
    swap(told_in_rows())
    assert fetch() == before


def test_swapping_whole_answers_within_a_block_changes_rows_by_a_side_alone(
    app: Flask, fetch: Fetch
) -> None:
    plant(1)
    seal_all()
    before = fetch()
    swap(members().values())
    after = fetch()
    other = {query for (name, query), answer in after.items() if answer != before[name, query]}
    assert other
    assert all({*SIDES} & {*parse_qs(query)["by"][0].split(",")} for query in other)


def swap(groups: Iterable[list[Response]]) -> None:
    """Swap two whole answers in each of these groups, and seal all of it anew."""
    random = Random(2)
    pairs = [random.sample(alike, 2) for alike in _exchangeable(groups)]
    assert len(pairs) > 30
    assert any(one.rating != other.rating and often(one) != often(other) for one, other in pairs)
    for one, other in pairs:
        one.invitation_id, other.invitation_id = other.invitation_id, one.invitation_id
    unseal()
    seal_all()


def often(response: Response) -> int:
    """How many answers the person gave who gave this one."""
    person = select(Invitation.person_id).where(Invitation.id == response.invitation_id)
    theirs = select(func.count()).where(Invitation.person_id == person.scalar_subquery())
    return db.session.scalars(theirs).one()


def _exchangeable(groups: Iterable[list[Response]]) -> list[list[Response]]:
    """Answers of the same group, series and month, however often their people answered.

    Whether the answers of a series and month waited goes by these alone, and by people.
    """
    found: dict[tuple[int, int], list[Response]] = defaultdict(list)
    sealed = db.session.scalars(select(SealedAnswer))
    month_of = {each.invitation_id: each.series_month_id for each in sealed}
    for number, group in enumerate(groups):
        for each in group:
            found[number, month_of[each.invitation_id]].append(each)
    return [alike for alike in found.values() if len(alike) > 1]


def told_in_rows() -> list[list[Response]]:
    """The answers of each part that have the same value of the side its quarter is told by."""
    sealed = {each.invitation_id: each for each in db.session.scalars(select(SealedAnswer))}
    columns = {"directorate": "directorate_id", "target": "within_target", "channel": "channel"}
    found: dict[tuple[int, object], list[Response]] = defaultdict(list)
    for number, part in enumerate(told()):
        side = side_in_turn(quarter_of(part.block.closes), Settings().sides)
        for each in part.answers:
            value = getattr(sealed[each.invitation_id], columns[side])
            found[number, value].append(each)
    return [*found.values()]


def test_nothing_that_happens_to_answers_after_sealing_changes_a_byte(
    app: Flask, fetch: Fetch
) -> None:
    plant(3)
    seal_in(11)
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
    late = give(1, "2026-03", partner="HFRS", service="pensions")
    seal_in(11)
    assert fetch() == before
    # Nor when that is copied, with the month sealed next.
    seal_in(12)
    assert db.session.get(SealedAnswer, late.invitation_id)
    after = fetch("HFRS")
    assert {asked: AS_OF.sub(b"", answer) for asked, answer in after.items()} == {
        asked: AS_OF.sub(b"", before[asked]) for asked in after
    }


def seal_in(month: int) -> None:
    with time_machine.travel(datetime(2026, month, 10, tzinfo=UTC), tick=False):
        seal_all()


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
    parts = [(part, frozenset(each.invitation_id for each in part.answers)) for part in told()]
    found: set[frozenset[int]] = set()
    for period, partner, group in product(PERIODS, (1, 2, 3, 4, None), (None, "payroll", "hr")):
        first, last = _months(period)
        rows = [
            (part, answers)
            for part, answers in parts
            if first <= part.block.closes <= last
            and partner in (None, part.block.partner_id)
            and group in (None, part.block.service_group)
        ]
        found.add(frozenset().union(*(answers for _, answers in rows)))
        if partner and group is None and period in (*MONTHS, "2026-Q1"):
            found |= _side_rows(rows)
    return found


def _side_rows(parts: list[tuple[Told, frozenset[int]]]) -> set[frozenset[int]]:
    """The invitations behind every row of the side tables that are made of these parts."""
    rows: dict[tuple[str, object], frozenset[int]] = defaultdict(frozenset)
    for side, (part, answers) in product(SIDES, parts):
        # Of what is not told apart there is one row, as there is of no topic.
        rows[side, (side in part.values, part.values.get(side))] |= answers
    return set(rows.values())


def _months(period: str) -> tuple[str, str]:
    months = parse(period).months
    return months[0], months[-1]


def test_no_difference_of_anything_ever_published_is_about_fewer_than_ten(app: Flask) -> None:
    plant(4)
    archive: set[frozenset[int]] = set()
    held, late = [hold(each) for each in _some_of_all()], set()
    for number in range(2, 7):
        now = datetime(2026, number, 7, tzinfo=UTC)
        with time_machine.travel(now, tick=False):
            seal_all()
            archive |= published_sets()
        # By and by people turn out to be none of a machine, and one answers whose month is sealed.
        for each in held[number::5]:
            each.released_at = now
            late.add(each.response_id)
        late.add(give(1 + number % 5, "2026-01", partner="HFRS", service="schools").id)
    told = {each.id: block.closes for block, given in members().items() for each in given}
    assert len([one for one in late & {*told} if told[one] > "2026-01"]) > 10
    assert len(archive) > 20
    assert exposed(archive) == []


def _some_of_all() -> list[Response]:
    """A fifth of the answers given in January."""
    of_january = select(Response).where(Response.answered_month == "2026-01").order_by(Response.id)
    return list(db.session.scalars(of_january))[::5]


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
    contents = [block.people - _dissatisfied(given) for block, given in members().items()]
    assert min(contents) < 9, "no block tells of anybody, so the guard is not needed here"


def test_without_the_guard_of_parts_the_attack_finds_somebody(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dividing, "hides_everybody", lambda people, *_: people >= 5)
    monkeypatch.setattr(dividing, "may_close", anything)
    plant(4)
    seal_all()
    assert exposed(published_sets())


def _dissatisfied(given: Iterable[Response]) -> int:
    """At most so many, whoever gave these."""
    return sum(each.rating < 3 for each in given)


def test_of_no_nine_people_in_a_part_one_is_known_to_be_dissatisfied(app: Flask) -> None:
    plant(6)
    seal_all()
    published_sets()
    for part in told():
        people = {_PERSON_OF[each.invitation_id] for each in part.answers}
        assert len(people) - _dissatisfied(part.answers) >= 9
        assert len(people) >= 10
