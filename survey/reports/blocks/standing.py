"""Blocks as boards read them: with the counts of the day they closed, or with restated ones."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, select

from survey.foundation.database import Document, db
from survey.partnership.taken import OTHER_SERVICES
from survey.reports.blocks.model import Block
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.restated_model import RestatedPart
from survey.reports.repeated import kept_at
from survey.reports.tally import Tally


@dataclass(frozen=True)
class Anew:
    """A part of a block that was restated.

    Attributes:
        changed: how many people's answers are others than they were.
        before: how often each rating was counted until then.
        after: how often it is since.
    """

    changed: int
    before: Counter[int]
    after: Counter[int]


@dataclass(frozen=True)
class Standing:
    """What is read of a block, and what was restated of it."""

    partner_id: int
    service_group: str | None
    closes: str
    ratings: Document
    squares: int
    funnel: Document
    anew: Sequence[Anew]

    @property
    def service(self) -> str:
        """The group of services that it is of."""
        return self.service_group or OTHER_SERVICES

    @cached_property
    def tally(self) -> Tally:
        """What it counts: answers as they stand, what became of asking as sealed.

        Where some were counted anew, the same people are taken to have answered as often as before.
        """
        ratings = sealed = _counts(self.ratings)
        for each in self.anew:
            ratings = ratings - each.before + each.after
        squares = kept_at(ratings.total(), self.squares, sealed.total())
        counts = {name: self.funnel[name] for name in ("pending", "asked", "accepted", "held")}
        not_asked: Counter[str] = Counter(self.funnel["not_asked"])
        return Tally(ratings=ratings, squares=squares, not_asked=not_asked, **counts)


def standing(blocks: Collection[ColumnElement[bool]]) -> list[Standing]:
    """The blocks of which this is true, in the order in which they were made."""
    restated: dict[int, list[Anew]] = defaultdict(list)
    statement = (
        select(RestatedPart, BlockPart.ratings)
        .join(Block, Block.id == RestatedPart.block_id)
        .join(BlockPart, BlockPart.id == RestatedPart.part_id)
        .where(*blocks)
        .order_by(RestatedPart.id)
    )
    for part, before in db.session.execute(statement):
        anew = Anew(part.changed, _counts(before), _counts(part.ratings))
        restated[part.block_id].append(anew)
    counts = (Block.ratings, Block.squares, Block.funnel)
    of_block = (Block.partner_id, Block.service_group, Block.closes, *counts)
    found = db.session.execute(select(Block.id, *of_block).where(*blocks).order_by(Block.id))
    return [Standing(*row[1:], restated[row[0]]) for row in found]


def years_restated(blocks: Iterable[Standing]) -> list[str]:
    """Of which years some of these blocks were restated."""
    return sorted({each.closes[:4] for each in blocks if each.anew})


def _counts(ratings: Document) -> Counter[int]:
    return Counter({int(rating): times for rating, times in ratings.items()})
