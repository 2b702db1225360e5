"""Reads the partnership file: TOML in, frozen values out, or every mistake at once.

A mistake names its place as one would point at it: `partners.HCC.coordinators[2].email`, counting
from 1.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from survey.partnership.schema import PartnershipSchema
from survey.partnership.settings import Settings


class WrongFile(ValueError):
    """The file cannot be applied; `mistakes` says why, a line each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class CoordinatorEntry:
    """Who puts things right; for the whole partner where `directorate` is None."""

    name: str
    email: str
    directorate: str | None = None


@dataclass(frozen=True)
class PartnerEntry:
    """A body served, with the names of its directorates by code."""

    name: str
    asks: bool
    directorates: Mapping[str, str]
    coordinators: tuple[CoordinatorEntry, ...]


@dataclass(frozen=True)
class ServiceEntry:
    """A line of business; `target_hours` are working hours."""

    name: str
    target_hours: float
    asks: bool


@dataclass(frozen=True)
class SourceEntry:
    """A helpdesk or portal; `precision` is second, minute or day."""

    name: str
    precision: str


@dataclass(frozen=True)
class PartnershipFile:
    """A whole valid file. The three mappings are by code."""

    name: str
    provider: str
    settings: Settings
    partners: Mapping[str, PartnerEntry]
    services: Mapping[str, ServiceEntry]
    sources: Mapping[str, SourceEntry]


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
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
        valid = PartnershipSchema().load(document)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WrongFile([f"line {line}: not UTF-8 text"]) from error
    except tomllib.TOMLDecodeError as error:
        raise WrongFile([f"not TOML: {error}"]) from error
    except ValidationError as error:
        raise WrongFile(sorted(_mistakes(error.messages))) from error
    return PartnershipFile(
        name=valid["name"],
        provider=valid["provider"],
        settings=Settings.from_document(valid),
        partners={code: _partner(entry) for code, entry in valid["partners"].items()},
        services={code: ServiceEntry(**entry) for code, entry in valid["services"].items()},
        sources={code: SourceEntry(**entry) for code, entry in valid["sources"].items()},
    )


def _partner(entry: Mapping[str, Any]) -> PartnerEntry:
    coordinators = tuple(CoordinatorEntry(**one) for one in entry["coordinators"])
    return PartnerEntry(entry["name"], entry["asks"], entry["directorates"], coordinators)


def _mistakes(messages: Any, place: str = "") -> Iterator[str]:
    """Flatten marshmallow's nested messages into one line a mistake."""
    if isinstance(messages, list):
        yield from (f"{place}: {message}" for message in messages)
        return
    for key, below in messages.items():
        yield from _mistakes(below, _inside(place, key))


def _inside(place: str, key: str | int) -> str:
    if key == SCHEMA:
        return place
    if isinstance(key, int):
        return f"{place}[{key + 1}]"
    return f"{place}.{key}" if place else key
