"""Counts a year's blocks anew, once: when the first quarter of the year after is sealed.

By then answers were revised, held and released. Which blocks may be counted anew is the rule's;
here is found whose answers changed. A block itself stays as it is: the new counts stand beside it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import aliased

from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.model import ServiceRow
from survey.reports.blocks.forming import PERSON
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.restated_model import RestatedBlock
from survey.reports.blocks.restating_rule import Trajectory, restated
from survey.responses.counted import ON_HOLD
from survey.responses.model import Response

WITH = "-03"

# Of one answer: whose, and its rating as sealed and now; None: there was or is none.
Moved = tuple[int, int | None, int | None]


def restate(month: str, minimum: int) -> None:
    """Count anew the blocks that closed in the year before, where this month ends its look back.

    Args:
        month: the one that is being sealed.
        minimum: how many people a block holds at least.
    """
    if not month.endswith(WITH):
        return
    year = f"{int(month[:4]) - 1:04d}"
    late = _by_block(_late(year))
    moved = _by_block(_sealed(Block.closes.startswith(year), changed=True))
    divided = set(db.session.scalars(_divided()))
    for block_id in sorted(late | moved):
        changed = {person for person, *_ in [*late[block_id], *moved[block_id]]}
        if len(changed) < minimum or block_id in divided:
            continue
        whole = _by_block(_sealed(Block.id == block_id, changed=False))[block_id]
        anew = restated(trajectories([*whole, *late[block_id]]), minimum)
        if anew:
            db.session.add(RestatedBlock(block_id=block_id, with_month=month, **asdict(anew)))
    db.session.flush()


def _divided() -> Select[Any]:
    """The blocks of which boards are told by parts: what moved in a part cannot be told too."""
    parts = func.count(BlockPart.id)
    return select(BlockPart.block_id).group_by(BlockPart.block_id).having(parts > 1)


def trajectories(answers: Iterable[Moved]) -> list[Trajectory]:
    """Each person's, from their answers."""
    before: dict[int, list[int]] = defaultdict(list)
    after: dict[int, list[int]] = defaultdict(list)
    for person, sealed, now in answers:
        before[person] += [sealed] if sealed else []
        after[person] += [now] if now else []
    return [Trajectory(tuple(before[person]), tuple(after[person])) for person in before]


def _by_block(statement: Select[Any]) -> dict[int, list[Moved]]:
    found: dict[int, list[Moved]] = defaultdict(list)
    for block_id, *answer in db.session.execute(statement):
        found[block_id].append(tuple(answer))
    return found


def _sealed(of: Any, *, changed: bool) -> Select[Any]:
    """The sealed answers of blocks beside what counts of the same invitations now."""
    counting = (
        select(func.max(Response.id))
        .where(Response.invitation_id == SealedAnswer.invitation_id, ~ON_HOLD)
        .correlate(SealedAnswer)
        .scalar_subquery()
    )
    now = aliased(Response)
    moved: tuple[Any, ...] = (SeriesMonth.block_id, PERSON, SealedAnswer.rating, now.rating)
    answers = (
        select(*moved)
        .select_from(SealedAnswer)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .join(Block, Block.id == SeriesMonth.block_id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .outerjoin(now, now.id == counting)
        .where(of)
    )
    return answers.where(now.rating.is_distinct_from(SealedAnswer.rating)) if changed else answers


def _late(year: str) -> Select[Any]:
    """Answers that count now, of the months of these blocks, and did not when they were sealed."""
    in_blocks = (
        select(SeriesMonth.month)
        .join(Block, Block.id == SeriesMonth.block_id)
        .where(Block.closes.startswith(year))
    )
    given = select(Response.invitation_id).where(Response.answered_month.in_(in_blocks))
    copied = select(SealedAnswer.invitation_id).where(
        SealedAnswer.invitation_id == Response.invitation_id
    )
    counting = (
        select(func.max(Response.id).label("id"), func.min(Response.answered_month).label("first"))
        .where(Response.invitation_id.in_(given), ~ON_HOLD, ~copied.exists())
        .group_by(Response.invitation_id)
        .subquery("late")
    )
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
