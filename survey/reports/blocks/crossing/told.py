"""Rows of quarters that were told by one side, beside which their parts tell nothing more of it."""

from collections import Counter
from collections.abc import Collection, Iterator

from sqlalchemy import select

from survey.foundation.database import db
from survey.reports.blocks.crossing.model import Crossing, CrossingRow
from survey.reports.blocks.sides import Counted
from survey.reports.periods import parse
from survey.reports.tally import Tally


def count_crossings(
    side: str, quarters: Collection[str], partners: Collection[int] | None
) -> Iterator[Counted]:
    """What the rows of these partners' quarters (None: of all partners) count by a side.

    Each counts in the last month of its quarter, and is of no service.
    """
    rows = select(Crossing.partner_id, Crossing.quarter, CrossingRow).join(
        CrossingRow, CrossingRow.crossing_id == Crossing.id
    )
    chosen = rows.where(Crossing.side == side, Crossing.quarter.in_(quarters))
    if partners is not None:
        chosen = chosen.where(Crossing.partner_id.in_(sorted(partners)))
    for partner_id, quarter, row in db.session.execute(chosen.order_by(Crossing.id)):
        scores = Counter({True: row.satisfied, False: row.answers - row.satisfied})
        tally = Tally(satisfied=scores, squares=row.squares)
        yield Counted(partner_id, None, parse(quarter).months[-1], row.value or None, tally)
