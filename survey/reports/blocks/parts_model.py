"""The table of the parts that blocks are divided into, which are all that side tables are made of.

Rows are added with their block, and the database refuses to change or delete them. The parts of a
block are disjoint and together all of it.
"""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Document, Identity, points_at
from survey.reports.blocks.dividing import Value


class BlockPart(Base):
    """Answers of a block with the same values in what is told apart of them. It never changes.

    `people` gave `answers`; `ratings` counts these by rating, `squares` is that of a block.
    `channel`, `within_target` and `hours`, a name in `bands.BANDS`, are null where they are not
    told apart; `directorate_id` and `topic` also where the enquiries had none, and then they are
    told. Those that were found to be divided no further are `stopped`; so are those of which nobody
    knows.
    """

    __tablename__ = "block_part"
    __table_args__ = (
        CheckConstraint("people >= 5", name="people_are_enough"),
        CheckConstraint("answers >= people", name="each_answered"),
        CheckConstraint("squares >= answers", name="squares_are_enough"),
        CheckConstraint("directorate_told OR directorate_id IS NULL", name="directorate_is_told"),
        CheckConstraint("topic_told OR topic IS NULL", name="topic_is_told"),
    )

    id: Mapped[Identity]
    block_id: Mapped[int] = points_at("block.id")
    directorate_told: Mapped[bool]
    directorate_id: Mapped[int | None]
    topic_told: Mapped[bool]
    topic: Mapped[str | None] = mapped_column(String(100))
    channel: Mapped[str | None] = mapped_column(String(20))
    within_target: Mapped[bool | None]
    hours: Mapped[str | None] = mapped_column(String(10))
    people: Mapped[int]
    answers: Mapped[int]
    squares: Mapped[int]
    ratings: Mapped[Document]
    stopped: Mapped[bool]

    @property
    def told(self) -> dict[str, Value]:
        """What is told apart: values by the name of the side, hours by that of their band."""
        told = {"directorate": self.directorate_told, "topic": self.topic_told}
        values = {
            **{"directorate": self.directorate_id, "topic": self.topic, "channel": self.channel},
            **{"target": self.within_target, "hours": self.hours},
        }
        return {side: value for side, value in values.items() if told.get(side, value is not None)}
