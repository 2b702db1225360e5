"""Blocks as boards read them: with the counts of the day they closed, or with restated ones."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from survey.foundation.database import db
from survey.reports.blocks.grid import OTHER_SERVICES
from survey.reports.blocks.model import Block
from survey.reports.blocks.restated_model import RestatedBlock
from survey.reports.query import FiguresQuery
from survey.reports.selection import Selection
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
        funnel = self.block.funnel
        counts = {name: funnel[name] for name in ("pending", "asked", "accepted", "held")}
        stand = (self.anew or self.block).ratings
        ratings = Counter({int(rating): n for rating, n in stand.items()})
        return Tally(ratings=ratings, not_asked=Counter(funnel["not_asked"]), **counts)


def blocks_of(query: FiguresQuery, selection: Selection) -> list[Standing]:
    """The blocks that close in the period, of the partners and the service group that are meant."""
    months = query.period.months
    blocks = (
        select(Block, RestatedBlock)
        .outerjoin(RestatedBlock, RestatedBlock.block_id == Block.id)
        .where(Block.closes.between(months[0], months[-1]))
        .order_by(Block.id)
    )
    if selection.partners is not None:
        blocks = blocks.where(Block.partner_id.in_(sorted(selection.partners)))
    group = query.filters.get("service")
    if group is not None:
        other = Block.service_group.is_(None)
        blocks = blocks.where(other if group == OTHER_SERVICES else Block.service_group == group)
    return [Standing(block, anew) for block, anew in db.session.execute(blocks)]


def years_restated(blocks: list[Standing]) -> list[str]:
    """Of which years some of these blocks were restated."""
    return sorted({each.block.closes[:4] for each in blocks if each.anew})
