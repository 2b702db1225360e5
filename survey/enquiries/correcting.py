"""Putting a closure right afterwards: what it should have said, by the rules it came in by.

What is corrected was never true, so figures follow the closure, and with it the answers; what was
decided about asking stays decided. The helpdesk may go on sending what it sent first: the digest of
that stays, so it is known already, and the correction stands. What comes of the correction (hours,
whether the target was met) is reckoned anew only where the moments or the target were corrected,
since opening times may have changed since the closure came in.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from survey.enquiries import fields
from survey.enquiries.check import Checked, Checker
from survey.enquiries.closures import closing
from survey.enquiries.fields import FIELDS, Errors, Item
from survey.enquiries.model import Closure, Correction
from survey.foundation.clock import now
from survey.foundation.database import Document, db
from survey.partnership.directory import (
    Directorate,
    Directory,
    Partner,
    Service,
    Source,
    directory,
)
from survey.partnership.working_time import WorkingCalendar

CORRECTABLE = (
    *("partner", "directorate", "service", "topic", "team", "channel", "outcome"),
    *("target_hours", "first_reply_at", "opened_at"),
)
MOMENTS = ("first_reply_at", "opened_at")

DeclaredT = TypeVar("DeclaredT", Source, Partner, Directorate, Service)


class Own(NamedTuple):
    """What a closure points at, whether it has ended or not."""

    source: Source
    partner: Partner
    directorate: Directorate | None
    service: Service


class Impossible(ValueError):
    """A correction that would not have come in like that; `errors` by field."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("not a possible correction")
        self.errors = errors


@dataclass(frozen=True)
class Difference:
    """What a correction changed, by field, before and after; nothing where it said nothing new."""

    before: Document
    after: Document


def correct(
    closure: Closure, change: Item, reason: str, actor: str, partners: frozenset[str] | None
) -> Difference:
    """Correct a closure, which the caller has locked, and note what that changed.

    Args:
        closure: to be corrected.
        change: the new values by field, as they were sent.
        reason: why.
        actor: who corrects it.
        partners: the only ones it may be moved to; None: all.

    Raises:
        Impossible: a field cannot be corrected, or not to that.
    """
    told = as_told(closure)
    _apply(closure, _checked(closure, told, change, partners), change.keys())
    tells = as_told(closure)
    changed = [name for name in told if told[name] != tells[name]]
    before, after = ({name: each[name] for name in changed} for each in (told, tells))
    if changed:
        who_and_why = {"actor": actor, "reason": reason, "corrected_at": now()}
        db.session.add(Correction(closure_id=closure.id, before=before, after=after, **who_and_why))
    return Difference(before, after)


def as_told(closure: Closure) -> Document:
    """What may be corrected and what comes of it, in codes and ISO 8601 as intake takes them."""
    own = _own(closure, directory())
    return {
        "partner": own.partner.code,
        "directorate": own.directorate and own.directorate.code,
        "service": own.service.code,
        **{name: getattr(closure, name) for name in ("topic", "team", "channel", "outcome")},
        "target_hours": closure.target_hours,
        **{name: (when := getattr(closure, name)) and when.isoformat() for name in MOMENTS},
        "hours_to_first_reply": closure.hours_to_first_reply,
        "hours_to_close": closure.hours_to_close,
        "within_target": closure.within_target,
    }


def _checked(
    closure: Closure, told: Document, change: Item, partners: frozenset[str] | None
) -> Checked:
    """The closure with the change in it, checked as if it came in now."""
    fixed = FIELDS.difference(CORRECTABLE)
    errors: Errors = {name: ["cannot be corrected"] for name in sorted(fixed & change.keys())}
    fields.name_unknown(change, errors)
    own = _own(closure, directory())
    item = {name: told[name] for name in CORRECTABLE} | _fixed(closure, own.source)
    item |= {name: change[name] for name in CORRECTABLE if name in change}
    known = _with_its_own(own, directory())
    result = Checker(known, now(), partners=partners).check(item)
    if isinstance(result, Checked) and not errors:
        return result
    raise Impossible(errors if isinstance(result, Checked) else result | errors)


def _fixed(closure: Closure, source: Source) -> dict[str, object]:
    """What a closure is known by, which no correction changes."""
    return {
        "source": source.code,
        "reference": closure.reference,
        "closed_at": closure.closed_at.isoformat(),
        "reopened_at": closure.reopened_at and closure.reopened_at.isoformat(),
    }


def _apply(closure: Closure, checked: Checked, names: Collection[str]) -> None:
    measured = closure.opened_at, closure.target_hours
    replied = closure.opened_at, closure.first_reply_at
    values = {
        "partner": ("partner_id", checked.partner.id),
        "directorate": ("directorate_id", checked.directorate and checked.directorate.id),
        "service": ("service_id", checked.service.id),
        # Without a target of its own it has that of its service.
        "target_hours": ("target_hours", checked.target_hours or checked.service.target_hours),
    }
    # The code of a directorate may stand for another one in another partner.
    for name in {*names, *(["directorate"] if "partner" in names else ())}:
        column, value = values.get(name) or (name, getattr(checked, name))
        setattr(closure, column, value)
    anew: list[str] = []
    if (closure.opened_at, closure.target_hours) != measured:
        anew += ["hours_to_close", "within_target"]
    if (closure.opened_at, closure.first_reply_at) != replied:
        anew += ["hours_to_first_reply"]
    _reckon(closure, anew)


def _reckon(closure: Closure, names: Collection[str]) -> None:
    if not names:
        return
    reckoned = closing(
        WorkingCalendar.of(directory().settings),
        closure.opened_at,
        closure.first_reply_at,
        closure.closed_at,
        closure.target_hours,
    )
    for name in names:
        setattr(closure, name, reckoned[name])


def _own(closure: Closure, known: Directory) -> Own:
    everything = known.everything
    return Own(
        _of(everything.sources, closure.source_id),
        _of(everything.partners, closure.partner_id),
        _of(everything.directorates, closure.directorate_id) if closure.directorate_id else None,
        _of(everything.services, closure.service_id),
    )


def _of(declared: Iterable[DeclaredT], id_: int) -> DeclaredT:
    return next(each for each in declared if each.id == id_)


def _with_its_own(own: Own, known: Directory) -> Directory:
    """The partnership, with what a closure points at as if that had not ended.

    What is not corrected need not be what could come in today.
    """
    part = own.directorate
    return replace(
        known,
        sources={own.source.code: own.source},
        partners={**known.partners, own.partner.code: own.partner},
        services={**known.services, own.service.code: own.service},
        directorates={**known.directorates} | ({(part.partner, part.code): part} if part else {}),
    )
