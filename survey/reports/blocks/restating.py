"""Counts parts of a year's blocks anew, once: when the first quarter of the year after is sealed.

By then answers were revised, held and released. What may be counted anew is the rule's, part by
part: what was published of one says nothing about another. Parts themselves stay as they are: the
new counts stand beside them.
"""

from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import select

from survey.foundation.database import db
from survey.reports.blocks.crossing.model import Crossing
from survey.reports.blocks.moving import answers_by_part, moved_blocks
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.restated_model import RestatedPart
from survey.reports.blocks.restating_rule import Moved, restated
from survey.reports.periods import quarter_of

WITH = "-03"


def restate(month: str, minimum: int) -> None:
    """Count anew what may be of the blocks of the year before, if this month ends its look back.

    Args:
        month: the one that is being sealed.
        minimum: how many people a part holds at least.
    """
    year = year_counted_anew(month)
    if year is None:
        return
    crossed = _quarters_crossed(year)
    for block in moved_blocks(year, minimum):
        # Rows that cross a part were told with what it counted then, and hold nobody's changes.
        if (block.partner_id, quarter_of(block.closes)) in crossed:
            continue
        for part, answers in answers_by_part(block.id):
            # The proof deals one that is stopped out as two groups, and asks for ten people of one.
            if not part.stopped:
                _restate(part, month, answers, minimum)
    db.session.flush()


def _quarters_crossed(year: str) -> set[tuple[int, str]]:
    """Of which partners' quarters rows could be told that cross their parts."""
    quarters = select(Crossing.partner_id, Crossing.quarter)
    found = db.session.execute(quarters.where(Crossing.quarter.startswith(year)))
    return {(partner_id, quarter) for partner_id, quarter in found}


def year_counted_anew(month: str) -> str | None:
    """The year that is counted anew when this month is sealed: the one before; None where none."""
    return f"{int(month[:4]) - 1:04d}" if month.endswith(WITH) else None


def counted_anew_with(year: str) -> str:
    """The month with which a year is counted anew."""
    return f"{int(year) + 1:04d}{WITH}"


def _restate(part: BlockPart, month: str, answers: Collection[Moved], minimum: int) -> None:
    anew = restated(answers, minimum)
    if anew:
        of = {"block_id": part.block_id, "part_id": part.id, "with_month": month}
        db.session.add(RestatedPart(**of, **asdict(anew)))
