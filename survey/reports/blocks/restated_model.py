"""The table of blocks counted anew, once, with the first quarter of the year after."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Document, Month


class RestatedBlock(Base):
    """What boards read in place of a block's own counts. It never changes, as the block never does.

    Counted when `with_month` was sealed. `changed` people's answers were others than before.
    """

    __tablename__ = "restated_block"
    __table_args__ = (
        CheckConstraint("people >= 5", name="people_are_enough"),
        CheckConstraint("answers >= people", name="each_answered"),
        CheckConstraint("changed >= 5", name="changed_are_enough"),
    )

    block_id: Mapped[int] = mapped_column(ForeignKey("block.id"), primary_key=True)
    with_month: Mapped[Month]
    people: Mapped[int]
    answers: Mapped[int]
    ratings: Mapped[Document]
    changed: Mapped[int]
