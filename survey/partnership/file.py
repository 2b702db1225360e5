"""Reads the partnership file: TOML in, frozen values out, or every mistake at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey.foundation.toml_files import load
from survey.partnership.schema import PartnershipSchema
from survey.partnership.settings import Settings


@dataclass(frozen=True)
class CoordinatorEntry:
    """Who puts things right; for the whole partner where `directorate` is None."""

    name: str
    email: str
    directorate: str | None = None


@dataclass(frozen=True)
class PartnerEntry:
    """A body served, with the names of its directorates by code.

    The nominated person, None where there is none, is told of danger.
    """

    name: str
    asks: bool
    directorates: Mapping[str, str]
    coordinators: tuple[CoordinatorEntry, ...]
    domains: list[str]
    languages: list[str]
    colour: str
    nominated_name: str | None = None
    nominated_email: str | None = None


@dataclass(frozen=True)
class ServiceEntry:
    """A line of business; `target_hours` are working hours. A discreet one stays unnamed.

    Boards see it in its group, alone in one of its own code unless the file names another.
    """

    name: str
    target_hours: float
    asks: bool
    discreet: bool
    service_group: str


@dataclass(frozen=True)
class SourceEntry:
    """A helpdesk or portal; `precision` is second, minute or day."""

    name: str
    precision: str


@dataclass(frozen=True)
class NamedPersonEntry:
    """Who signs in, and as what; `partner` is the code of whose board it is, of no other role."""

    name: str
    email: str
    role: str
    partner: str | None = None


@dataclass(frozen=True)
class PartnershipFile:
    """A whole valid file. The three mappings are by code."""

    name: str
    provider: str
    settings: Settings
    partners: Mapping[str, PartnerEntry]
    services: Mapping[str, ServiceEntry]
    sources: Mapping[str, SourceEntry]
    people: tuple[NamedPersonEntry, ...] = ()


def read_file(path: Path) -> PartnershipFile:
    """Read a partnership file.

    Raises:
        OSError: it cannot be read.
        WrongFile: it is not TOML, or says what cannot be.
    """
    return parse(path.read_bytes())


def parse(content: bytes) -> PartnershipFile:
    """Read the content of a partnership file.

    Raises:
        WrongFile: it is not TOML, or says what cannot be.
    """
    valid = load(content, PartnershipSchema())
    return PartnershipFile(
        name=valid["name"],
        provider=valid["provider"],
        settings=Settings.from_document(valid),
        partners={code: _partner(entry) for code, entry in valid["partners"].items()},
        services={code: _service(code, entry) for code, entry in valid["services"].items()},
        sources={code: SourceEntry(**entry) for code, entry in valid["sources"].items()},
        people=tuple(NamedPersonEntry(**entry) for entry in valid["people"]),
    )


def _partner(entry: Mapping[str, Any]) -> PartnerEntry:
    coordinators = tuple(CoordinatorEntry(**one) for one in entry["coordinators"])
    nominated = entry["nominated_person"] or {}
    return PartnerEntry(
        name=entry["name"],
        asks=entry["asks"],
        directorates=entry["directorates"],
        coordinators=coordinators,
        domains=entry["domains"],
        languages=entry["languages"],
        colour=entry["colour"],
        nominated_name=nominated.get("name"),
        nominated_email=nominated.get("email"),
    )


def _service(code: str, entry: Mapping[str, Any]) -> ServiceEntry:
    # How it asks is one of the settings.
    own = {key: value for key, value in entry.items() if key not in ("asking", "group")}
    return ServiceEntry(**own, service_group=entry.get("group", code))
