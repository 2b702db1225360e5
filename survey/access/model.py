"""The tables of who may do what, and of who did."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Document, Identity


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
