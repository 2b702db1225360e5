"""Who takes part, as plain frozen values that every other room looks things up in.

The tables are the truth; `directory()` reads them once a request or step. Codes that the file has
ended stay known for reports (`ended`), and are unknown to what comes in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import g
from sqlalchemy import select

from survey.foundation.database import db
from survey.partnership.model import (
    DirectorateRow,
    PartnerRow,
    PartnershipRow,
    ServiceRow,
    SourceRow,
)
from survey.partnership.settings import Settings


class NotLoaded(LookupError):
    """No partnership file was loaded into this database yet."""


class Coded(Protocol):
    """Whatever is looked up by its code."""

    @property
    def code(self) -> str:
        """As written in the file."""
        ...

    @property
    def ended(self) -> bool:
        """Whether the file no longer names it."""
        ...


@dataclass(frozen=True)
class Partner:
    """A body served: the domains of its staff (none: any), its languages, and its colour."""

    id: int
    code: str
    name: str
    asks: bool
    domains: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    colour: str = "#1d4e89"
    ended: bool = False


@dataclass(frozen=True)
class Directorate:
    """A part of the partner with code `partner`."""

    id: int
    code: str
    name: str
    partner: str
    ended: bool = False


@dataclass(frozen=True)
class Service:
    """A line of business; `target_hours` are working hours. A discreet one stays unnamed.

    Boards see its answers in its group.
    """

    id: int
    code: str
    name: str
    target_hours: float
    asks: bool
    discreet: bool = False
    service_group: str = ""
    ended: bool = False


@dataclass(frozen=True)
class Source:
    """A helpdesk or portal; `precision` is second, minute or day."""

    id: int
    code: str
    name: str
    precision: str
    ended: bool = False


@dataclass(frozen=True)
class Directory:
    """The whole partnership. The four mappings hold what has not ended, by code.

    Directorates are keyed by (partner code, directorate code). `named` holds every partner,
    service, directorate and source ever known, for reports.
    """

    name: str
    provider: str
    settings: Settings
    partners: Mapping[str, Partner]
    directorates: Mapping[tuple[str, str], Directorate]
    services: Mapping[str, Service]
    sources: Mapping[str, Source]
    everything: "Everything"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which months begin."""
        return ZoneInfo(self.settings.time_zone)


@dataclass(frozen=True)
class Everything:
    """All that was ever declared, ended or not."""

    partners: tuple[Partner, ...] = field(default=())
    directorates: tuple[Directorate, ...] = field(default=())
    services: tuple[Service, ...] = field(default=())
    sources: tuple[Source, ...] = field(default=())


def directory() -> Directory:
    """The partnership as loaded, read once a request or step.

    Raises:
        NotLoaded: nothing was loaded yet.
    """
    if "survey_directory" not in g:
        g.survey_directory = _read()
    return cast(Directory, g.survey_directory)


def forget_directory() -> None:
    """Have the next `directory()` read the tables again: they were changed."""
    g.pop("survey_directory", None)


def _read() -> Directory:
    whole = db.session.scalar(select(PartnershipRow))
    if whole is None:
        raise NotLoaded("no partnership is loaded: run `survey partnership load FILE.toml`")
    everything = _everything()
    return Directory(
        name=whole.name,
        provider=whole.provider,
        settings=Settings.from_document(whole.settings),
        partners=_by_code(everything.partners),
        directorates=MappingProxyType(
            {(d.partner, d.code): d for d in everything.directorates if not d.ended}
        ),
        services=_by_code(everything.services),
        sources=_by_code(everything.sources),
        everything=everything,
    )


def _everything() -> Everything:
    partner_rows = db.session.scalars(select(PartnerRow).order_by(PartnerRow.code)).all()
    code_of = {row.id: row.code for row in partner_rows}
    return Everything(
        partners=tuple(
            Partner(
                *(r.id, r.code, r.name, r.asks),
                *(tuple(r.domains), tuple(r.languages), r.colour),
                ended=r.ended_at is not None,
            )
            for r in partner_rows
        ),
        directorates=tuple(
            Directorate(r.id, r.code, r.name, code_of[r.partner_id], r.ended_at is not None)
            for r in db.session.scalars(select(DirectorateRow).order_by(DirectorateRow.code))
        ),
        services=tuple(
            Service(
                *(r.id, r.code, r.name, r.target_hours, r.asks, r.discreet, r.service_group),
                ended=r.ended_at is not None,
            )
            for r in db.session.scalars(select(ServiceRow).order_by(ServiceRow.code))
        ),
        sources=tuple(
            Source(r.id, r.code, r.name, r.precision, r.ended_at is not None)
            for r in db.session.scalars(select(SourceRow).order_by(SourceRow.code))
        ),
    )


CodedT = TypeVar("CodedT", bound=Coded)


def _by_code(things: Iterable[CodedT]) -> Mapping[str, CodedT]:
    return MappingProxyType({thing.code: thing for thing in things if not thing.ended})
