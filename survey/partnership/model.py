"""The tables of who takes part. What the file no longer names is ended, never deleted."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.foundation.database import Base, Code, Document, Identity, points_at
from survey.partnership.roles import BOARD, GIVEN

PRECISIONS = ("second", "minute", "day")


class PartnershipRow(Base):
    """The partnership as a whole: one a deployment. Settings as in the file, defaults filled in."""

    __tablename__ = "partnership"
    __table_args__ = (CheckConstraint("id = 1", name="there_is_one"),)

    id: Mapped[Identity]
    name: Mapped[str] = mapped_column(String(120))
    provider: Mapped[Code]
    settings: Mapped[Document]
    loaded_at: Mapped[datetime]


class PartnerRow(Base):
    """A body served. `asks` switches all its invitations on or off.

    `domains` are those of its staff, whom alone we write to; none named: all. Who is not known to
    prefer one of its `languages` is written to in both. `colour` is that of its pages and letters.
    The nominated person is told of danger, and stands outside the answering team.
    """

    __tablename__ = "partner"

    id: Mapped[Identity]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(120))
    asks: Mapped[bool] = mapped_column(default=True)
    domains: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[list[str]] = mapped_column(default=lambda: ["en"])
    colour: Mapped[str] = mapped_column(String(7), default="#1d4e89")
    nominated_name: Mapped[str | None] = mapped_column(String(120))
    nominated_email: Mapped[str | None] = mapped_column(String(254))
    ended_at: Mapped[datetime | None]


class DirectorateRow(Base):
    """A part of a partner."""

    __tablename__ = "directorate"
    __table_args__ = (UniqueConstraint("partner_id", "code"),)

    id: Mapped[Identity]
    partner_id: Mapped[int] = points_at("partner.id")
    code: Mapped[Code]
    name: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]


class ServiceRow(Base):
    """A line of business, with the working hours in which an enquiry should be closed.

    A discreet one is not named where others may see it, such as in a subject. Boards see it in
    its `service_group`, which by default is its own code.
    """

    __tablename__ = "service"
    __table_args__ = (CheckConstraint("target_hours > 0", name="target_is_positive"),)

    id: Mapped[Identity]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(120))
    target_hours: Mapped[float]
    asks: Mapped[bool] = mapped_column(default=True)
    discreet: Mapped[bool] = mapped_column(default=False)
    service_group: Mapped[Code]
    ended_at: Mapped[datetime | None]


class SourceRow(Base):
    """A helpdesk or portal that sends enquiries, and how precisely it tells the time."""

    __tablename__ = "source"
    __table_args__ = (CheckConstraint(f"precision IN {PRECISIONS}", name="precision_is_known"),)

    id: Mapped[Identity]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(120))
    precision: Mapped[str] = mapped_column(String(10))
    ended_at: Mapped[datetime | None]


class CoordinatorRow(Base):
    """Who puts things right for a partner, or for one of its directorates."""

    __tablename__ = "coordinator"
    __table_args__ = (UniqueConstraint("partner_id", "directorate_id", "email"),)

    id: Mapped[Identity]
    partner_id: Mapped[int] = points_at("partner.id")
    directorate_id: Mapped[int | None] = points_at("directorate.id")
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    ended_at: Mapped[datetime | None]


class NamedPersonRow(Base):
    """Who signs in to see figures, but for coordinators: on the board of a partner, or for all."""

    __tablename__ = "named_person"
    __table_args__ = (
        UniqueConstraint("role", "partner_id", "email"),
        CheckConstraint(f"role IN {GIVEN}", name="role_is_known"),
        CheckConstraint(
            f"(role = '{BOARD}') = (partner_id IS NOT NULL)", name="board_is_of_a_partner"
        ),
    )

    id: Mapped[Identity]
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(20))
    partner_id: Mapped[int | None] = points_at("partner.id")
    ended_at: Mapped[datetime | None]
