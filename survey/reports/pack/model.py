"""The table of packs: what was asked for, and the PDF once it is made, for some days."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Code, Identity, PublicId

_WAITING = text("made_at IS NULL AND given_up_at IS NULL")


class Pack(Base):
    """A pack that somebody asked for.

    It shows the partners with these codes (empty: all), so whoever sees them all may have it.
    `html` is what was to be said when it was asked for, and `digest` tells the same from different:
    the same content is made once. Waiting, being made (claimed), made and given up follow from the
    dates. `asked_at` is when somebody last asked, `asked_by` is who did first.
    """

    __tablename__ = "pack"
    __table_args__ = (
        CheckConstraint("(made_at IS NULL) = (pdf IS NULL)", name="made_is_there"),
        CheckConstraint("(made_at IS NULL) = (html IS NOT NULL)", name="unmade_can_be_made"),
        CheckConstraint("made_at IS NULL OR given_up_at IS NULL", name="made_is_not_given_up"),
        Index(
            "ix_pack_waiting",
            "next_attempt_at",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: Mapped[Identity]
    uuid: Mapped[PublicId]
    digest: Mapped[bytes] = mapped_column(unique=True)
    period: Mapped[str] = mapped_column(String(20))
    partner: Mapped[Code | None]
    partners: Mapped[list[str]]
    language: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    html: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    pdf: Mapped[bytes | None]
