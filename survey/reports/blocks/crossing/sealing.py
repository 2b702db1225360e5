"""Tells a partner's answers of a quarter by the side whose turn it is, where parts tell little."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, starmap

from sqlalchemy import case, func, insert, select

from survey.foundation.database import Document, db, table_of
from survey.partnership.directory import Directory
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.blocks.crossing.model import Crossing, CrossingRow
from survey.reports.blocks.crossing.rows import in_rows, side_in_turn
from survey.reports.blocks.dividing import Given, counted
from survey.reports.blocks.given import given
from survey.reports.blocks.model import Block, SeriesMonth
from survey.reports.blocks.parting import parts_of
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.placing import by_part
from survey.reports.blocks.rule import ends
from survey.reports.blocks.sides import told_by
from survey.reports.dimensions import code_of
from survey.reports.periods import parse, quarter_of


def cross_quarter(month: str, known: Directory) -> None:
    """Tell each partner's quarter by a side, if it ends with this month and as far as it may be.

    Args:
        month: the one that is being sealed.
        known: the partnership.
    """
    if not ends(month, "quarter"):
        return
    quarter = quarter_of(month)
    side = side_in_turn(quarter, known.settings.sides)
    for partner_id in _told_little(quarter, side):
        _cross(Crossing(partner_id=partner_id, quarter=quarter, side=side), known)


def _told_little(quarter: str, side: str) -> Sequence[int]:
    """The ids of partners of whose answers parts tell fewer than half apart by a side."""
    told = func.sum(case((told_by(side), BlockPart.answers), else_=0))
    return db.session.scalars(
        select(Block.partner_id)
        .join(BlockPart, BlockPart.block_id == Block.id)
        .where(Block.closes.in_(parse(quarter).months))
        .group_by(Block.partner_id)
        .having(2 * told < func.sum(BlockPart.answers))
        .order_by(Block.partner_id)
    ).all()


def _cross(crossing: Crossing, known: Directory) -> None:
    """Note that a quarter could be told by a side, if so, and what is told of it."""
    crossed: list[Sequence[Given]] = []
    apart: list[Given] = []
    for part, answers in _parts(crossing.partner_id, crossing.quarter):
        # The proof for parts deals one that is stopped out as two groups, so it must stay whole.
        if part.stopped:
            apart += answers
        else:
            crossed.append(answers)
    found, minimum = in_rows(crossed, crossing.side), known.settings.minimum_base
    if not found.could_be_told(minimum):
        return
    db.session.add(crossing)
    db.session.flush()
    if found.may_be_told(minimum):
        values = map(_shown(crossing.side, known), found.values)
        others = [*chain(*found.rows[len(found.values) :], apart)]
        rows = [*zip(values, found.rows, strict=False), (NOT_TOLD_APART, others)]
        stored = [_stored(crossing.id, value, answers) for value, answers in rows if answers]
        db.session.execute(insert(table_of(CrossingRow)), stored)


def _parts(partner_id: int, quarter: str) -> Iterator[tuple[BlockPart, list[Given]]]:
    """Each part of the blocks that close in a partner's quarter, and its answers."""
    mine = (Block.partner_id == partner_id, Block.closes.in_(parse(quarter).months))
    for block_id in db.session.scalars(select(Block.id).where(*mine).order_by(Block.id)).all():
        parts = parts_of(block_id)
        answers = starmap(Given, given(SeriesMonth.block_id == block_id))
        inside = by_part([part.told for part in parts], ((each, each[2:]) for each in answers))
        yield from ((part, inside[place]) for place, part in enumerate(parts))


def _shown(side: str, known: Directory) -> Callable[[object], str]:
    """How a value is shown; empty for none."""
    code = code_of(side, known)
    return lambda value: code(value) or ""


def _stored(crossing_id: int, value: str, answers: Sequence[Given]) -> Document:
    """A row as it is stored."""
    whole = counted(answers)
    return {
        "crossing_id": crossing_id,
        "value": value,
        "people": whole.people,
        "answers": len(answers),
        "squares": whole.squares,
        "satisfied": whole.waiting.satisfied,
    }
