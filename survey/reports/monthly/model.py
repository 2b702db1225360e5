"""The tables of months counted beforehand, narrow ones, and of what changed since.

A month is announced before it is counted. From then on the database notes its name in
`monthly_change` whenever something that figures count of it changes, in the same transaction, by
triggers: so no way of changing a row can forget to. A month counts as it stands in these tables
while it is ready and nothing is noted.
"""

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Document, Identity, Month


class MonthlyMonth(Base):
    """A month that is counted, or soon will be.

    `since` is the transaction, on PostgreSQL, before which some may have changed the month without
    a note; null until the month was announced. `edition` is drawn anew whenever it is counted, so
    that what is remembered of a count is never taken for that of another, not even after a backup
    was restored.
    """

    __tablename__ = "monthly_month"

    month: Mapped[Month] = mapped_column(primary_key=True)
    since: Mapped[int | None] = mapped_column(BigInteger)
    ready: Mapped[bool] = mapped_column(default=False)
    edition: Mapped[str | None] = mapped_column(String(32))


class MonthlyChange(Base):
    """A note that something of a month has changed."""

    __tablename__ = "monthly_change"

    id: Mapped[Identity]
    month: Mapped[Month] = mapped_column(index=True)


class _Cell:
    """What a row is about; null where its shape does not tell it apart."""

    partner_id: Mapped[int | None]
    service_id: Mapped[int | None]
    directorate_id: Mapped[int | None]
    channel: Mapped[str | None] = mapped_column(String(20))
    within_target: Mapped[bool | None]


class MonthlyCount(_Cell, Base):
    """A tally of one month, by the dimensions of a shape, without `squares`."""

    __tablename__ = "monthly_count"
    __table_args__ = (Index("ix_monthly_count_month", "month", "shape", "partner_id"),)

    id: Mapped[Identity]
    month: Mapped[Month]
    shape: Mapped[str] = mapped_column(String(40))
    counts: Mapped[Document]


class MonthlyEligible(_Cell, Base):
    """Who might have been asked about one month's enquiries, by all that weights go by."""

    __tablename__ = "monthly_eligible"
    __table_args__ = (Index("ix_monthly_eligible_month", "month", "partner_id"),)

    id: Mapped[Identity]
    month: Mapped[Month]
    eligible: Mapped[int]
    asked: Mapped[int]
    answered: Mapped[int]
    satisfied: Mapped[int]


class MonthlyWindow(Base):
    """Months taken together by a shape, since people who answered in several are no sum of them."""

    __tablename__ = "monthly_window"
    __table_args__ = (
        UniqueConstraint("first", "last", "shape", name="uq_monthly_window_is_counted_once"),
    )

    id: Mapped[Identity]
    first: Mapped[Month]
    last: Mapped[Month]
    shape: Mapped[str] = mapped_column(String(40))


class MonthlySquares(_Cell, Base):
    """How often the same people answered about a window's enquiries."""

    __tablename__ = "monthly_squares"

    id: Mapped[Identity]
    window_id: Mapped[int] = mapped_column(
        ForeignKey("monthly_window.id", ondelete="CASCADE"), index=True
    )
    squares: Mapped[int]
