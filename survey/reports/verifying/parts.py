"""Parts of blocks counted again from the sealed answers in each, told from what is told of it.

Neither who gave an answer nor how blocks are divided matters for that. Of how many people a part is
lies between bounds where some were forgotten.
"""

from collections import Counter, defaultdict
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.directory import Directory
from survey.partnership.settings import SIDES
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.bands import band_of
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.placing import placed
from survey.reports.verifying.blocks import (
    named,
    people_wrong,
    squares_wrong,
    tells_how_often,
)
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.rows import OF_ENQUIRY, ROWS_AT_ONCE


class Parts:
    """The parts of all blocks, and which of them an answer is in.

    `stopped` are the ids of those found to be divided no further.
    """

    def __init__(self) -> None:
        self.of_block: dict[int, list[BlockPart]] = defaultdict(list)
        for part in db.session.scalars(select(BlockPart).order_by(BlockPart.id)):
            self.of_block[part.block_id].append(part)
        every = [part for parts in self.of_block.values() for part in parts]
        self.stopped = {part.id for part in every if part.stopped}
        self._told = {block: [one.told for one in parts] for block, parts in self.of_block.items()}

    def of(self, block_id: int, values: list[Any]) -> int | None:
        """The id of the part with an answer of which this is true; None where there is none."""
        *others, hours = values
        answer = dict(zip(SIDES, (*others, band_of(hours)), strict=True))
        place = placed(self._told.get(block_id, ()), answer)
        return None if place is None else self.of_block[block_id][place].id


def verify_parts(known: Directory) -> Findings:
    """Every part against the sealed answers that are in it."""
    found, parts = Findings("parts"), Parts()
    blocks = {block.id: block for block in db.session.scalars(select(Block))}
    for block_id, rows in groupby(_answers(), attrgetter("block_id")):
        inside: dict[int | None, list[Any]] = defaultdict(list)
        for row in rows:
            values = [getattr(row, name) for name in OF_ENQUIRY]
            inside[parts.of(block_id, values)].append(row)
        name = named(blocks[block_id], known)
        for part in parts.of_block[block_id]:
            mine = inside.pop(part.id, [])
            wrong, gone = _compared(part, mine)
            told = tells_how_often(blocks[block_id])
            wrong += squares_wrong(part.squares, [row.person_id for row in mine], told=told)
            found.note(f"{name} {part_named(part)}", wrong, gone)
        if inside:
            found.note(name, [f"{len(inside[None])} of its answers are in no part"], set())
    return found


def part_named(part: BlockPart) -> str:
    """How an operator knows a part among those of its block."""
    told = ", ".join(f"{side} {value}" for side, value in part.told.items())
    return f"({told or NOT_TOLD_APART})"


def _answers() -> Any:
    said = (SealedAnswer.rating, *(getattr(SealedAnswer, name) for name in OF_ENQUIRY))
    return db.session.execute(
        select(SeriesMonth.block_id, Invitation.person_id, *said)
        .join(SealedAnswer, SealedAnswer.series_month_id == SeriesMonth.id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .where(SeriesMonth.block_id.is_not(None))
        .order_by(SeriesMonth.block_id),
        execution_options={"yield_per": ROWS_AT_ONCE},
    )


def _compared(part: BlockPart, rows: list[Any]) -> tuple[list[str], set[str]]:
    times = Counter(str(row.rating) for row in rows)
    again = {"answers": len(rows), "ratings": {str(n): times[str(n)] for n in range(1, 6)}}
    wrong = [
        f"{name} {getattr(part, name)}, counted again {value}"
        for name, value in again.items()
        if getattr(part, name) != value
    ]
    of_people, gone = people_wrong(part.people, (row.person_id for row in rows))
    return wrong + of_people, gone
