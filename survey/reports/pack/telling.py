"""Whether a pack would tell anything, so that nobody sends round pages of dashes unawares.

Of months that are not sealed yet a pack has closed enquiries and no answers; of months in which
nothing came in it has neither.
"""

from sqlalchemy import func, select

from survey.foundation.database import db
from survey.reports.blocks.model import SealedMonth
from survey.reports.board.view import BoardView


class NothingToTell(ValueError):
    """No enquiry was closed in the period, and no block of answers closes in it."""


def answers_missing(view: BoardView) -> str | None:
    """One line for whoever makes a pack without answers in it: why; None where there are some.

    Raises:
        NothingToTell: closed enquiries are missing as well; the message is such a line.
    """
    if any(row["n"] for row in view.by_partner["rows"]):
        return None
    if not view.total["within_target"]["n"]:
        ends = dict.fromkeys((view.period.months[0], view.period.months[-1]))
        raise NothingToTell(f"there is nothing to tell of {' to '.join(ends)}: {_sealed()}")
    return f"there are no answers in it, only closed enquiries: {_sealed()}"


def _sealed() -> str:
    ends = select(func.min(SealedMonth.month), func.max(SealedMonth.month))
    first, last = db.session.execute(ends).one()
    return f"the months from {first} to {last} are sealed" if last else "no month is sealed yet"
