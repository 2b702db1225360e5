"""What comes after its month was sealed: boards count it with the next one, once."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, func, select, text, update

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.blocks import gathering
from survey.reports.blocks.model import Block, SealedAnswer, SealedMonth, SeriesMonth
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.periods import parse
from survey.reports.verifying.commands import verify
from survey.responses.model import Hold, Response
from tests.build import make_closure, make_invitation, make_response
from tests.reports.blocks.given import give, give_many, hold, numbers, person, seal_all

pytestmark = pytest.mark.usefixtures("partnership")
FAR = datetime(2029, 5, 10, 12, tzinfo=UTC)
TEN = (5, 5, 4, 4, 4, 3, 3, 5, 4, 2)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, 12, tzinfo=UTC)


def give_at(when: datetime, ratings: tuple[int, ...] = TEN, **closure: Any) -> list[Response]:
    """Answers of as many people, about enquiries closed then."""
    return [
        make_response(
            make_invitation(
                make_closure(closed_at=when, **closure),
                person_id=person(f"someone{next(numbers)}").id,
            ),
            rating=rating,
            answered_at=when,
        )
        for rating in ratings
    ]


def seal_at(when: datetime) -> list[tuple[str | None, str, str, int, int]]:
    """The blocks there are when the step comes by."""
    with time_machine.travel(when, tick=False):
        found = seal_all()
    return [
        (one.service_group, one.first_month, one.closes, one.people, one.answers) for one in found
    ]


def published() -> set[str]:
    """Every block and part, by all that is stored of it."""
    tables = (Block.__table__, BlockPart.__table__)
    return {str(row) for table in tables for row in db.session.execute(select(table))}


def verified() -> str:
    db.session.commit()
    return CliRunner().invoke(verify).output


def test_what_is_answered_after_a_clock_ran_ahead_is_counted_with_the_next_month(
    app: Flask,
) -> None:
    given = give_at(day(1, 10))
    held = hold(give_at(day(1, 11), (1,))[0])
    assert seal_at(day(2, 8)) == [("payroll", "2026-01", "2026-01", 10, 10)]
    told = published()
    # The clock is set right: it is January still.
    give_at(day(1, 20))
    late = give_at(day(1, 21), partner="OCC", service="hr")
    held.released_at = day(1, 22)
    again = db.session.get_one(Invitation, given[0].invitation_id)
    make_response(again, rating=1, answered_at=day(1, 23))
    db.session.add(Hold(response_id=given[1].id, held_at=day(1, 24), signs=["too_fast"]))
    # For a moment the clock was set too far back, to before anything was sealed.
    give_at(day(6, 15).replace(year=2025), (4,))
    give_at(day(2, 15), TEN[:3])
    # This is of March, and comes before February is sealed.
    give_at(day(3, 2))
    says = verified()
    assert "count by now, and are copied with the next month: 22;" in says
    assert says.endswith("Nothing differs.\n")
    with_february = [("payroll", 15), ("hr", 10)]
    assert [(one[0], one[4]) for one in seal_at(day(3, 10))[1:]] == with_february
    assert told <= published()
    assert seal_at(day(4, 10))[3:] == [("payroll", "2026-03", "2026-03", 10, 10)]
    answered = select(func.count(Response.invitation_id.distinct()))
    assert db.session.scalar(select(func.count()).select_from(SealedAnswer)) == 45
    assert db.session.scalar(answered) == 45
    says = verified()
    assert "sealed answers: 45 agree\n  came, or were released, after their month" in says
    assert "copied with a later one: 22;" in says
    assert says.endswith("Nothing differs.\n")
    # Nor does it keep quiet about what was lost, or copied later than it had to be.
    lost, moved = late[0], given[2]
    db.session.execute(delete(SealedAnswer).where(SealedAnswer.invitation_id == lost.invitation_id))
    february = select(SeriesMonth.id).where(SeriesMonth.month == "2026-02").limit(1)
    to_february = update(SealedAnswer).where(SealedAnswer.invitation_id == moved.invitation_id)
    db.session.execute(to_february.values(series_month_id=february.scalar_subquery()))
    says = verified()
    assert f"answer {lost.uuid} of 2026-01: it counted when 2026-02 was sealed" in says
    assert f"answer {moved.uuid} of 2026-02: it counted when 2026-01 was sealed" in says


def test_what_was_held_when_its_month_was_sealed_is_counted_once_it_is_released(app: Flask) -> None:
    give_many(TEN)
    released, kept = hold(give(4)), hold(give(1))
    assert len(seal_at(day(2, 10))) == 1
    # As if it had been sealed before anybody noted what was there.
    db.session.execute(update(SealedMonth).values(last_response=None))
    unnoted = give(3)
    released.released_at = day(2, 20)
    give_many(TEN[:7], "2026-02")
    assert len(seal_at(day(3, 10))) == 1
    give_many([5], "2026-03")
    assert seal_at(day(4, 10))[1:] == [("payroll", "2026-02", "2026-03", 10, 10)]
    copied = (
        select(SealedAnswer.invitation_id)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .where(SeriesMonth.month == "2026-02")
    )
    assert unnoted.invitation_id in set(db.session.scalars(copied))
    again = db.session.get_one(Response, released.response_id)
    db.session.add(
        Hold(response_id=again.id, held_at=day(4, 11), released_at=day(4, 12), signs=["too_fast"])
    )
    seal_at(day(6, 10))
    assert db.session.scalar(select(func.count()).select_from(SealedAnswer)) == 20
    assert kept.response_id not in set(db.session.scalars(copied))


def test_what_was_held_twice_is_counted_once_when_it_is_released(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else all that a test stores could have been on its way.
    monkeypatch.setattr(gathering, "ON_THEIR_WAY", 0)
    late = give(4)
    hold(late).released_at = day(1, 20)
    db.session.flush()
    standing = hold(late)
    give_many(TEN[1:])
    assert seal_at(day(2, 10)) == []
    standing.released_at = day(2, 20)
    assert seal_at(day(3, 10)) == [("payroll", "2026-01", "2026-02", 10, 10)]


@pytest.mark.parametrize(
    ("late", "kept", "next_sealed"),
    [
        (0, ["2026-05", "2026-06"], (day(8, 10), "2026-07")),
        # These closures are counted anew with the first March, which is done once.
        (1, [*parse("2026-05..2027-03").months], (FAR.replace(year=2027, day=20), "2027-04")),
    ],
)
def test_months_that_a_clock_sealed_far_ahead_are_taken_back_where_nothing_was_sealed(
    app: Flask, late: int, kept: list[str], next_sealed: tuple[datetime, str]
) -> None:
    give_at(day(5, 10))
    seal_at(day(6, 8))
    for _ in range(late):
        make_closure(closed_at=day(5, 10))
    give_at(day(6, 10), TEN[:5])
    assert seal_at(FAR) == [("payroll", "2026-05", "2026-05", 10, 10)]
    # The clock is set right: it is June.
    assert len(seal_at(day(6, 20))) == 1
    months = select(SealedMonth.month).order_by(SealedMonth.month)
    assert list(db.session.scalars(months)) == kept
    give_at(day(6, 25), TEN[5:])
    when, month = next_sealed
    assert seal_at(when)[1:] == [("payroll", "2026-06", month, 10, 10)]
    assert list(db.session.scalars(months)) == [*kept, month]
    assert verified().endswith("Nothing differs.\n")


def test_what_was_added_to_blocks_as_late_is_counted_with_the_next_month_instead(
    app: Flask,
) -> None:
    give_many(TEN)
    late = [hold(each) for each in give_many(TEN)]
    seal_at(day(2, 10))
    for each in late:
        each.released_at = day(2, 15)
    db.session.commit()
    downgrade(revision="0016")
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO restated_part"
                " (block_id, with_month, people, answers, ratings, changed)"
                " SELECT id, '2027-03', 10, 10, ratings, 10 FROM block"
            )
        )
    upgrade()
    assert db.session.scalar(text("SELECT count(*) FROM restated_part")) == 0
    assert seal_at(day(3, 10))[1:] == [("payroll", "2026-02", "2026-02", 10, 10)]
