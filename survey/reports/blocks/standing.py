"""Blocks as boards read them: with the counts of the day they closed, or with restated ones."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, select

from survey.foundation.database import Document, db
from survey.reports.blocks.grid import OTHER_SERVICES
from survey.reports.blocks.model import Block
from survey.reports.blocks.restated_model import RestatedBlock
from survey.reports.tally import Tally


@dataclass(frozen=True)
class Standing:
    """What is read of a block, and where it was restated, its new ratings and whose changed.

    `anew` are these ratings and `changed` so many people's; both null where it was not restated.
    """

    partner_id: int
    service_group: str | None
    closes: str
    ratings: Document
    funnel: Document
    anew: Document | None
    changed: int | None

    @property
    def service(self) -> str:
        """The group of services that it is of."""
        return self.service_group or OTHER_SERVICES

    @cached_property
    def tally(self) -> Tally:
        """What it counts: answers as they stand, what became of asking as sealed."""
        return self._tally(self.anew or self.ratings)

    @property
    def first_sealed(self) -> Tally:
        """What it counted on the day it closed, which is what its parts add up to."""
        return self._tally(self.ratings) if self.anew else self.tally

    def _tally(self, ratings: Document) -> Tally:
        counts = {name: self.funnel[name] for name in ("pending", "asked", "accepted", "held")}
        return Tally(
            ratings=Counter({int(rating): n for rating, n in ratings.items()}),
            not_asked=Counter(self.funnel["not_asked"]),
            **counts,
        )


def standing(blocks: Iterable[ColumnElement[bool]]) -> list[Standing]:
    """The blocks of which this is true, in the order in which they were made."""
    of_block = (Block.partner_id, Block.service_group, Block.closes, Block.ratings, Block.funnel)
    statement = (
        select(*of_block, RestatedBlock.ratings, RestatedBlock.changed)
        .outerjoin(RestatedBlock, RestatedBlock.block_id == Block.id)
        .where(*blocks)
        .order_by(Block.id)
    )
    return [Standing(*row) for row in db.session.execute(statement)]


def years_restated(blocks: Iterable[Standing]) -> list[str]:
    """Of which years some of these blocks were restated."""
    return sorted({each.closes[:4] for each in blocks if each.anew})
