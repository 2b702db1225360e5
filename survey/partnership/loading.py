"""Applies a partnership file to the database, and says what that changed.

What the file names is created, updated, or revived if it had ended; what it no longer names is
ended, never deleted, since figures of its time still speak of it. An entry is known by its place,
such as `partners.HCC.directorates.adults`. All is one transaction, which the caller commits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from blinker import Signal
from sqlalchemy import select

from survey.foundation.clock import now
from survey.foundation.database import Base, db
from survey.partnership.directory import Directory, directory, forget_directory
from survey.partnership.file import PartnershipFile
from survey.partnership.model import (
    CoordinatorRow,
    DirectorateRow,
    NamedPersonRow,
    PartnerRow,
    PartnershipRow,
    ServiceRow,
    SourceRow,
)

# Sent in the transaction of a change, with `changes`, how many entries it touches: for the audit.
partnership_changed = Signal()

# Sent with the `file` before it is applied: a room further on may refuse it, raising `WrongFile`.
file_offered = Signal()

PARTNER_COLUMNS = (
    *("name", "asks", "domains", "languages", "colour"),
    *("nominated_name", "nominated_email"),
)
SERVICE_COLUMNS = ("name", "target_hours", "asks", "discreet", "service_group")

Values = Mapping[str, Any]
CodedT = TypeVar("CodedT", PartnerRow, ServiceRow, SourceRow)
EndingT = TypeVar(
    "EndingT", PartnerRow, DirectorateRow, ServiceRow, SourceRow, CoordinatorRow, NamedPersonRow
)


@dataclass(frozen=True)
class Change:
    """What was done to the entry at a place: created, updated (how, says `detail`), revived, ended.

    `str()` makes a line of it.
    """

    place: str
    done: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.place} {self.done}" + (f": {self.detail}" if self.detail else "")


def apply(file: PartnershipFile) -> list[Change]:
    """Make the database say what the file says, up to the commit; what changed, empty if nothing.

    A failure half-way leaves the transaction to be rolled back.

    Raises:
        WrongFile: it says what another room cannot work by.
    """
    file_offered.send(file=file)
    changes = [
        *_apply_whole(file),
        *_apply_coded("partners", PartnerRow, file.partners, *PARTNER_COLUMNS),
        *_apply_directorates(file),
        *_apply_coordinators(file),
        *_apply_coded("services", ServiceRow, file.services, *SERVICE_COLUMNS),
        *_apply_coded("sources", SourceRow, file.sources, "name", "precision"),
        *_apply_people(file),
    ]
    forget_directory()
    return changes


def _apply_whole(file: PartnershipFile) -> list[Change]:
    values = {"name": file.name, "provider": file.provider, "settings": file.settings.to_document()}
    row = db.session.get(PartnershipRow, 1)
    if row is None:
        db.session.add(PartnershipRow(id=1, loaded_at=now(), **values))
        db.session.flush()
        return [Change("partnership", "created")]
    row.loaded_at = now()
    detail = _update(row, values)
    return [Change("partnership", "updated", detail)] if detail else []


def _apply_coded(
    group: str, model: type[CodedT], entries: Mapping[str, Any], *columns: str
) -> list[Change]:
    """Partners, services or sources: whatever is known by its code alone."""
    present = {f"{group}.{row.code}": row for row in db.session.scalars(select(model))}
    wanted = {
        f"{group}.{code}": {"code": code} | {column: getattr(entry, column) for column in columns}
        for code, entry in entries.items()
    }
    return _settle(model, present, wanted)


def _apply_directorates(file: PartnershipFile) -> list[Change]:
    partners = _as_it_stands().partners
    rows = db.session.execute(select(DirectorateRow, PartnerRow.code).join(PartnerRow))
    present = {f"partners.{partner}.directorates.{row.code}": row for row, partner in rows}
    wanted = {
        f"partners.{partner}.directorates.{code}": {
            "partner_id": partners[partner].id,
            "code": code,
            "name": name,
        }
        for partner, entry in file.partners.items()
        for code, name in entry.directorates.items()
    }
    return _settle(DirectorateRow, present, wanted)


def _apply_coordinators(file: PartnershipFile) -> list[Change]:
    known = _as_it_stands()
    rows = db.session.execute(
        select(CoordinatorRow, PartnerRow.code, DirectorateRow.code)
        .join(PartnerRow, PartnerRow.id == CoordinatorRow.partner_id)
        .outerjoin(DirectorateRow, DirectorateRow.id == CoordinatorRow.directorate_id)
    )
    present = {_post(partner, part, row.email): row for row, partner, part in rows}
    wanted = {
        _post(partner, one.directorate, one.email): {
            "partner_id": known.partners[partner].id,
            "directorate_id": one.directorate and known.directorates[partner, one.directorate].id,
            "name": one.name,
            "email": one.email,
        }
        for partner, entry in file.partners.items()
        for one in entry.coordinators
    }
    return _settle(CoordinatorRow, present, wanted)


def _post(partner: str, directorate: str | None, email: str) -> str:
    """The place of a coordinator, who is known by the address and by what it is for."""
    part = f".directorates.{directorate}" if directorate else ""
    return f"partners.{partner}{part}.coordinators.{email.lower()}"


def _apply_people(file: PartnershipFile) -> list[Change]:
    """Whoever signs in, known by the role, its partner and the address."""
    partners = _as_it_stands().partners
    rows = db.session.execute(
        select(NamedPersonRow, PartnerRow.code).outerjoin(
            PartnerRow, PartnerRow.id == NamedPersonRow.partner_id
        )
    )
    present = {_seat(row.role, partner, row.email): row for row, partner in rows}
    wanted = {
        _seat(one.role, one.partner, one.email): {
            "role": one.role,
            "partner_id": one.partner and partners[one.partner].id,
            "name": one.name,
            "email": one.email,
        }
        for one in file.people
    }
    return _settle(NamedPersonRow, present, wanted)


def _seat(role: str, partner: str | None, email: str) -> str:
    """The place of somebody who signs in."""
    return ".".join(["people", role, *([partner] if partner else []), email.lower()])


def _as_it_stands() -> Directory:
    forget_directory()
    return directory()


def _settle(
    model: type[EndingT], present: Mapping[str, EndingT], wanted: Mapping[str, Values]
) -> list[Change]:
    """Bring one table's rows to what is wanted, both by place."""
    changes = []
    for place, values in wanted.items():
        row = present.get(place)
        if row is None:
            db.session.add(model(**values))
            changes.append(Change(place, "created"))
            continue
        if row.ended_at is not None:
            row.ended_at = None
            changes.append(Change(place, "revived"))
        if detail := _update(row, values):
            changes.append(Change(place, "updated", detail))
    for place, row in present.items():
        if place not in wanted and row.ended_at is None:
            row.ended_at = now()
            changes.append(Change(place, "ended"))
    db.session.flush()
    return changes


def _update(row: Base, values: Values) -> str:
    """Give the row these values; what that changed, in words, empty if nothing."""
    before = {column: getattr(row, column) for column in values}
    for column, value in values.items():
        setattr(row, column, value)
    return ", ".join(_differences(before, values))


def _differences(before: Values, after: Values, within: str = "") -> Iterator[str]:
    """What differs, each as `settings.asking.delay_minutes 60 -> 30`."""
    # What only stood there before is a difference too.
    for key in {**before, **after}:
        old, value = before.get(key), after.get(key)
        if isinstance(value, dict) or isinstance(old, dict):
            yield from _differences(old or {}, value or {}, f"{within}{key}.")
        elif old != value:
            yield f"{within}{key} {old!r} -> {value!r}"
