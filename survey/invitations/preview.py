"""What a changed partnership file would have done to what was decided in the last ninety days.

Each closure is decided anew by the real rules, at the moment at which it would have been ripe, and
the quiet periods are kept by person, in order of time. Three things stay as they were: what was
known then of opting out, bouncing and reopening; that nobody waits for another open enquiry, which
would only move the moment; and what an address tells that has since been erased.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from survey.enquiries.model import Closure, OpenEnquiry
from survey.foundation import clock
from survey.foundation.database import db
from survey.invitations.eligibility import ADDRESS_REASONS, QUIET_PERIOD, REOPENED, decide
from survey.invitations.model import Invitation, PartnerOptOut, Person
from survey.invitations.rulebook import Rulebook
from survey.partnership.directory import Everything, Partner, Service, directory
from survey.partnership.file import PartnerEntry, PartnershipFile, ServiceEntry

DAYS = 90
ASKED = "asked"
ROWS_AT_ONCE = 1000

Past = Row[*tuple[Any, ...]]


@dataclass
class Preview:
    """How many closures were, and would have been, asked about or not, by reason.

    `address_erased`: how many could not be decided wholly anew, since nobody can read the address.
    """

    since: datetime
    done: Counter[str] = field(default_factory=Counter)
    would: Counter[str] = field(default_factory=Counter)
    address_erased: int = 0


@dataclass(frozen=True)
class Candidate:
    """A closure about which a person would be asked, unless it falls into a quiet period."""

    moment: datetime
    closure: int
    person: bytes


def preview(file: PartnershipFile) -> Preview:
    """Decide the last ninety days anew, by the file. Changes nothing."""
    result = Preview(clock.now() - timedelta(days=DAYS))
    rules = Rulebook(file.settings, _as_in(file, directory().everything))
    candidates = sorted(
        _candidates(_decided_since(result.since), rules, result),
        key=lambda one: (one.moment, one.closure),
    )
    quiet = timedelta(days=file.settings.asking.quiet_days)
    result.would.update(_within_quiet(candidates, quiet, _asked_before(result.since, quiet)))
    return result


def _candidates(rows: Iterable[Past], rules: Rulebook, result: Preview) -> Iterator[Candidate]:
    """Count what was done, and what the rules alone would do; who remains would be asked."""
    for row in rows:
        done = row.reason or ASKED
        result.done[done] += 1
        if row.person_hash is None and done != "no_address":
            # Of whoever was forgotten, nothing is left to decide by.
            result.address_erased += 1
            result.would[done] += 1
            continue
        moment, reason, erased = _decided_anew(row, rules)
        result.address_erased += erased
        if reason is None:
            yield Candidate(moment, row.id, row.person_hash)
        else:
            result.would[reason] += 1


def _decided_anew(row: Past, rules: Rulebook) -> tuple[datetime, str | None, bool]:
    """When, with which reason not to ask, and whether an erased address was missed."""
    facts, asking = rules.facts(row), rules.asking(row)
    moment = max(facts.ripe_at, row.received_at)
    reason = decide(facts, asking, moment).reason
    if reason is not None:
        return moment, reason, False
    mailbox = rules.mailbox(row) if row.address else None
    if mailbox is None:
        return moment, row.reason if row.reason in ADDRESS_REASONS else None, True
    return moment, decide(replace(facts, mailbox=mailbox), asking, moment).reason, False


def _within_quiet(
    candidates: Iterable[Candidate], quiet: timedelta, last_asked: dict[bytes, datetime]
) -> Iterator[str]:
    for one in candidates:
        last = last_asked.get(one.person)
        if last is not None and quiet and last > one.moment - quiet:
            yield QUIET_PERIOD
        else:
            last_asked[one.person] = one.moment
            yield ASKED


def _decided_since(since: datetime) -> Iterable[Past]:
    """What was decided about closures since then, with what was known when it was."""
    return db.session.execute(
        select(
            *(Closure.id, Closure.closed_at, Closure.received_at, Closure.outcome),
            *(Closure.deliver, Closure.source_id, Closure.reference),
            *(Closure.partner_id, Closure.service_id, Closure.person_hash),
            *(Person.address, Invitation.reason),
            _had_an_address().label("has_address"),
            or_(_by_then(Person.opted_out_at), _by_then(PartnerOptOut.opted_out_at)).label(
                "opted_out"
            ),
            _by_then(Person.bounced_at).label("bounced"),
            _reopened_by_then().label("reopened"),
            false().label("another_is_open"),
        )
        .join(Invitation, Invitation.closure_id == Closure.id)
        .outerjoin(Person, Person.hash == Closure.person_hash)
        .outerjoin(
            PartnerOptOut,
            and_(
                PartnerOptOut.person_id == Person.id,
                PartnerOptOut.partner_id == Closure.partner_id,
            ),
        )
        .where(Closure.closed_at >= since)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )


def _had_an_address() -> ColumnElement[bool]:
    none = func.coalesce(Invitation.reason, ASKED) == "no_address"
    return and_(Closure.person_hash.is_not(None), ~none)


def _by_then(moment: Any) -> ColumnElement[bool]:
    return and_(moment.is_not(None), moment <= Invitation.decided_at)


def _reopened_by_then() -> ColumnElement[bool]:
    """Known to be reopened when it was decided, or before its letter went out."""
    later = aliased(Closure)
    closed_again = select(later.id).where(
        later.source_id == Closure.source_id,
        later.reference == Closure.reference,
        later.closed_at > Closure.closed_at,
        later.received_at <= Invitation.decided_at,
    )
    open_again = select(OpenEnquiry.id).where(
        OpenEnquiry.source_id == Closure.source_id,
        OpenEnquiry.reference == Closure.reference,
        OpenEnquiry.reopened_at > Closure.closed_at,
        OpenEnquiry.received_at <= Invitation.decided_at,
    )
    return or_(
        func.coalesce(Invitation.reason, ASKED) == REOPENED,
        closed_again.correlate(Closure, Invitation).exists(),
        open_again.correlate(Closure, Invitation).exists(),
    )


def _asked_before(since: datetime, quiet: timedelta) -> dict[bytes, datetime]:
    """Who was asked about what was closed before, so lately that it still matters."""
    rows = db.session.execute(
        select(Closure.person_hash, func.max(Invitation.decided_at))
        .join(Invitation, Invitation.closure_id == Closure.id)
        .where(Closure.closed_at < since, Closure.person_hash.is_not(None))
        .where(Invitation.asked, Invitation.decided_at > since - quiet)
        .group_by(Closure.person_hash)
    )
    return {person: asked_at for person, asked_at in rows if person is not None}


def _as_in(file: PartnershipFile, known: Everything) -> Everything:
    """The partners and services as they would be with the file loaded."""
    return replace(
        known,
        partners=tuple(_partner(one, file.partners) for one in known.partners),
        services=tuple(_service(one, file.services) for one in known.services),
    )


def _partner(known: Partner, entries: Mapping[str, PartnerEntry]) -> Partner:
    entry = entries.get(known.code)
    if entry is None:
        return replace(known, ended=True)
    return replace(known, asks=entry.asks, domains=tuple(entry.domains), ended=False)


def _service(known: Service, entries: Mapping[str, ServiceEntry]) -> Service:
    entry = entries.get(known.code)
    return (
        replace(known, ended=True)
        if entry is None
        else replace(known, asks=entry.asks, ended=False)
    )
