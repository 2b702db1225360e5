"""What boards were told before, and what it follows from.

What they read of sealed months changes when another month is sealed or the partnership is loaded
anew, and never else. What is not sealed to its end is worked out each time.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, true

from survey.foundation.database import Document, db
from survey.partnership.model import PartnershipRow
from survey.reports.blocks.model import SealedMonth
from survey.reports.blocks.published import FOR_BOARDS, published
from survey.reports.exports.sending import Written
from survey.reports.kept import Visible, kept_or_new
from survey.reports.query import FiguresQuery


class State(NamedTuple):
    """What answers for boards follow from, and change with."""

    month: str
    sealed_at: datetime
    loaded_at: datetime
    settings: Document


def kept_published(query: FiguresQuery, visible_partners: Visible) -> Written:
    """What `published` answers, written down; kept from before where it can be.

    Raises: as `published` does.
    """
    return kept_or_new(FOR_BOARDS, query, visible_partners, _state_of, published)


def _state_of(query: FiguresQuery) -> State | None:
    """None before the partnership is loaded, or the last month of the period sealed."""
    row = db.session.execute(
        select(
            SealedMonth.month,
            SealedMonth.sealed_at,
            PartnershipRow.loaded_at,
            PartnershipRow.settings,
        )
        .join(PartnershipRow, true())
        .order_by(SealedMonth.month.desc())
        .limit(1)
    ).first()
    return State(*row) if row and query.period.months[-1] <= row.month else None
