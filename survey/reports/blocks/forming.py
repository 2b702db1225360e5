"""Makes blocks of what waits: each series at the end of its period, then what is left of a partner.

A series is a partner's service group. Whose answers are too few, or too much alike, wait for the
next period; at the end of a quarter a partner's waiting answers are taken together. A block's
answers are read once: for whether it may close, for what it counts, and for its parts.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from survey.foundation.database import change, db
from survey.reports.blocks.copying import HAS_ANSWERS
from survey.reports.blocks.dividing import counted
from survey.reports.blocks.given import given
from survey.reports.blocks.model import Block, SeriesMonth
from survey.reports.blocks.parting import divide_block
from survey.reports.blocks.rule import ends, may_close
from survey.reports.tally import on_scale

WAITS = SeriesMonth.block_id.is_(None)


def form_blocks(month: str, rhythm: str, minimum: int) -> None:
    """Make the blocks that close with this month, and divide each into parts.

    Args:
        month: the last one that was copied.
        rhythm: of this year, a name in `rule.MONTHS_OF`.
        minimum: how many people a block holds at least.
    """
    if ends(month, rhythm):
        _form(month, minimum, (SeriesMonth.partner_id, SeriesMonth.service_group))
    if ends(month, "quarter"):
        _form(month, minimum, (SeriesMonth.partner_id,))


def _form(month: str, minimum: int, by: tuple[InstrumentedAttribute[Any], ...]) -> None:
    """A block for each partner, or for each of its service groups, whose answers are enough."""
    first_months = select(*by, func.min(SeriesMonth.month)).where(WAITS, HAS_ANSWERS).group_by(*by)
    for *key, first_month in db.session.execute(first_months.order_by(*by)).all():
        mine = (WAITS, *(column == at for column, at in zip(by, key, strict=True)))
        answers = given(*mine)
        whole = counted(answers)
        if not may_close(whole.waiting, minimum):
            continue
        block = Block(
            **{column.key: at for column, at in zip(by, key, strict=True)},
            first_month=first_month,
            closes=month,
            people=whole.people,
            answers=len(answers),
            squares=whole.squares,
            ratings=on_scale(whole.ratings),
            funnel=_together(db.session.scalars(select(SeriesMonth.funnel).where(*mine))),
        )
        db.session.add(block)
        db.session.flush()
        change(update(SeriesMonth).where(*mine).values(block_id=block.id))
        divide_block(block, answers, minimum)


def _together(funnels: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The sum of several funnels."""
    total: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for funnel in funnels:
        total.update({name: count for name, count in funnel.items() if name != "not_asked"})
        reasons.update(funnel["not_asked"])
    return {**total, "not_asked": dict(reasons)}
