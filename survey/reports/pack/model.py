"""The table of packs: what was asked for, and the PDF once it is made, for some days."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.claims import Claimable
from survey.foundation.database import Code, PublicId

_WAITING = text("made_at IS NULL AND given_up_at IS NULL")


class Pack(Claimable):
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

    uuid: Mapped[PublicId]
    digest: Mapped[bytes] = mapped_column(unique=True)
    period: Mapped[str] = mapped_column(String(20))
    partner: Mapped[Code | None]
    partners: Mapped[list[str]]
    language: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    html: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    pdf: Mapped[bytes | None]


UNDONE = and_(Pack.made_at.is_(None), Pack.given_up_at.is_(None))
