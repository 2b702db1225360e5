"""What happened to the answers of a year's blocks since they were sealed.

Each answer stays in the part of its block that it was sealed in, whatever became of its enquiry.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.orm import aliased

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.bands import BANDS
from survey.reports.blocks.given import PERSON, VALUES
from survey.reports.blocks.grid import SIDES
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.placing import placed
from survey.reports.blocks.restating_rule import Moved
from survey.responses.counted import ON_HOLD
from survey.responses.model import Response


def moved_blocks(year: str, minimum: int) -> Sequence[int]:
    """The ids of those that closed in the year, in which so many people's answers changed."""
    now = aliased(Response)
    blocks = select(Block.id).where(Block.closes.startswith(year))
    statement = (
        _beside(now, SeriesMonth.block_id)
        .where(SeriesMonth.block_id.in_(blocks), now.rating.is_distinct_from(SealedAnswer.rating))
        .group_by(SeriesMonth.block_id)
        .having(func.count(distinct(PERSON)) >= minimum)
        .order_by(SeriesMonth.block_id)
    )
    return db.session.scalars(statement).all()


def answers_by_part(block_id: int) -> Iterable[tuple[BlockPart, list[Moved]]]:
    """The parts of a block, and all answers of each, changed or not."""
    of_block = select(BlockPart).where(BlockPart.block_id == block_id).order_by(BlockPart.id)
    parts = db.session.scalars(of_block).all()
    told = [part.told for part in parts]
    now = aliased(Response)
    moved: tuple[Any, ...] = (PERSON, SealedAnswer.rating, now.rating, *VALUES)
    found: dict[int | None, list[Moved]] = defaultdict(list)
    for row in db.session.execute(_beside(now, *moved).where(SeriesMonth.block_id == block_id)):
        *values, hours = row[3:]
        place = placed(told, dict(zip(SIDES, (*values, BANDS[hours]), strict=True)))
        found[place].append(Moved(*row[:3]))
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
