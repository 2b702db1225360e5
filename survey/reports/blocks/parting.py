"""Divides blocks that were just made into parts, and keeps what each part counts.

One look at the block's answers, whatever the number of its parts: what may be told apart is for
`dividing` to say.
"""

from typing import Any, cast

from sqlalchemy import Integer, Select, insert, select, type_coerce

from survey.foundation.database import Document, db, table_of
from survey.invitations.model import Invitation
from survey.reports.bands import BANDS
from survey.reports.blocks.dividing import Given, Part, divide, order_of
from survey.reports.blocks.forming import PERSON
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.in_bands import band


def divide_blocks(month: str, minimum: int) -> None:
    """Divide every block that closes with this month, once they are all made.

    Args:
        month: the one that is sealed.
        minimum: how many people a part holds at least.
    """
    for block in db.session.scalars(select(Block).where(Block.closes == month)).all():
        _divide(block, minimum)


def _divide(block: Block, minimum: int) -> None:
    # By the connection and as they come: of hundreds of thousands, each step more is felt.
    rows = db.session.connection().execute(_answers(block.id)).all()
    answers = cast(list[Given], rows)
    order = order_of(block.closes, block.partner_id, block.service_group)
    parts = divide(answers, order, minimum)
    into = insert(table_of(BlockPart))
    db.session.execute(into, [_stored(block.id, part) for part in parts])


def _answers(block_id: int) -> Select[Any]:
    """The answers of a block, with the columns of `Given`."""
    columns: tuple[Any, ...] = (
        *(PERSON, SealedAnswer.rating),
        *(SealedAnswer.directorate_id, SealedAnswer.topic, SealedAnswer.channel),
        *(type_coerce(SealedAnswer.within_target, Integer), band(SealedAnswer.hours_to_close)),
    )
    return (
        select(*columns)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .where(SeriesMonth.block_id == block_id)
    )


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
        "ratings": {str(rating): counted.ratings[rating] for rating in range(1, 6)},
    }
