"""The tables of people and of the decision about each closure: to ask, or not and why not."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Identity, PublicId, points_at


class Person(Base):
    """Whoever asked: known by a keyed hash of the address, which itself is encrypted and erasable.

    Asking begins with one conditional update of `last_asked_at`, so that nobody is asked twice.
    `opted_out_at` is from everything; see `PartnerOptOut`. `bounced_at`: nothing reaches them.
    """

    __tablename__ = "person"

    id: Mapped[Identity]
    hash: Mapped[bytes] = mapped_column(unique=True)
    address: Mapped[bytes | None]
    last_asked_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]


class PartnerOptOut(Base):
    """A person asks not to be asked about one partner's enquiries, and may be about others'."""

    __tablename__ = "partner_opt_out"
    __table_args__ = (
        UniqueConstraint("person_id", "partner_id", name="uq_partner_opt_out_is_said_once"),
    )

    id: Mapped[Identity]
    person_id: Mapped[int] = points_at("person.id", index=False)
    partner_id: Mapped[int] = points_at("partner.id", index=False)
    opted_out_at: Mapped[datetime]


class Invitation(Base):
    """The decision about one closure. Asked: a link with its life. Not asked: the reason.

    What is left to send is `asked AND sent_at IS NULL AND refused_at IS NULL`, and due at
    `next_attempt_at`; that is never where the source sends the link itself (`Closure.deliver`).
    From `sent_at` on, a letter may be with the person, and what was asked stays asked: where
    `next_attempt_at` is not null then, it is to be sent again, since it came back for now
    (`returns` counts how often) or nobody knows whether it arrived. What is left to remind is due
    at `remind_at`, until that is null. A letter that came back for good has `bounced_at`.
    `mail_system` is who receives it, known once it was looked up. A worker holds an invitation for
    as long as `claimed_until` lies ahead. Answered and expired are derived.
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
        Index(
            "ix_invitation_again",
            "next_attempt_at",
            sqlite_where=text("sent_at IS NOT NULL AND next_attempt_at IS NOT NULL"),
            postgresql_where=text("sent_at IS NOT NULL AND next_attempt_at IS NOT NULL"),
        ),
        Index(
            "ix_invitation_remind",
            "remind_at",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
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
    bounced_at: Mapped[datetime | None]
    returns: Mapped[int] = mapped_column(default=0)
    remind_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    mail_system: Mapped[str | None] = mapped_column(String(100))


class MailSystem(Base):
    """One that receives mail for any number of domains, and how fast we may write to it.

    A token bucket: `tokens` letters could go out at `refilled_at`. A system that put many letters
    off was slowed to so many a minute at `slowed_at`, and grows back from there; `borne` more may
    be put off before it is slowed again. The row named `*` stands for all together.
    """

    __tablename__ = "mail_system"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    tokens: Mapped[float]
    refilled_at: Mapped[datetime]
    slowed_to: Mapped[float | None]
    slowed_at: Mapped[datetime | None]
    borne: Mapped[float]
