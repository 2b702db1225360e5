"""Rows of side tables: what parts of blocks count, by the one side that is asked for.

As they stand: parts that were restated with their new counts. Who answered how often is told from
their part as it was sealed.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.blocks.model import Block
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.restated_model import RestatedPart
from survey.reports.dimensions import code_of
from survey.reports.repeated import kept_at
from survey.reports.tally import RATINGS, Tally

# Those of each rating, and the squares.
_COUNTS = len(RATINGS) + 1
OF_BLOCK = (Block.partner_id, Block.service_group, Block.closes)
# Where a side's value stands, and whether it is told apart.
_COLUMNS: dict[str, tuple[Any, ColumnElement[bool]]] = {
    "directorate": (BlockPart.directorate_id, BlockPart.directorate_told == true()),
    "topic": (BlockPart.topic, BlockPart.topic_told == true()),
    "channel": (BlockPart.channel, BlockPart.channel.is_not(None)),
    "target": (BlockPart.within_target, BlockPart.within_target.is_not(None)),
    "hours": (BlockPart.hours, BlockPart.hours.is_not(None)),
}


def told_by(side: str) -> ColumnElement[bool]:
    """Whether the side is told apart in a part."""
    return _COLUMNS[side][1]


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
    side: str, blocks: Collection[ColumnElement[bool]], known: Directory
) -> Iterator[Counted]:
    """What the parts of these blocks count, by block and by what is told apart of the side."""
    value, told = _COLUMNS[side]
    code = _code_of(side, known)
    for row in db.session.execute(_parts((*OF_BLOCK, told.label("told"), value), blocks)):
        *block, is_told, at = row[:-_COUNTS]
        yield _counted(block, code(at) if is_told else NOT_TOLD_APART, row[-_COUNTS:])


def _parts(by: Sequence[Any], blocks: Collection[ColumnElement[bool]]) -> Select[Any]:
    """How often each rating stands in the parts of these blocks, by block and these columns."""
    sums = [func.sum(func.coalesce(_times(RestatedPart, n), _times(BlockPart, n))) for n in RATINGS]
    answers = func.coalesce(RestatedPart.answers, BlockPart.answers)
    squares = func.sum(kept_at(answers, BlockPart.squares, BlockPart.answers))
    return (
        select(*by, *sums, squares)
        .join(Block, Block.id == BlockPart.block_id)
        .outerjoin(RestatedPart, RestatedPart.part_id == BlockPart.id)
        .where(*blocks)
        .group_by(Block.id, *by)
        .order_by(Block.id)
    )


def _times(of: type[BlockPart] | type[RestatedPart], rating: int) -> Any:
    return of.ratings[str(rating)].as_integer()


def _counted(block: Sequence[Any], value: str | None, counts: Iterable[int]) -> Counted:
    partner_id, group, closes = block
    *times, squares = map(int, counts)
    ratings = Counter(dict(zip(RATINGS, times, strict=True)))
    return Counted(partner_id, group, closes, value, Tally(ratings=ratings, squares=squares))


def _code_of(side: str, known: Directory) -> Callable[[Any], str | None]:
    # Bands are stored by name, as they were when the block was divided.
    return (lambda name: name) if side == "hours" else code_of(side, known)
