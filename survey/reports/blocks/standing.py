"""Blocks as boards read them: with the counts of the day they closed, or with restated ones."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from survey.foundation.database import Document, db
from survey.reports.blocks.grid import OTHER_SERVICES
from survey.reports.blocks.model import Block
from survey.reports.blocks.restated_model import RestatedBlock
from survey.reports.tally import Tally


@dataclass(frozen=True)
class Standing:
    """A block, and its new counts where it was restated."""

    block: Block
    anew: RestatedBlock | None

    @property
    def service(self) -> str:
        """The group of services that it is of."""
        return self.block.service_group or OTHER_SERVICES

    @property
    def tally(self) -> Tally:
        """What it counts: answers as they stand, what became of asking as sealed."""
        return _tally(self.block, (self.anew or self.block).ratings)

    @property
    def first_sealed(self) -> Tally:
        """What it counted on the day it closed, which is what its parts add up to."""
        return _tally(self.block, self.block.ratings)


def standing(blocks: Iterable[ColumnElement[bool]]) -> list[Standing]:
    """The blocks of which this is true, in the order in which they were made."""
    statement = (
        select(Block, RestatedBlock)
        .outerjoin(RestatedBlock, RestatedBlock.block_id == Block.id)
        .where(*blocks)
        .order_by(Block.id)
    )
    return [Standing(block, anew) for block, anew in db.session.execute(statement)]


def years_restated(blocks: Iterable[Standing]) -> list[str]:
    """Of which years some of these blocks were restated."""
    return sorted({each.block.closes[:4] for each in blocks if each.anew})


def _tally(block: Block, ratings: Document) -> Tally:
    funnel = block.funnel
    counts = {name: funnel[name] for name in ("pending", "asked", "accepted", "held")}
    return Tally(
        ratings=Counter({int(rating): n for rating, n in ratings.items()}),
        not_asked=Counter(funnel["not_asked"]),
        **counts,
    )
