"""Makes blocks of what waits: each series at the end of its period, then what is left of a partner.

A series is a partner's service group. Whose answers are too few, or too much alike, wait for the
next period; at the end of a quarter a partner's waiting answers are taken together.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, case, distinct, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from survey.foundation.database import change, db
from survey.invitations.model import Invitation
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.blocks.rule import Waiting, ends, may_close
from survey.reports.measures import DISSATISFIED, SATISFIED
from survey.reports.repeated import sum_of_squares

WAITS = SeriesMonth.block_id.is_(None)
# Nobody can be told from those who were forgotten, so all of them are taken for one.
PERSON = func.coalesce(Invitation.person_id, 0)


def form_blocks(month: str, rhythm: str, minimum: int) -> None:
    """Make the blocks that close with this month.

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
    for row in db.session.execute(_waiting(by)).all():
        if not may_close(Waiting(row.people, row.low, row.high, row.scores), minimum):
            continue
        key = {column.key: getattr(row, column.key) for column in by}
        mine = (WAITS, *(column == key[column.key] for column in by))
        block = Block(
            **key,
            first_month=row.first_month,
            closes=month,
            people=row.people,
            answers=row.answers,
            squares=row.answers if row.people == row.answers else _squares(mine),
            ratings=_ratings(mine),
            funnel=_together(db.session.scalars(select(SeriesMonth.funnel).where(*mine))),
        )
        db.session.add(block)
        db.session.flush()
        change(update(SeriesMonth).where(*mine).values(block_id=block.id))


def _waiting(by: Iterable[InstrumentedAttribute[Any]]) -> Select[Any]:
    """What is known of the answers that wait, together by these columns."""
    return (
        select(
            func.count(distinct(PERSON)).label("people"),
            func.count(case((SealedAnswer.rating.in_(DISSATISFIED), 1))).label("low"),
            func.count(case((SealedAnswer.rating.in_(SATISFIED), 1))).label("high"),
            func.count(distinct(SealedAnswer.rating)).label("scores"),
            func.count().label("answers"),
            func.min(SeriesMonth.month).label("first_month"),
            *by,
        )
        .select_from(SealedAnswer)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .where(WAITS)
        .group_by(*by)
        .order_by(*by)
    )


def _ratings(mine: Iterable[Any]) -> dict[str, int]:
    """How many gave each rating."""
    counted = (
        select(SealedAnswer.rating, func.count().label("times"))
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .where(*mine)
        .group_by(SealedAnswer.rating)
    )
    counts = Counter({row.rating: row.times for row in db.session.execute(counted)})
    return {str(rating): counts[rating] for rating in range(1, 6)}


def _squares(mine: Iterable[Any]) -> int:
    """How often the same people answered."""
    people = (
        select(Invitation.person_id, func.count().label("times"))
        .join(SealedAnswer, SealedAnswer.invitation_id == Invitation.id)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .where(*mine)
        .group_by(Invitation.person_id)
        .subquery()
    )
    return int(db.session.scalar(select(sum_of_squares(people))) or 0)


def _together(funnels: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The sum of several funnels."""
    total: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for funnel in funnels:
        total.update({name: count for name, count in funnel.items() if name != "not_asked"})
        reasons.update(funnel["not_asked"])
    return {**total, "not_asked": dict(reasons)}
