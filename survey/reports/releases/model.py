"""The tables of releases: what was reported, byte for byte, and about whom.

Rows are only added: the database refuses to change or delete them.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Identity, Month, PublicId


class Release(Base):
    """Figures of whole sealed months as somebody reported them.

    `content` is kept as text, since the keyed `fingerprint` is of every byte of it: JSON columns
    order keys anew. The same content is one release, whoever freezes it again.
    """

    __tablename__ = "release"
    __table_args__ = (CheckConstraint("first_month <= last_month", name="begins_before_it_ends"),)

    id: Mapped[Identity]
    uuid: Mapped[PublicId]
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str | None] = mapped_column(String(120))
    first_month: Mapped[Month]
    last_month: Mapped[Month]
    content: Mapped[str] = mapped_column(Text)
    frozen_by: Mapped[str] = mapped_column(String(80))
    frozen_at: Mapped[datetime]


class ReleasePartner(Base):
    """A partner whose figures a release holds: who may not see all of them may not see it."""

    __tablename__ = "release_partner"

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), primary_key=True)
