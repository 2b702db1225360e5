"""What happened to the answers of a year's blocks since they were sealed, and what came late.

Each answer stays in the part of its block that it was sealed in, whatever became of its enquiry.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, Subquery, distinct, func, null, select
from sqlalchemy.orm import aliased

from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.model import ServiceRow
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
    statement = (
        _beside(now, SeriesMonth.block_id)
        .where(Block.closes.startswith(year), now.rating.is_distinct_from(SealedAnswer.rating))
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
    for row in db.session.execute(_beside(now, *moved).where(Block.id == block_id)):
        *values, hours = row[3:]
        place = placed(told, dict(zip(SIDES, (*values, BANDS[hours]), strict=True)))
        found[place].append(Moved(*row[:3]))
    return [(part, found[place]) for place, part in enumerate(parts)]


def late_answers(year: str) -> Mapping[int, list[Moved]]:
    """By the block: answers of its months that count now, and did not when they were sealed."""
    found: dict[int, list[Moved]] = defaultdict(list)
    for block_id, *answer in db.session.execute(_late(year)):
        found[block_id].append(Moved(*answer))
    return found


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
        .join(Block, Block.id == SeriesMonth.block_id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .outerjoin(now, now.id == counting)
    )


def _late(year: str) -> Select[Any]:
    counting = _not_copied(year)
    moved: tuple[Any, ...] = (SeriesMonth.block_id, PERSON, null(), Response.rating)
    return (
        select(*moved)
        .select_from(counting)
        .join(Response, Response.id == counting.c.id)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
        .join(ServiceRow, ServiceRow.id == Closure.service_id)
        .join(
            SeriesMonth,
            (SeriesMonth.partner_id == Closure.partner_id)
            & (SeriesMonth.service_group == ServiceRow.service_group)
            & (SeriesMonth.month == counting.c.first),
        )
        .join(Block, Block.id == SeriesMonth.block_id)
        .where(Block.closes.startswith(year))
    )


def _not_copied(year: str) -> Subquery:
    """Of invitations answered in the months of a year's blocks, none of them copied: what counts.

    Its columns are `id`, of the response, and `first`, the month of the first one that counts.
    """
    in_blocks = (
        select(SeriesMonth.month)
        .join(Block, Block.id == SeriesMonth.block_id)
        .where(Block.closes.startswith(year))
    )
    given = select(Response.invitation_id).where(Response.answered_month.in_(in_blocks))
    copied = select(SealedAnswer.invitation_id).where(
        SealedAnswer.invitation_id == Response.invitation_id
    )
    return (
        select(func.max(Response.id).label("id"), func.min(Response.answered_month).label("first"))
        .where(Response.invitation_id.in_(given), ~ON_HOLD, ~copied.exists())
        .group_by(Response.invitation_id)
        .subquery("late")
    )
