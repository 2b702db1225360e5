"""The tables of what came in: closures, enquiries still open, and what must not come in again."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.enquiries.fields import CHANNELS, DELIVERIES
from survey.foundation.database import Base, Document, Identity, Month, PublicId, points_at
from survey.partnership.settings import OUTCOMES


def _when_it_came(context: Any) -> datetime:
    moment: datetime = context.get_current_parameters()["received_at"]
    return moment


class Closure(Base):
    """One time an enquiry was closed, with what was true then, never read later from elsewhere.

    `closed_month` is the month in the partnership's time zone. `hours_to_close` counts working
    hours from opening to closing, to four decimals, `hours_to_first_reply` those to the first
    reply. `person_hash` says who asked; `address` is the encrypted address, kept only until
    `taken_up_at`, when invitations have decided whether to ask; `look_at` is when they shall look
    at it (again). `deliver` says whether we mail the link or its source does. `sent_digest` tells
    whether the same closure, sent again, says the same.
    """

    __tablename__ = "closure"
    __table_args__ = (
        UniqueConstraint("source_id", "reference", "closed_at", name="uq_closure_is_known_once"),
        CheckConstraint("closed_at >= opened_at", name="closed_after_opened"),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel_is_known"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome_is_known"),
        CheckConstraint(f"deliver IN {DELIVERIES}", name="deliver_is_known"),
        CheckConstraint("target_hours > 0", name="target_is_positive"),
        Index(
            "ix_closure_waiting",
            "look_at",
            sqlite_where=text("taken_up_at IS NULL"),
            postgresql_where=text("taken_up_at IS NULL"),
        ),
        Index("ix_closure_month", "closed_month", "partner_id", "service_id"),
    )

    id: Mapped[Identity]
    uuid: Mapped[PublicId]
    source_id: Mapped[int] = points_at("source.id", index=False)
    reference: Mapped[str | None] = mapped_column(String(120))
    partner_id: Mapped[int] = points_at("partner.id", index=False)
    directorate_id: Mapped[int | None] = points_at("directorate.id", index=False)
    service_id: Mapped[int] = points_at("service.id", index=False)
    topic: Mapped[str | None] = mapped_column(String(100))
    team: Mapped[str | None] = mapped_column(String(100))
    channel: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(20))
    deliver: Mapped[str] = mapped_column(String(10), default="mail")
    opened_at: Mapped[datetime]
    first_reply_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime]
    closed_month: Mapped[Month]
    target_hours: Mapped[float]
    hours_to_first_reply: Mapped[float | None]
    hours_to_close: Mapped[float]
    within_target: Mapped[bool]
    person_hash: Mapped[bytes | None] = mapped_column(index=True)
    address: Mapped[bytes | None]
    sent_digest: Mapped[bytes | None]
    received_at: Mapped[datetime]
    look_at: Mapped[datetime] = mapped_column(default=_when_it_came)
    taken_up_at: Mapped[datetime | None]


class Correction(Base):
    """A closure put right afterwards: who did it and why, what it said before and says since.

    What is corrected was never true; so figures follow, and this tells why they moved. Forgetting a
    person leaves the correction, without what could tell who it was.
    """

    __tablename__ = "correction"

    id: Mapped[Identity]
    closure_id: Mapped[int] = points_at("closure.id")
    corrected_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(500))
    before: Mapped[Document]
    after: Mapped[Document]


class OpenEnquiry(Base):
    """An enquiry that came in before it was closed, as its source last told.

    It is open until a closure of the same reference, not earlier than its (re)opening, arrives.
    """

    __tablename__ = "open_enquiry"
    __table_args__ = (
        UniqueConstraint("source_id", "reference", name="uq_open_enquiry_is_known_once"),
    )

    id: Mapped[Identity]
    source_id: Mapped[int] = points_at("source.id", index=False)
    reference: Mapped[str] = mapped_column(String(120))
    partner_id: Mapped[int] = points_at("partner.id", index=False)
    opened_at: Mapped[datetime]
    reopened_at: Mapped[datetime | None]
    person_hash: Mapped[bytes | None] = mapped_column(index=True)
    sent_digest: Mapped[bytes]
    received_at: Mapped[datetime]


class ForgottenClosure(Base):
    """A keyed hash of (source, reference, closed_at) of an erased closure.

    The row it came from cannot be told from it; but when a helpdesk sends the same closure again,
    it is known, and nobody who asked to be forgotten is asked anew.
    """

    __tablename__ = "forgotten_closure"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
