"""Divides blocks that were just made into parts, and keeps what each part counts.

One look at the block's answers, whatever the number of its parts: what may be told apart is for
`dividing` to say.
"""

from typing import Any, cast

from sqlalchemy import Select, insert, select

from survey.foundation.database import Document, db, table_of
from survey.invitations.model import Invitation
from survey.reports.bands import BANDS
from survey.reports.blocks.dividing import Given, Part, divide, order_of
from survey.reports.blocks.forming import PERSON
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.in_bands import band

# What is true of the enquiry of a sealed answer, in the order of SIDES; hours by their band.
VALUES: tuple[Any, ...] = (
    *(SealedAnswer.directorate_id, SealedAnswer.topic, SealedAnswer.channel),
    *(SealedAnswer.within_target, band(SealedAnswer.hours_to_close)),
)


def divide_blocks(month: str, minimum: int) -> None:
    """Divide every block that closes with this month, once they are all made.

    Args:
        month: the one that is sealed.
        minimum: how many people a part holds at least.
    """
    for block in db.session.scalars(select(Block).where(Block.closes == month)).all():
        _divide(block, minimum)


def _divide(block: Block, minimum: int) -> None:
    order = order_of(block.closes, block.partner_id, block.service_group)
    parts = divide(_given(block.id), order, minimum)
    into = insert(table_of(BlockPart))
    db.session.execute(into, [_stored(block.id, part) for part in parts])


def _given(block_id: int) -> list[Given]:
    """The answers of a block, as the driver gives them.

    To make rows of them takes as long as all of the dividing, and there may be many thousands.
    """
    with db.session.connection().execute(_answers(block_id)) as found:
        return cast(list[Given], cast(Any, found.cursor).fetchall())


def _answers(block_id: int) -> Select[Any]:
    """Their columns are those of `Given`."""
    return (
        select(PERSON, SealedAnswer.rating, *VALUES)
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
        "squares": counted.squares,
        "ratings": {str(rating): counted.ratings[rating] for rating in range(1, 6)},
        "stopped": part.stopped is not None,
    }
