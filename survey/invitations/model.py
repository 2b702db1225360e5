"""The tables of people and of the decision about each closure: to ask, or not and why not."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Identity, PublicId, points_at


class Person(Base):
    """Whoever asked: known by a keyed hash of the address, which itself is encrypted and erasable.

    Asking begins with one conditional update of `last_asked_at`, so that nobody is asked twice.
    """

    __tablename__ = "person"

    id: Mapped[Identity]
    hash: Mapped[bytes] = mapped_column(unique=True)
    address: Mapped[bytes | None]
    last_asked_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]


class Invitation(Base):
    """The decision about one closure. Asked: a link with its life. Not asked: the reason.

    What is left to send is `asked AND sent_at IS NULL AND refused_at IS NULL`. A worker holds an
    invitation for as long as `claimed_until` lies ahead. Answered and expired are derived.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("asked = (reason IS NULL)", name="not_asked_has_a_reason"),
        CheckConstraint("NOT asked OR expires_at IS NOT NULL", name="asked_has_an_end"),
        Index(
            "ix_invitation_due",
            "next_attempt_at",
            sqlite_where=text("asked AND sent_at IS NULL AND refused_at IS NULL"),
            postgresql_where=text("asked AND sent_at IS NULL AND refused_at IS NULL"),
        ),
    )

    id: Mapped[Identity]
    uuid: Mapped[PublicId]
    closure_id: Mapped[int] = mapped_column(ForeignKey("closure.id"), unique=True)
    person_id: Mapped[int | None] = points_at("person.id")
    asked: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(30))
    decided_at: Mapped[datetime]
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
