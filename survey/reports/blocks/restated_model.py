"""The table of parts counted anew, once, with the first quarter of the year after."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from survey.foundation.database import Base, Document, Identity, Month, points_at


class RestatedPart(Base):
    """What boards read in place of a part's own counts. It never changes, as the part never does.

    Counted when `with_month` was sealed. `changed` people's answers were others than before.
    """

    __tablename__ = "restated_part"
    __table_args__ = (
        UniqueConstraint("part_id", name="uq_restated_part_once"),
        CheckConstraint("people >= 5", name="people_are_enough"),
        CheckConstraint("answers >= people", name="each_answered"),
        CheckConstraint("changed >= 5", name="changed_are_enough"),
    )

    id: Mapped[Identity]
    block_id: Mapped[int] = points_at("block.id")
    part_id: Mapped[int] = points_at("block_part.id", index=False)
    with_month: Mapped[Month]
    people: Mapped[int]
    answers: Mapped[int]
    ratings: Mapped[Document]
    changed: Mapped[int]
