"""The tables of readings: what was understood of a comment, by which method, in which edition.

An edition is one whole set of readings. The current one is the last that has `current_since`;
figures look at no other. A newer one without it is being read, see `rereading.py`.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.comments.sentiment.mood import SENTIMENTS
from survey.foundation.claims import Claimable
from survey.foundation.database import Base, Identity, PublicId, points_at


class ReadingEdition(Base):
    """One whole set of readings.

    `cursor` is how far, by the id of responses, its reading is given out to workers; `method` is
    what it was opened for.
    """

    __tablename__ = "reading_edition"

    id: Mapped[Identity]
    method: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime]
    current_since: Mapped[datetime | None]
    cursor: Mapped[int] = mapped_column(default=0)


class Reading(Base):
    """What was understood of a comment. `polarity` runs from -1 to 1, null where not scored.

    `method` is what truly read it: an edition carries over what it cannot read again. `told` is
    encrypted JSON of all that quotes the comment (`telling.py`), null where nothing may any more.
    `failure` names the error that kept a comment from being read; its sentiment is `unread`.
    """

    __tablename__ = "reading"
    __table_args__ = (
        UniqueConstraint("response_id", "edition_id", name="uq_reading_once_per_edition"),
        CheckConstraint(f"sentiment IN {SENTIMENTS}", name="sentiment_is_known"),
        CheckConstraint("polarity BETWEEN -1 AND 1", name="polarity_in_range"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_in_range"),
    )

    id: Mapped[Identity]
    response_id: Mapped[int] = points_at("response.id", index=False)
    edition_id: Mapped[int] = points_at("reading_edition.id", index=False)
    method: Mapped[str] = mapped_column(String(80))
    sentiment: Mapped[str] = mapped_column(String(10))
    polarity: Mapped[float | None]
    confidence: Mapped[float | None]
    at_odds: Mapped[bool] = mapped_column(default=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    told: Mapped[bytes | None]
    failure: Mapped[str | None] = mapped_column(String(80))
    read_at: Mapped[datetime]


class MentionRow(Base):
    """A theme that a comment mentions, with the sentiment of all the clauses it stands in."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("reading_id", "theme", name="uq_mention_once_per_reading"),
        CheckConstraint(f"sentiment IN {SENTIMENTS}", name="sentiment_is_known"),
    )

    id: Mapped[Identity]
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id", ondelete="CASCADE"))
    theme: Mapped[str] = mapped_column(String(40))
    sentiment: Mapped[str] = mapped_column(String(10))


class UrgentNotice(Claimable):
    """A comment of which somebody must be told: once, whatever is read again.

    `uuid` names its letter. It is never given up; so there is no column for that.
    """

    __tablename__ = "urgent_notice"
    __table_args__ = (
        Index(
            "ix_urgent_notice_unsent",
            "next_attempt_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    uuid: Mapped[PublicId]
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), unique=True)
    found_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
