"""The table of readings: what was understood of a comment, and by which method."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.comments.sentiment.mood import SENTIMENTS
from survey.foundation.database import Base, Identity


class Reading(Base):
    """What was understood of a comment. `polarity` runs from -1 to 1, null where not scored.

    `failure` names the error that kept a comment from being read; its sentiment is `unread`.
    """

    __tablename__ = "reading"
    __table_args__ = (
        CheckConstraint(f"sentiment IN {SENTIMENTS}", name="sentiment_is_known"),
        CheckConstraint("polarity BETWEEN -1 AND 1", name="polarity_in_range"),
    )

    id: Mapped[Identity]
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), unique=True)
    method: Mapped[str] = mapped_column(String(60))
    sentiment: Mapped[str] = mapped_column(String(10))
    polarity: Mapped[float | None]
    failure: Mapped[str | None] = mapped_column(String(80))
    read_at: Mapped[datetime]
