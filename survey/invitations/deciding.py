"""The step that decides about closures: each gets its invitation row, asked or not and why not.

A closure is looked at when `look_at` has come. What is not ripe, or waits for another enquiry of
the person, gets a later `look_at`, so that no run looks at it twice. Deciding takes a closure up:
its address moves to the person, or is erased. The decision of a whole batch costs a handful of
statements, so that a million old closures, none of them asked, go through in bulk. Two workers
never decide the same closure: each locks what it decides, and skips what the other one holds; on
SQLite, one writes at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import bindparam, func, select, update

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import change, db, insert_into, table_of
from survey.foundation.keys import keys, token_hash
from survey.invitations import people
from survey.invitations.eligibility import QUIET_PERIOD, Decision
from survey.invitations.model import Invitation
from survey.invitations.reopening import withdraw_before
from survey.invitations.rulebook import KNOWN, Known, Rulebook

BATCH = 200
WAITING = Closure.taken_up_at.is_(None)
CLOSURE = table_of(Closure)

Decisions = Mapping[int, Decision]


def decide() -> Iterator[int]:
    """Decide about all closures that are due to be looked at, a batch at a time."""
    rules = Rulebook.as_it_stands()
    while closures := _due(now := clock.now()):
        decisions = {closure.id: rules.decide(closure, now) for closure in closures}
        asks = [id_ for id_, decision in decisions.items() if decision.outcome == "ask"]
        withdrawn, held = withdraw_before(asks, now)
        if withdrawn:
            # On its own, so that nobody waits for people in two orders; then we look anew.
            yield 0
            continue
        decisions |= {id_: Decision("wait", until=until) for id_, until in held.items()}
        yield _settle(closures, decisions, rules, now)


def oldest_due() -> datetime | None:
    """Since when the closure that is next in line could have been looked at.

    Old closures imported today are due since today, not since they were closed.
    """
    return db.session.scalar(
        select(func.min(Closure.look_at)).where(WAITING, Closure.look_at <= clock.now())
    )


def _due(now: datetime) -> Sequence[Known]:
    """The next closures to look at, locked, each with what is known of it; the oldest first."""
    found = db.session.execute(
        KNOWN.where(WAITING, Closure.look_at <= now)
        .order_by(Closure.look_at, Closure.closed_at)
        .limit(BATCH)
        .with_for_update(of=Closure, skip_locked=True)
    ).all()
    return sorted(found, key=lambda closure: (closure.closed_at, closure.id))


def _settle(closures: Sequence[Known], decisions: Decisions, rules: Rulebook, now: datetime) -> int:
    """Write the decisions down; how many are final."""
    _put_off([{"row": id_, "later": d.until} for id_, d in decisions.items() if d.until])
    decided = [closure for closure in closures if not decisions[closure.id].until]
    if decided:
        _take_up(decided, now)
        asks = [c for c in decided if decisions[c.id].outcome == "ask"]
        asked = _ask(asks, now, rules.settings.asking.quiet_days)
        rows = [
            _asked(closure, asked[closure.id], now, rules.asking(closure).expires_days)
            if closure.id in asked
            else _not_asked(closure, decisions[closure.id].reason or QUIET_PERIOD, now)
            for closure in decided
        ]
        db.session.execute(insert_into(Invitation), rows)
    return len(decided)


def _put_off(rows: Sequence[Mapping[str, object]]) -> None:
    """Look at these again, but not before."""
    if rows:
        later = bindparam("later", type_=CLOSURE.c.look_at.type)
        db.session.connection().execute(
            update(CLOSURE).where(CLOSURE.c.id == bindparam("row")).values(look_at=later),
            list(rows),
        )


def _take_up(closures: Sequence[Known], now: datetime) -> None:
    """Mark them as decided. From here on, the address is the person's or nobody's."""
    change(
        update(Closure)
        .where(Closure.id.in_([closure.id for closure in closures]))
        .values(taken_up_at=now, address=None)
    )


def _ask(closures: Sequence[Known], now: datetime, quiet_days: int) -> dict[int, int]:
    """Which of these closures are asked about, with the person's id.

    Of several closures of one person the oldest is; the others fall into its quiet period.
    """
    oldest = {closure.person_hash: closure for closure in reversed(closures)}
    ids = people.remember({who: closure.address for who, closure in oldest.items()})
    willing = people.ask(ids.values(), now, quiet_days)
    candidates = closures if quiet_days == 0 else oldest.values()
    return {c.id: ids[c.person_hash] for c in candidates if ids[c.person_hash] in willing}


def _asked(closure: Known, person: int, now: datetime, expires_days: int) -> dict[str, object]:
    """An invitation to send, or for its source to send."""
    uuid = uuid4()
    return _not_asked(closure, None, now) | {
        "uuid": uuid,
        "person_id": person,
        "asked": True,
        "token_hash": token_hash(keys().link_token(uuid)),
        "expires_at": now + timedelta(days=expires_days),
        "next_attempt_at": None if closure.deliver == "link" else now,
    }


def _not_asked(closure: Known, reason: str | None, now: datetime) -> dict[str, object]:
    """The reason alone; the row has every column, as all rows of one insert do."""
    return {
        "uuid": uuid4(),
        "closure_id": closure.id,
        "person_id": None,
        "asked": False,
        "reason": reason,
        "decided_at": now,
        "token_hash": None,
        "expires_at": None,
        "next_attempt_at": None,
    }
