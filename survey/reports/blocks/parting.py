"""Keeps what each part of a block counts, once the block is made, and finds it again."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from survey.foundation.database import Document, db, table_of
from survey.reports.bands import BANDS
from survey.reports.blocks.dividing import Given, Part, divide, order_of
from survey.reports.blocks.model import Block
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.tally import on_scale


def divide_block(block: Block, answers: Sequence[Given], minimum: int) -> None:
    """Divide a block, which is stored, into parts.

    Args:
        block: the block.
        answers: those of the block, in any order.
        minimum: how many people a part holds at least.
    """
    order = order_of(block.closes, block.partner_id, block.service_group)
    parts = divide(answers, order, minimum)
    db.session.execute(insert(table_of(BlockPart)), [_stored(block.id, part) for part in parts])


def parts_of(block_id: int) -> Sequence[BlockPart]:
    """The parts of a block, in the order in which dividing gave them."""
    of_block = select(BlockPart).where(BlockPart.block_id == block_id)
    return db.session.scalars(of_block.order_by(BlockPart.id)).all()


def _stored(block_id: int, part: Part) -> Document:
    """A part as it is stored."""
    told, counted = part.told, part.counted
    target, hours = told.get("target"), told.get("hours")
    return {
        "block_id": block_id,
        "directorate_told": "directorate" in told,
        "directorate_id": told.get("directorate"),
        "topic_told": "topic" in told,
        "topic": told.get("topic"),
        "channel": told.get("channel"),
        "within_target": None if target is None else bool(target),
        "hours": None if hours is None else BANDS[int(hours)],
        "people": counted.people,
        "answers": len(part.answers),
        "squares": counted.squares,
        "ratings": on_scale(counted.ratings),
        "stopped": part.stopped is not None,
    }
