"""Work that waits in a table, one row each: which worker has it, until when, and when next.

A row is due from `next_attempt_at` on. Whoever takes it writes its claim down and commits that
before it begins, so that no transaction is open meanwhile and all others skip the row. A killed
worker's claim lapses, and the row is due again. What failed is put off, longer each time; a step
that gives up some day says when. Invitations have claims of their own, since they are taken by the
hundred, as their receivers' paces allow, renewed while several are on the way, and no longer first
letters where a claim has lapsed: said here, that would be more and not less.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, Select, String, and_, func, literal, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation import clock
from survey.foundation.database import Base, Identity, change, db

RELEASED: dict[str, Any] = {"claimed_by": None, "claimed_until": None}
LONGEST_PAUSE = timedelta(hours=1)
# Far beyond any longest pause, and no number too large for a time.
MOST_DOUBLINGS = 20

Taken = Row[*tuple[Any, ...]]


class Claimable(Base):
    """A table of such work. `attempts` counts those that began."""

    __abstract__ = True

    id: Mapped[Identity]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None]


@dataclass(frozen=True)
class Claims:
    """How workers share one table.

    Attributes:
        table: it.
        undone: what is neither done nor given up.
        hold: how long after it began a worker that does not come back is taken for dead.
        first_pause: how long a row waits after its first failure; see `pause`.
    """

    table: type[Claimable]
    undone: ColumnElement[bool]
    hold: timedelta
    first_pause: timedelta

    def due(self) -> ColumnElement[bool]:
        """What is to be done by now, whoever holds it."""
        return and_(self.undone, self.table.next_attempt_at <= clock.now())

    def oldest_due(self, *conditions: ColumnElement[bool]) -> datetime | None:
        """Since when what waits longest is due, of what meets the conditions too."""
        since = select(func.min(self.table.next_attempt_at))
        return db.session.scalar(since.where(self.due(), *conditions))

    def take(self, rows: Select[*tuple[Any, ...]], **values: Any) -> Taken | None:
        """Hold the one of these that is due longest; `begin` commits that.

        It has what was selected, `id`, `attempts` with this one, and `claimed_by`.

        Args:
            rows: a SELECT from the table, of what else is needed to do it.
            values: what else is to be written down with the claim.
        """
        table, now, name = self.table, clock.now(), uuid4().hex
        taken = db.session.execute(
            rows.add_columns(
                table.id,
                (table.attempts + 1).label("attempts"),
                literal(name).label("claimed_by"),
            )
            .where(self.due(), or_(table.claimed_until.is_(None), table.claimed_until <= now))
            .order_by(table.next_attempt_at)
            .limit(1)
            .with_for_update(of=table, skip_locked=True)
        ).first()
        if taken:
            claim = {"claimed_by": name, "claimed_until": now + self.hold}
            self._note(table.id == taken.id, attempts=taken.attempts, **claim, **values)
        return taken

    def begin(self, taken: Taken) -> Iterator[int]:
        """Commit the claim. Where the process is to end instead, that was no attempt."""
        try:
            yield 0
        except GeneratorExit:
            self.let_go(taken, attempts=taken.attempts - 1)
            raise

    def put_off(self, taken: Taken) -> None:
        """It failed, and is due again later."""
        later = clock.now() + pause(taken.attempts, self.first_pause)
        self.let_go(taken, next_attempt_at=later)

    def let_go(self, taken: Taken, **values: Any) -> None:
        """It was not done; nothing is changed where another worker has taken it over."""
        mine = and_(self.table.id == taken.id, self.table.claimed_by == taken.claimed_by)
        self._note(mine, **RELEASED, **values)

    def settle(self, taken: Taken, **values: Any) -> int:
        """It is done, whoever holds it by now; 1, or 0 where another worker was faster."""
        return self._note(and_(self.table.id == taken.id, self.undone), **RELEASED, **values)

    def _note(self, which: ColumnElement[bool], **values: Any) -> int:
        return change(update(self.table).where(which).values(values))


def pause(attempts: int, first: timedelta, longest: timedelta = LONGEST_PAUSE) -> timedelta:
    """How long to wait after so many attempts: `first` after one, doubling up to `longest`."""
    return min(first * (1 << min(attempts - 1, MOST_DOUBLINGS)), longest)
