"""The tables of quarters that were told by one side. They are added when the quarter is sealed."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Identity, points_at


class Crossing(Base):
    """A partner's quarter of which answers could be told by a side; without rows they are not."""

    __tablename__ = "crossing"
    __table_args__ = (UniqueConstraint("partner_id", "quarter", name="uq_crossing_once_a_partner"),)

    id: Mapped[Identity]
    partner_id: Mapped[int] = points_at("partner.id", index=False)
    quarter: Mapped[str] = mapped_column(String(7))
    side: Mapped[str] = mapped_column(String(12))


class CrossingRow(Base):
    """Answers with one value of the side, in all of the partner's blocks that close in the quarter.

    `value` is as it is shown, empty for none; that of all which are not told apart is
    `not-told-apart`. `people` gave `answers`, of which `satisfied` are a 4 or 5; `squares` is that
    of a block.
    """

    __tablename__ = "crossing_row"
    __table_args__ = (
        CheckConstraint("people >= 5", name="people_are_enough"),
        CheckConstraint("answers >= people", name="each_answered"),
        CheckConstraint("squares >= answers", name="squares_are_enough"),
        CheckConstraint("satisfied BETWEEN 0 AND answers", name="satisfied_are_of_these"),
    )

    crossing_id: Mapped[int] = mapped_column(ForeignKey("crossing.id"), primary_key=True)
    value: Mapped[str] = mapped_column(String(100), primary_key=True)
    people: Mapped[int]
    answers: Mapped[int]
    squares: Mapped[int]
    satisfied: Mapped[int]
