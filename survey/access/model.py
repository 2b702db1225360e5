"""The tables of who may do what, and of who did."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.claims import Claimable
from survey.foundation.database import Base, Document, Identity, PublicId


class ApiKey(Base):
    """A credential. Its secret is shown once and kept as a hash; empty lists mean "all of them"."""

    __tablename__ = "api_key"

    id: Mapped[Identity]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    secret_hash: Mapped[bytes]
    scopes: Mapped[list[str]]
    partners: Mapped[list[str]]
    sources: Mapped[list[str]]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AuditEntry(Base):
    """Who did what to what, and when. The database refuses to change or delete a row."""

    __tablename__ = "audit"

    id: Mapped[Identity]
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    detail: Mapped[Document]


class SignInLink(Claimable):
    """A link that somebody asked for, whoever it was; until its letter is sent, it waits for that.

    `person` is the hash of the address asked for, and all that is kept of it. The token is made
    from `uuid`. The link opens until `expires_at`, once: `used_at` says when it did.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (
        Index(
            "ix_sign_in_link_unsent",
            "next_attempt_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    uuid: Mapped[PublicId]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    person: Mapped[bytes] = mapped_column(index=True)
    leads_to: Mapped[str] = mapped_column(String(500))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """Somebody signed in with one browser. Ended, it is deleted.

    `person` is the hash of the address; what they may see, the partnership says at each request.
    """

    __tablename__ = "sign_in"

    id: Mapped[Identity]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    person: Mapped[bytes] = mapped_column(index=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
