"""Blocks counted again in plain Python, answer by answer, from what was copied when months sealed.

Forming counts in SQL; here one loop goes through the answers, so that both can hardly be wrong in
the same way. Who gave an answer is not known of people who were forgotten: then the number of
people lies between bounds.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.directory import Directory
from survey.partnership.taken import OTHER_SERVICES
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.measures import DISSATISFIED
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.rows import ROWS_AT_ONCE

FORGOTTEN = "people, since somebody was forgotten"
# As many as were asked for when squares were first counted, of blocks made before.
ENOUGH_CONTENT = 9


def verify_blocks(known: Directory) -> Findings:
    """Every block against the answers and series' months below it."""
    found = Findings("blocks")
    blocks = {block.id: block for block in db.session.scalars(select(Block))}
    for block_id, rows in groupby(_answers(), attrgetter("block_id")):
        block = blocks.pop(block_id)
        wrong, gone = _compared(block, list(rows))
        found.note(named(block, known), wrong + _series_wrong(block), gone)
    for block in blocks.values():
        found.note(named(block, known), ["no answer is below it"], set())
    return found


def named(block: Block, known: Directory) -> str:
    """How an operator knows a block."""
    partners = {partner.id: partner.code for partner in known.everything.partners}
    return f"{partners[block.partner_id]} {block.service_group or OTHER_SERVICES} {block.closes}"


def people_wrong(stored: int, people: Iterable[int | None]) -> tuple[list[str], set[str]]:
    """What is wrong of how many people there are, and what cannot be told of it any more.

    Args:
        stored: how many as published.
        people: who gave each answer; None is somebody forgotten.
    """
    times = Counter(people)
    forgotten = times.pop(None, 0)
    # All who were forgotten may have been one, or each another.
    fewest, most = len(times) + (forgotten > 0), len(times) + forgotten
    fits = fewest <= stored <= most
    wrong = [] if fits else [f"people {stored}, counted again {fewest} to {most}"]
    return wrong, {FORGOTTEN} if fewest < most else set()


def squares_wrong(stored: int, people: Iterable[int | None], *, told: bool = True) -> list[str]:
    """What is wrong of how often the same people answered.

    Args:
        stored: the squares as published.
        people: who gave each answer; None is somebody forgotten, who was somebody when it was told.
        told: False where it may be that each answer was told as another person's.
    """
    times = Counter(people)
    forgotten = times.pop(None, 0)
    known = sum(number * number for number in times.values())
    fewest = known + forgotten if told else times.total() + forgotten
    most = known + forgotten * forgotten
    if fewest <= stored <= most:
        return []
    return [f"squares {stored}, counted again {fewest} to {most}"]


def tells_how_often(block: Block) -> bool:
    """Whether a block tells for sure how often the same people answered.

    It does not if it closed when that went by how many people were dissatisfied, not by answers.
    """
    low: int = sum(block.ratings[str(rating)] for rating in DISSATISFIED)
    return block.people - low >= ENOUGH_CONTENT


def _answers() -> Iterable[Any]:
    return db.session.execute(
        select(
            *(SeriesMonth.block_id, SeriesMonth.month, SealedAnswer.rating, Invitation.person_id)
        )
        .join(SealedAnswer, SealedAnswer.series_month_id == SeriesMonth.id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .where(SeriesMonth.block_id.is_not(None))
        .order_by(SeriesMonth.block_id),
        execution_options={"yield_per": ROWS_AT_ONCE},
    )


def _compared(block: Block, rows: list[Any]) -> tuple[list[str], set[str]]:
    ratings = Counter(str(row.rating) for row in rows)
    counted = {
        "answers": len(rows),
        "ratings": {str(rating): ratings[str(rating)] for rating in range(1, 6)},
        "first_month": min(row.month for row in rows),
    }
    wrong = [
        f"{name} {getattr(block, name)}, counted again {value}"
        for name, value in counted.items()
        if getattr(block, name) != value
    ]
    persons = [row.person_id for row in rows]
    of_people, gone = people_wrong(block.people, persons)
    of_squares = squares_wrong(block.squares, persons, told=tells_how_often(block))
    return wrong + of_people + of_squares, gone


def _series_wrong(block: Block) -> list[str]:
    """What is wrong of the series' months below a block: whose they are, and their closures."""
    series = db.session.scalars(select(SeriesMonth).where(SeriesMonth.block_id == block.id)).all()
    wrong = []
    if {each.partner_id for each in series} != {block.partner_id}:
        wrong.append("months of another partner are below it")
    if block.service_group and {each.service_group for each in series} != {block.service_group}:
        wrong.append("months of another service are below it")
    funnel: Counter[str] = Counter()
    for each in series:
        funnel.update(_flat(each.funnel))
    if _flat(block.funnel) != funnel:
        wrong.append("its funnel is not the sum of its months'")
    return wrong


def _flat(funnel: dict[str, Any]) -> Counter[str]:
    """A funnel with the reasons among its counts."""
    counts = {name: count for name, count in funnel.items() if name != "not_asked"}
    reasons = {f"not_asked {reason}": count for reason, count in funnel["not_asked"].items()}
    return Counter({**counts, **reasons})
