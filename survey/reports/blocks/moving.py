"""What happened to the answers of a year's blocks since they were sealed.

Each answer stays in the part of its block that it was sealed in, whatever became of its enquiry.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.orm import aliased

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.blocks.given import PERSON, VALUES
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.blocks.parting import parts_of
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.placing import by_part
from survey.reports.blocks.restating_rule import Moved
from survey.responses.counted import ON_HOLD
from survey.responses.model import Response


def moved_blocks(year: str, minimum: int) -> Sequence[Block]:
    """Those that closed in the year, in which so many people's answers changed."""
    now = aliased(Response)
    blocks = select(Block.id).where(Block.closes.startswith(year))
    moved = (
        _beside(now, SeriesMonth.block_id)
        .where(SeriesMonth.block_id.in_(blocks), now.rating.is_distinct_from(SealedAnswer.rating))
        .group_by(SeriesMonth.block_id)
        .having(func.count(distinct(PERSON)) >= minimum)
    )
    return db.session.scalars(select(Block).where(Block.id.in_(moved)).order_by(Block.id)).all()


def answers_by_part(block_id: int) -> Iterable[tuple[BlockPart, list[Moved]]]:
    """The parts of a block, and all answers of each, changed or not."""
    parts = parts_of(block_id)
    told = [part.told for part in parts]
    now = aliased(Response)
    moved: tuple[Any, ...] = (PERSON, SealedAnswer.rating, now.rating, *VALUES)
    rows = db.session.execute(_beside(now, *moved).where(SeriesMonth.block_id == block_id))
    found = by_part(told, ((Moved(*row[:3]), row[3:]) for row in rows))
    return [(part, found[place]) for place, part in enumerate(parts)]


def _beside(now: Any, *columns: Any) -> Select[Any]:
    """Columns of the sealed answers of blocks, and of what counts of the same invitations now."""
    counting = (
        select(func.max(Response.id))
        .where(Response.invitation_id == SealedAnswer.invitation_id, ~ON_HOLD)
        .correlate(SealedAnswer)
        .scalar_subquery()
    )
    return (
        select(*columns)
        .select_from(SealedAnswer)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .outerjoin(now, now.id == counting)
    )
