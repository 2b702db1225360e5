"""Parts of blocks counted again: each answer is led to its part by what is told of it.

Dividing goes from the whole block to ever smaller groups; here one answer at a time asks which part
is its own, so that no answer can be in two parts, or in none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.directory import Directory
from survey.reports.bands import band_of
from survey.reports.blocks.dividing import order_of
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.verifying.blocks import FORGOTTEN, named, people_among
from survey.reports.verifying.findings import Findings

Sides = Mapping[str, Any]


def verify_parts(known: Directory) -> Findings:
    """Every part of a block against the answers of the block that belong to it."""
    found = Findings("parts of blocks")
    for block in db.session.scalars(select(Block).order_by(Block.id)).all():
        parts = db.session.scalars(select(BlockPart).where(BlockPart.block_id == block.id)).all()
        if not parts:
            found.note(named(block, known), ["it has no parts"], set())
            continue
        order = order_of(block.closes, block.partner_id, block.service_group)
        mine: dict[int | None, list[Any]] = defaultdict(list)
        for answer in _answers(block.id):
            mine[_own(parts, _sides(answer), order)].append(answer)
        for part in parts:
            wrong, gone = _compared(part, mine.pop(part.id, []))
            found.note(f"{named(block, known)}, part {part.id}", wrong, gone)
        if mine:
            found.note(named(block, known), ["answers of it are in no part of it"], set())
    return found


def told_by(part: BlockPart) -> Sides:
    """What is told apart of a part's answers, by the name of the side."""
    values = {"channel": part.channel, "target": part.within_target, "hours": part.hours}
    told: dict[str, Any] = {side: value for side, value in values.items() if value is not None}
    if part.directorate_told:
        told["directorate"] = part.directorate_id
    if part.topic_told:
        told["topic"] = part.topic
    return told


def _own(parts: Sequence[BlockPart], sides: Sides, order: Iterable[str]) -> int | None:
    """The id of the part that an answer belongs to: side by side, its own value, else the rest."""
    left = {part.id: told_by(part) for part in parts}
    for side in order:
        same = {
            part: told for part, told in left.items() if side in told and told[side] == sides[side]
        }
        left = same or {part: told for part, told in left.items() if side not in told}
    return next(iter(left)) if len(left) == 1 else None


def _sides(answer: Any) -> Sides:
    return {
        "directorate": answer.directorate_id,
        "topic": answer.topic,
        "channel": answer.channel,
        "target": answer.within_target,
        "hours": band_of(answer.hours_to_close),
    }


def _answers(block_id: int) -> Iterable[Any]:
    sides: tuple[Any, ...] = (SealedAnswer.directorate_id, SealedAnswer.topic, SealedAnswer.channel)
    speed: tuple[Any, ...] = (SealedAnswer.within_target, SealedAnswer.hours_to_close)
    return db.session.execute(
        select(Invitation.person_id, SealedAnswer.rating, *sides, *speed)
        .join(SealedAnswer, SealedAnswer.invitation_id == Invitation.id)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .where(SeriesMonth.block_id == block_id)
    ).all()


def _compared(part: BlockPart, answers: Sequence[Any]) -> tuple[list[str], set[str]]:
    ratings = Counter(str(answer.rating) for answer in answers)
    fewest, most = people_among(answer.person_id for answer in answers)
    counted = {
        "answers": len(answers),
        "ratings": {str(rating): ratings[str(rating)] for rating in range(1, 6)},
    }
    wrong = [
        f"{name} {getattr(part, name)}, counted again {value}"
        for name, value in counted.items()
        if getattr(part, name) != value
    ]
    if not fewest <= part.people <= most:
        wrong.append(f"people {part.people}, counted again {fewest} to {most}")
    return wrong, {FORGOTTEN} if fewest < most else set()
