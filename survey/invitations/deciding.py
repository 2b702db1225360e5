"""The step that decides about closures: each gets its invitation row, asked or not and why not.

Deciding takes a closure up: its address moves to the person, or is erased. The decision of a whole
batch costs a handful of statements, so that a million old closures, none of them asked, go through
in bulk. Two workers never decide the same closure: each locks what it decides, and skips what the
other one holds; on SQLite, one writes at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, select, update

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import change, db, insert_into
from survey.foundation.keys import keys, token_hash
from survey.invitations import people
from survey.invitations.eligibility import QUIET_PERIOD, Facts, ripe_until
from survey.invitations.eligibility import decide as rule
from survey.invitations.model import Invitation, Person
from survey.partnership.directory import directory
from survey.partnership.settings import Asking

BATCH = 200
WAITING = Closure.taken_up_at.is_(None)

Ripe = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Asks:
    """The ids of the partners and services whose enquiries are asked about at all."""

    partners: frozenset[int]
    services: frozenset[int]


def decide() -> Iterator[int]:
    """Decide about all closures that are ripe, a batch at a time."""
    asking, asks = directory().settings.asking, _who_asks()
    while closures := _ripe(now := clock.now(), asking):
        decisions = {c.id: rule(_facts(c, asks), asking, now) for c in closures}
        _take_up(closures, now)
        asked = _ask([c for c in closures if decisions[c.id].outcome == "ask"], now, asking)
        rows = [_invitation(id_, d.reason, asked, now, asking) for id_, d in decisions.items()]
        db.session.execute(insert_into(Invitation), rows)
        yield len(closures)


def oldest_due() -> datetime | None:
    """Since when the closure that is next in line could have been decided.

    Old closures imported today are due since today, not since they were closed.
    """
    asking = directory().settings.asking
    first = db.session.execute(
        select(Closure.closed_at, Closure.received_at)
        .where(WAITING, Closure.closed_at <= ripe_until(asking, clock.now()))
        .order_by(Closure.closed_at)
        .limit(1)
    ).first()
    if first is None:
        return None
    closed_at, received_at = first
    return max(received_at, closed_at + timedelta(minutes=asking.delay_minutes))


def _who_asks() -> Asks:
    here = directory()
    return Asks(
        frozenset(partner.id for partner in here.partners.values() if partner.asks),
        frozenset(service.id for service in here.services.values() if service.asks),
    )


def _ripe(now: datetime, asking: Asking) -> Sequence[Ripe]:
    """The next closures to decide, locked, each with what is known of its person."""
    return db.session.execute(
        select(
            *(Closure.id, Closure.closed_at, Closure.outcome),
            *(Closure.partner_id, Closure.service_id, Closure.person_hash, Closure.address),
            *(Person.opted_out_at, Person.bounced_at),
        )
        .outerjoin(Person, Person.hash == Closure.person_hash)
        .where(WAITING, Closure.closed_at <= ripe_until(asking, now))
        .order_by(Closure.closed_at)
        .limit(BATCH)
        .with_for_update(of=Closure, skip_locked=True)
    ).all()


def _facts(closure: Ripe, asks: Asks) -> Facts:
    return Facts(
        closed_at=closure.closed_at,
        outcome=closure.outcome,
        has_address=closure.address is not None and closure.person_hash is not None,
        partner_asks=closure.partner_id in asks.partners,
        service_asks=closure.service_id in asks.services,
        opted_out=closure.opted_out_at is not None,
        bounced=closure.bounced_at is not None,
    )


def _take_up(closures: Sequence[Ripe], now: datetime) -> None:
    """Mark them as decided. From here on, the address is the person's or nobody's."""
    change(
        update(Closure)
        .where(Closure.id.in_([closure.id for closure in closures]))
        .values(taken_up_at=now, address=None)
    )


def _ask(closures: Sequence[Ripe], now: datetime, asking: Asking) -> dict[int, int]:
    """Which of these closures are asked about, with the person's id.

    Of several closures of one person the oldest is; the others fall into its quiet period.
    """
    oldest = {closure.person_hash: closure for closure in reversed(closures)}
    ids = people.remember({who: closure.address for who, closure in oldest.items()})
    willing = people.ask(ids.values(), now, asking.quiet_days)
    candidates = oldest.values() if asking.quiet_days else closures
    return {c.id: ids[c.person_hash] for c in candidates if ids[c.person_hash] in willing}


def _invitation(
    closure: int, reason: str | None, asked: dict[int, int], now: datetime, asking: Asking
) -> dict[str, object]:
    """The row: an invitation to send where we ask, else the reason alone."""
    uuid, person = uuid4(), asked.get(closure)
    ours = person is not None
    return {
        "uuid": uuid,
        "closure_id": closure,
        "person_id": person,
        "asked": ours,
        "reason": None if ours else reason or QUIET_PERIOD,
        "decided_at": now,
        "token_hash": token_hash(keys().link_token(uuid)) if ours else None,
        "expires_at": now + timedelta(days=asking.expires_days) if ours else None,
        "next_attempt_at": now if ours else None,
        "attempts": 0,
    }
