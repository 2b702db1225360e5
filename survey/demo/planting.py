"""Plants the made-up history into an empty database, as if the service had run for two years.

Everything is stored in one transaction and by bulk statements, with the real rules, so that nobody
can tell it from what the service would have stored itself; only the people, their enquiries and
their mail servers are made up. The last letters are left for the real worker to send, so that the
mailbox has something in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from survey.demo.history import History
from survey.demo.replay import Acquaintance, Decided, Replay
from survey.demo.rows import Row, Rows
from survey.demo.stage import Stage
from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.model import Invitation, Person
from survey.partnership.directory import Directory, directory
from survey.partnership.working_time import WorkingCalendar
from survey.responses.model import Hold, Response

SEED = 20151101
TWO_YEARS = timedelta(days=730)
LETTERS_TO_SEND = 12


@dataclass(frozen=True)
class Planted:
    """How many rows were planted."""

    closures: int
    asked: int
    answers: int


def is_planted() -> bool:
    """Whether there are closures, made up or real: then nothing is planted any more."""
    return db.session.scalar(select(Closure.id).limit(1)) is not None


def plant(scale: float = 1.0) -> Planted | None:
    """Plant two years that end yesterday, up to the commit; None where there are closures.

    Raises:
        NotLoaded: there is no partnership yet to plant them for.
    """
    if is_planted():
        return None
    here, now = directory(), clock.now()
    calendar = WorkingCalendar.of(here.settings)
    midnight = now.astimezone(here.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    stage = stage_until(midnight, here, calendar)
    rng = Random(SEED)  # noqa: S311 - made-up data, not a secret
    replay = Replay(rng, here.settings.asking, _off(here), until=midnight.astimezone(UTC))
    decided = list(replay.run(History(SEED, stage, scale).closures()))
    return _store(Rows(here, calendar, keys(), now), decided, replay.people.values())


def stage_until(midnight: datetime, here: Directory, calendar: WorkingCalendar) -> Stage:
    """The two years before a local midnight: the days the centre was open, and what it does."""
    opening = here.settings.opening
    opens, closes = time.fromisoformat(opening.opens), time.fromisoformat(opening.closes)
    openings = (datetime.fromtimestamp(seconds, here.zone) for seconds in calendar.opens)
    return Stage(
        days=[at.date() for at in openings if midnight - TWO_YEARS <= at < midnight],
        opens=opens,
        minutes=(closes.hour - opens.hour) * 60 + closes.minute - opens.minute,
        zone=here.zone,
        targets={code: service.target_hours for code, service in here.services.items()},
        directorates={
            code: [part for partner, part in here.directorates if partner == code]
            for code in here.partners
        },
    )


def _off(here: Directory) -> frozenset[str]:
    partners = {partner.code for partner in here.partners.values() if not partner.asks}
    services = {service.code for service in here.services.values() if not service.asks}
    return frozenset(partners | services)


def _store(rows: Rows, decided: Sequence[Decided], people: Iterable[Acquaintance]) -> Planted:
    known = list(people)
    person_ids = _insert(Person.hash, [rows.person(person) for person in known])
    id_of = {person.address: id_ for person, id_ in zip(known, person_ids, strict=True)}
    closure_ids = _insert(Closure.uuid, [rows.closure(one) for one in decided])
    unsent = _last_unanswered(decided)
    invitations = [
        rows.invitation(one, closure, id_of.get(one.enquiry.asker.address), one not in unsent)
        for one, closure in zip(decided, closure_ids, strict=True)
    ]
    invitation_ids = _insert(Invitation.uuid, invitations)
    answers = _store_answers(rows, zip(decided, invitation_ids, strict=True))
    return Planted(len(decided), sum(one.asked for one in decided), answers)


def _store_answers(rows: Rows, decided: Iterable[tuple[Decided, int]]) -> int:
    """Store the answers in the order they were given, as their ids tell; how many there were."""
    given = [
        (one.answered_at, one.answer, row)
        for one, invitation in decided
        if one.answer and one.answered_at and (row := rows.response(one, invitation))
    ]
    given.sort(key=lambda each: each[0])
    ids = _insert(Response.uuid, [row for _, _, row in given])
    machines = [
        {"response_id": id_, "held_at": answered_at, "signs": ["trap_field"]}
        for id_, (answered_at, answer, _) in zip(ids, given, strict=True)
        if answer.machine
    ]
    _insert(Hold.response_id, machines)
    return len(given)


def _last_unanswered(decided: Sequence[Decided]) -> Sequence[Decided]:
    """The last decisions to ask somebody who has not answered."""
    waiting = [one for one in decided if one.asked and not one.answered_at and not one.refused_at]
    return waiting[-LETTERS_TO_SEND:]


def _insert(key: InstrumentedAttribute[Any], rows: Sequence[Row]) -> list[int]:
    """Store rows with equal columns in bulk; their ids in the same order, found by a unique column.

    Asking for the ids with the insert would cost a statement a row.
    """
    if not rows:
        # An empty list would insert one row of defaults.
        return []
    table = cast(Table, key.class_.__table__)
    db.session.execute(insert(table), rows)
    column = table.c[key.key]
    ids = {row[0]: row[1] for row in db.session.execute(select(column, table.c.id))}
    return [ids[row[key.key]] for row in rows]
