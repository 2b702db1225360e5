"""Sealing months: what is copied, when it becomes a block, and that nothing moves it afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from survey.foundation.database import db
from survey.foundation.steps import Step, run
from survey.invitations.model import Invitation
from survey.partnership.directory import forget_directory
from survey.partnership.model import PartnershipRow, ServiceRow
from survey.reports.blocks.model import Block, SealedAnswer, SealedMonth, SeriesMonth
from survey.reports.blocks.sealing import oldest_due, seal
from survey.responses.model import Response
from tests.build import make_closure, make_invitation, make_response
from tests.reports.blocks.given import blocks, during, give, give_many, hold, person, seal_all

pytestmark = pytest.mark.usefixtures("partnership")
TEN = (5, 5, 4, 4, 4, 3, 3, 5, 4, 2)


def settle(**settings: object) -> None:
    whole = db.session.scalars(select(PartnershipRow)).one()
    whole.settings = {**whole.settings, **settings}
    db.session.commit()
    forget_directory()


def shown(block: Block) -> tuple[str | None, str, str, int, int]:
    return block.service_group, block.first_month, block.closes, block.people, block.answers


def test_ten_people_are_a_block_in_the_month_they_answered(app: Flask) -> None:
    give_many(TEN)
    (block,) = seal_all()
    assert shown(block) == ("payroll", "2026-01", "2026-01", 10, 10)
    assert block.ratings == {"1": 0, "2": 1, "3": 2, "4": 4, "5": 3}
    assert block.funnel["closed"] == block.funnel["asked"] == 10


def test_nine_people_wait_for_more_however_often_they_answer(app: Flask) -> None:
    for number in range(9):
        give(TEN[number], by=f"colleague{number}")
        give(4, by=f"colleague{number}")
    give_many([4], "2026-02")
    (block,) = seal_all()
    assert shown(block) == ("payroll", "2026-01", "2026-02", 10, 19)


def test_whoever_is_dissatisfied_again_and_again_holds_a_block_up_as_several_would(
    app: Flask,
) -> None:
    # If both closed, whoever knows who answered five times would know one to be dissatisfied.
    for partner, others in (("HCC", [4, 5, 5] * 3), ("OCC", [4, 5] * 6 + [3])):
        give_many(others, partner=partner)
        for _ in range(5):
            give(1, by=f"often-{partner}", partner=partner)
    (block,) = seal_all()
    assert (block.people, block.answers, block.squares) == (14, 18, 13 + 25)


def test_what_waits_at_the_end_of_a_quarter_is_taken_together(app: Flask) -> None:
    give_many(TEN[:4], "2026-01", service="payroll")
    give_many(TEN[4:], "2026-02", service="hr")
    give_many(TEN[:3], "2026-03", service="hr", partner="OCC")
    (block,) = seal_all()
    assert shown(block) == (None, "2026-01", "2026-03", 10, 10)
    assert block.funnel["closed"] == 10


def test_a_month_is_sealed_five_days_after_its_end_by_the_local_clock(app: Flask) -> None:
    give_many(TEN, "2026-06")
    db.session.commit()
    # British Summer Time: the fifth day of July ends at 23:00 UTC.
    with time_machine.travel(datetime(2026, 7, 5, 22, 59, tzinfo=UTC), tick=False):
        assert list(seal()) == []
        assert oldest_due() is None
    with time_machine.travel(datetime(2026, 7, 5, 23, 0, tzinfo=UTC), tick=False):
        assert oldest_due() == datetime(2026, 7, 5, 23, 0, tzinfo=UTC)
        assert list(seal()) == [1]
        assert oldest_due() is None
    assert len(blocks()) == 1


def test_several_workers_at_once_seal_each_month_once(app: Flask) -> None:
    for month in ("2026-01", "2026-02", "2026-03"):
        give_many(TEN, month)
    db.session.commit()
    together = Barrier(3)

    def work(_: int) -> int:
        with app.app_context():
            together.wait(30)
            return run(Step("seal", seal, oldest_due))

    with ThreadPoolExecutor(3) as workers:
        sealed = sum(workers.map(work, range(3)))
    assert sealed == db.session.scalar(select(func.count()).select_from(SealedMonth))
    assert [block.answers for block in blocks()] == [10, 10, 10]


def test_the_answer_that_counts_on_the_day_is_copied_and_no_other(app: Flask) -> None:
    given = give_many([*TEN, 3])
    invitation = db.session.get_one(Invitation, given[0].invitation_id)
    make_response(invitation, rating=1, answered_at=during("2026-02"))
    hold(give(1))
    (block,) = seal_all()
    assert block.ratings == {"1": 1, "2": 1, "3": 3, "4": 4, "5": 2}
    assert block.funnel["held"] == 1


def test_nothing_that_happens_afterwards_moves_a_block(app: Flask) -> None:
    given = give_many(TEN)
    held = give(1)
    released = hold(held)
    with time_machine.travel(datetime(2026, 2, 10, tzinfo=UTC), tick=False):
        (before,) = seal_all()
    frozen = (shown(before), dict(before.ratings), dict(before.funnel))
    released.released_at = during("2026-02")
    hold(given[0])
    invitation = db.session.get_one(Invitation, given[0].invitation_id)
    make_response(invitation, rating=1, answered_at=during("2026-02"))
    db.session.execute(update(Invitation).values(person_id=None))
    give_many(TEN, "2026-02")
    seal_all()
    first, second = blocks()
    assert (shown(first), first.ratings, first.funnel) == frozen
    # Whoever was copied once is not copied again, though the first answer that counts is new; what
    # was released is copied with the next month, and all who were forgotten count as one.
    assert shown(second) == ("payroll", "2026-02", "2026-02", 11, 11)


def test_the_forgotten_count_as_one_person_while_they_wait(app: Flask) -> None:
    given = give_many(TEN)
    for response in given[:2]:
        db.session.get_one(Invitation, response.invitation_id).person_id = None
    assert seal_all() == []


def test_an_answer_stays_with_the_month_of_the_first_one(app: Flask) -> None:
    given = give_many(TEN, "2026-02")
    for response in given[1:]:
        invitation = db.session.get_one(Invitation, response.invitation_id)
        make_response(invitation, rating=5, answered_at=during("2026-03"))
    make_response(
        db.session.get_one(Invitation, given[0].invitation_id),
        rating=4,
        answered_at=during("2026-03"),
    )
    (block,) = seal_all()
    # With what the last one says, since it was given before its month was sealed.
    assert (block.closes, block.ratings["5"], block.ratings["4"]) == ("2026-02", 9, 1)


def test_groups_of_services_are_series_of_their_own(app: Flask) -> None:
    db.session.execute(
        update(ServiceRow).where(ServiceRow.code.in_(["hr", "payroll"])).values(service_group="pay")
    )
    forget_directory()
    give_many(TEN[:5], service="hr")
    give_many(TEN[5:], service="payroll")
    (block,) = seal_all()
    assert shown(block) == ("pay", "2026-01", "2026-01", 10, 10)


def test_a_slower_rhythm_gathers_and_changes_only_with_the_year(app: Flask) -> None:
    settle(rhythm="quarter")
    give_many(TEN, "2025-11")
    give_many(TEN, "2025-12")
    db.session.commit()
    with time_machine.travel(datetime(2025, 12, 20, tzinfo=UTC), tick=False):
        assert seal_all() == []
    settle(rhythm="month")
    give_many(TEN, "2026-01")
    assert [shown(block) for block in seal_all()] == [
        ("payroll", "2025-11", "2025-12", 20, 20),
        ("payroll", "2026-01", "2026-01", 10, 10),
    ]


def test_answers_to_closures_of_an_earlier_month_find_their_series(app: Flask) -> None:
    for rating in TEN:
        closure = make_closure(closed_at=during("2026-01"))
        invitation = make_invitation(closure, person_id=person(f"late{closure.id}").id)
        make_response(invitation, rating=rating, answered_at=during("2026-02"))
    (block,) = seal_all()
    assert shown(block) == ("payroll", "2026-02", "2026-02", 10, 10)


def test_every_answer_is_copied_once_and_every_block_is_the_sum_of_its_answers(app: Flask) -> None:
    for month in ("2026-01", "2026-02", "2026-03"):
        for partner in ("HCC", "OCC"):
            give_many(TEN[: 4 if partner == "OCC" else 10], month, partner=partner)
    made = seal_all()
    answers = db.session.scalar(select(func.count()).select_from(SealedAnswer))
    assert answers == db.session.scalar(select(func.count()).select_from(Response))
    for block in made:
        below = (
            select(func.count())
            .select_from(SealedAnswer)
            .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
            .where(SeriesMonth.block_id == block.id)
        )
        assert db.session.scalar(below) == block.answers == sum(block.ratings.values())
    sealed = list(db.session.scalars(select(SealedMonth.month).order_by(SealedMonth.month)))
    assert sealed == [f"2026-{number:02}" for number in range(1, len(sealed) + 1)]


@pytest.mark.parametrize("change", ["UPDATE block SET people = 99", "DELETE FROM block"])
def test_the_database_refuses_to_change_what_was_published(app: Flask, change: str) -> None:
    give_many(TEN)
    seal_all()
    with pytest.raises(DBAPIError, match="never changes"):
        db.session.execute(text(change))
    db.session.rollback()


def test_nothing_is_sealed_before_anything_came_in(app: Flask) -> None:
    assert list(seal()) == []
    assert oldest_due() is None
