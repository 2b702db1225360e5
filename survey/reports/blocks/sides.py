"""Rows of side tables: what parts of blocks count, by the one side that is asked for."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.reports.blocks.model import Block
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.dimensions import code_of
from survey.reports.query import NOT_TOLD_APART
from survey.reports.tally import Tally

RATINGS = range(1, 6)
# Where a side's value stands, and whether it is told apart.
_COLUMNS: dict[str, tuple[Any, ColumnElement[bool]]] = {
    "directorate": (BlockPart.directorate_id, BlockPart.directorate_told == true()),
    "topic": (BlockPart.topic, BlockPart.topic_told == true()),
    "channel": (BlockPart.channel, BlockPart.channel.is_not(None)),
    "target": (BlockPart.within_target, BlockPart.within_target.is_not(None)),
    "hours": (BlockPart.hours, BlockPart.hours.is_not(None)),
}


@dataclass(frozen=True)
class Counted:
    """The parts of a block that have one value, or in which the side is not told apart.

    `value` is as it is shown: a code, a text, null for none, or `not-told-apart`.
    """

    partner_id: int
    service_group: str | None
    closes: str
    value: str | None
    tally: Tally


def count_parts(
    side: str, blocks: Iterable[ColumnElement[bool]], known: Directory
) -> Iterator[Counted]:
    """What the parts of these blocks count, by block and by what is told apart of the side."""
    value, told = _COLUMNS[side]
    by = (Block.id, Block.partner_id, Block.service_group, Block.closes, told.label("told"), value)
    sums = [func.sum(BlockPart.ratings[str(rating)].as_integer()) for rating in RATINGS]
    statement = select(*by, *sums).join(Block, Block.id == BlockPart.block_id).where(*blocks)
    code = _code_of(side, known)
    for row in db.session.execute(statement.group_by(*by).order_by(Block.id)):
        _, partner, group, closes, is_told, at, *counts = row
        ratings = Counter(dict(zip(RATINGS, map(int, counts), strict=True)))
        shown = code(at) if is_told else NOT_TOLD_APART
        yield Counted(partner, group, closes, shown, Tally(ratings=ratings))


def _code_of(side: str, known: Directory) -> Callable[[Any], str | None]:
    # Bands are stored by name, since a part is never counted anew.
    return (lambda name: name) if side == "hours" else code_of(side, known)
