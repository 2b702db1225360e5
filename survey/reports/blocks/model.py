"""The tables of what is sealed: months, what was true of a series in each, answers copied, blocks.

Rows are only added, and the database refuses to change or delete what is published. A series' month
gets its block once and keeps it; so what a block counts can be counted again at any time from the
answers below it.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Code, Document, Identity, Month, points_at
from survey.partnership.settings import RHYTHMS


class SealedMonth(Base):
    """A month whose answers were copied. `rhythm` is how often blocks close, all year long.

    `last_response` and `last_closure` are the highest ids there were when copying began: what is
    higher came later, whatever clocks said. Null where nobody noted it.
    """

    __tablename__ = "sealed_month"
    __table_args__ = (CheckConstraint(f"rhythm IN {RHYTHMS}", name="rhythm_is_known"),)

    month: Mapped[Month] = mapped_column(primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(10))
    sealed_at: Mapped[datetime]
    last_response: Mapped[int | None]
    last_closure: Mapped[int | None]


class Block(Base):
    """The smallest group of answers that is ever published exactly. It never changes.

    It counts in the month `closes`, and holds answers from `first_month` on. `people` gave
    `answers`; `ratings` counts these by rating, `squares` is the sum over people of the square of
    how many each gave (of the forgotten, one each). Of the closures of the same months, `funnel`
    says what became of them. Without `service_group` it is of several: "other services".
    """

    __tablename__ = "block"
    __table_args__ = (
        UniqueConstraint("partner_id", "service_group", "closes", name="uq_block_once_a_month"),
        CheckConstraint("people >= 5", name="people_are_enough"),
        CheckConstraint("answers >= people", name="each_answered"),
        CheckConstraint("squares >= answers", name="squares_are_enough"),
        CheckConstraint("first_month <= closes", name="begins_before_it_closes"),
        Index("ix_block_closes", "closes", "partner_id"),
    )

    id: Mapped[Identity]
    partner_id: Mapped[int] = points_at("partner.id", index=False)
    service_group: Mapped[str | None] = mapped_column(String(40))
    first_month: Mapped[Month]
    closes: Mapped[Month]
    people: Mapped[int]
    answers: Mapped[int]
    squares: Mapped[int]
    ratings: Mapped[Document]
    funnel: Mapped[Document]


class SeriesMonth(Base):
    """One month of a partner's service group, as of the day it was sealed; its answers are below.

    `funnel` counts its closures by what became of asking. Its answers wait until it has a block.
    """

    __tablename__ = "series_month"
    __table_args__ = (
        UniqueConstraint("partner_id", "service_group", "month", name="uq_series_month_once"),
        Index(
            "ix_series_month_waiting",
            "partner_id",
            sqlite_where=text("block_id IS NULL"),
            postgresql_where=text("block_id IS NULL"),
        ),
    )

    id: Mapped[Identity]
    partner_id: Mapped[int] = points_at("partner.id", index=False)
    service_group: Mapped[Code]
    month: Mapped[Month]
    funnel: Mapped[Document]
    block_id: Mapped[int | None] = points_at("block.id")


class SealedQuarter(Base):
    """What is said of all of a partner's blocks that close in a quarter, beside their sums.

    `detail` is shown as it stands, null where the blocks hold too few people for it. `squares` is
    that of all their answers, also of people who answered in several blocks.
    """

    __tablename__ = "sealed_quarter"
    __table_args__ = (
        UniqueConstraint("partner_id", "quarter", name="uq_sealed_quarter_once_a_partner"),
        CheckConstraint("squares >= people", name="squares_are_enough"),
    )

    id: Mapped[Identity]
    partner_id: Mapped[int] = points_at("partner.id", index=False)
    quarter: Mapped[str] = mapped_column(String(7))
    people: Mapped[int]
    squares: Mapped[int]
    detail: Mapped[Document | None]


class SealedAnswer(Base):
    """The answer that counted for an invitation on the day it was copied, which happens once.

    With what was true of the enquiry then. Who gave it is found by the invitation, for as long as
    that person is not forgotten. No foreign keys: what adds rows takes both ends from their own
    tables, where nothing is ever deleted, and to look each end up again took as long as copying;
    `survey figures verify` looks.
    """

    __tablename__ = "sealed_answer"

    invitation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    series_month_id: Mapped[int] = mapped_column(index=True)
    rating: Mapped[int]
    ease: Mapped[int | None]
    resolved: Mapped[str | None] = mapped_column(String(10))
    sentiment: Mapped[str] = mapped_column(String(10))
    questionnaire: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    answers: Mapped[Document]
    directorate_id: Mapped[int | None]
    topic: Mapped[str | None] = mapped_column(String(100))
    channel: Mapped[str] = mapped_column(String(20))
    within_target: Mapped[bool]
    hours_to_close: Mapped[float]
