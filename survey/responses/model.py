"""The tables of answers: every revision is a row, a suspicious one is held, not lost; consents."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Document, Identity, Month, PublicId, points_at

# Of a hold.
_STANDS = text("released_at IS NULL")


class Response(Base):
    """What one person answered on one form. Another form of the same invitation is a revision.

    `nonce` names the form that was shown and what was answered on it: sent twice, it is one row.
    Rating and ease run from 1 (very dissatisfied, very difficult) to 5. `comment` is the encrypted
    original; `answers` holds what has no column, by question key; `texts` the short texts, as
    encrypted JSON. `visitor` is a keyed hash of where and with what it was sent from, for two days.
    """

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("invitation_id", "nonce", name="uq_response_once_per_form"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating_in_range"),
        CheckConstraint("ease BETWEEN 1 AND 5", name="ease_in_range"),
        CheckConstraint("resolved IN ('yes', 'partly', 'no')", name="resolved_is_known"),
        Index(
            "ix_response_with_comment",
            "id",
            sqlite_where=text("comment IS NOT NULL"),
            postgresql_where=text("comment IS NOT NULL"),
        ),
        Index("ix_response_month", "answered_month"),
    )

    id: Mapped[Identity]
    uuid: Mapped[PublicId]
    invitation_id: Mapped[int] = points_at("invitation.id", index=False)
    nonce: Mapped[str] = mapped_column(String(32))
    questionnaire: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(20))
    rating: Mapped[int]
    ease: Mapped[int | None]
    resolved: Mapped[str | None] = mapped_column(String(10))
    answers: Mapped[Document]
    comment: Mapped[bytes | None]
    texts: Mapped[bytes | None]
    answered_at: Mapped[datetime]
    answered_month: Mapped[Month]
    visitor: Mapped[bytes | None]


class Hold(Base):
    """A response kept but not counted, since something about it looked like a machine.

    It is held once at a time, however many find at the same moment that it is to be.
    """

    __tablename__ = "hold"
    __table_args__ = (
        Index(
            "uq_hold_stands_once",
            "response_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[Identity]
    response_id: Mapped[int] = points_at("response.id")
    held_at: Mapped[datetime]
    signs: Mapped[list[str]]
    released_at: Mapped[datetime | None]


class Consent(Base):
    """Something a person allowed after an answer: to be contacted, or that its comment is quoted.

    `wording` is what they read when they ticked it, in `language`; `version` numbers it. Taken
    back, a row keeps both its moments, and allowing it again is another row.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("kind IN ('contact', 'quote')", name="kind_is_known"),
        CheckConstraint("withdrawn_at >= given_at", name="withdrawn_after_given"),
        Index(
            "uq_consent_stands_once",
            "response_id",
            "kind",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Identity]
    uuid: Mapped[PublicId]
    response_id: Mapped[int] = points_at("response.id")
    kind: Mapped[str] = mapped_column(String(10))
    wording: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
