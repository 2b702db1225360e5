"""Storing closures: a batch in one statement, and never the same one twice.

The unique constraint decides what is new, so that two requests which race agree. Whatever it held
back is compared by digest with what is known.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from survey.enquiries.check import Checked
from survey.enquiries.digests import ANOTHERS, Verdict, compare, forgotten_digest, sent_digest
from survey.enquiries.model import Closure, ForgottenClosure
from survey.foundation.database import db, insert_into, table_of
from survey.foundation.keys import keys
from survey.partnership.directory import directory
from survey.partnership.working_time import WorkingCalendar

Row = dict[str, Any]
Key = tuple[int, str, datetime]
CLOSURE = table_of(Closure)
# Rows to a VALUES list. psycopg reads a statement in a time that grows with its square: a thousand
# rows in one list cost twice what they cost in forty lists.
ROWS_A_LIST = 25


def store_closures(enquiries: Sequence[Checked], received_at: datetime) -> Counter[Verdict]:
    """Store the closed enquiries that are new; how many of them there were, and of the others."""
    if not enquiries:
        return Counter()
    calendar = WorkingCalendar.of(directory().settings)
    # One order for all requests: two that hold the same rows wait in line, never in a circle.
    rows = sorted((_row(enquiry, calendar, received_at) for enquiry in enquiries), key=_key)
    new = _insert(rows)
    forgotten = _remove_forgotten([row for row in rows if row["uuid"] in new])
    new -= forgotten
    others = [row for row in rows if row["uuid"] not in new]
    known: dict[Key, bytes | None] = {_key(row): None for row in rows if row["uuid"] in forgotten}
    known |= _known_digests(others)
    verdicts = Counter(
        compare(row["sent_digest"], known.get(_key(row), ANOTHERS)) for row in others
    )
    verdicts["accepted"] = len(new)
    return verdicts


def _row(enquiry: Checked, calendar: WorkingCalendar, received_at: datetime) -> Row:
    closed_at = cast(datetime, enquiry.closed_at)
    target_hours = enquiry.target_hours or enquiry.service.target_hours
    return {
        "uuid": uuid4(),
        "source_id": enquiry.source.id,
        "reference": enquiry.reference,
        "partner_id": enquiry.partner.id,
        "directorate_id": enquiry.directorate and enquiry.directorate.id,
        "service_id": enquiry.service.id,
        "topic": enquiry.topic,
        "team": enquiry.team,
        "channel": enquiry.channel,
        "outcome": enquiry.outcome,
        "language": enquiry.language,
        "deliver": enquiry.deliver or "mail",
        "opened_at": enquiry.opened_at,
        "first_reply_at": enquiry.first_reply_at,
        "reopened_at": enquiry.reopened_at,
        "closed_at": closed_at,
        **closing(calendar, enquiry.opened_at, enquiry.first_reply_at, closed_at, target_hours),
        "person_hash": keys().person_hash(enquiry.email) if enquiry.email else None,
        "address": keys().encrypt(enquiry.email) if enquiry.email else None,
        "sent_digest": sent_digest(enquiry),
        "received_at": received_at,
    }


def closing(
    calendar: WorkingCalendar,
    opened_at: datetime,
    first_reply_at: datetime | None,
    closed_at: datetime,
    target_hours: float,
) -> Row:
    """What is reckoned once, when a closure comes in: its month, and how long it took."""
    hours = calendar.hours_between(opened_at, closed_at)
    replied = calendar.hours_between(opened_at, first_reply_at) if first_reply_at else None
    return {
        "closed_month": calendar.local_month(closed_at),
        "target_hours": target_hours,
        # Finer than a second, so that hours reckoned anew from the moments come out the same.
        "hours_to_first_reply": None if replied is None else round(replied, 4),
        "hours_to_close": round(hours, 4),
        # Late is late, also where the rounded hours would not show it.
        "within_target": hours <= target_hours,
    }


def _key(row: Row) -> Key:
    return row["source_id"], row["reference"], row["closed_at"]


def _insert(rows: list[Row]) -> set[UUID]:
    statement = (
        insert_into(Closure)
        .on_conflict_do_nothing(index_elements=["source_id", "reference", "closed_at"])
        .returning(CLOSURE.c.uuid)
        .execution_options(insertmanyvalues_page_size=ROWS_A_LIST)
    )
    return set(db.session.execute(statement, rows).scalars())


def _remove_forgotten(rows: list[Row]) -> set[UUID]:
    """Take out again what was erased before.

    Asked after the insert, not before: an erasure under way holds the rows it empties, so that the
    insert waits for it, and then its digests are there to be seen.
    """
    source_of = {source.id: source.code for source in directory().sources.values()}
    uuid_of = {
        forgotten_digest(source_of[row["source_id"]], row["reference"], row["closed_at"]): row[
            "uuid"
        ]
        for row in rows
    }
    forgotten = db.session.scalars(
        select(ForgottenClosure.digest).where(ForgottenClosure.digest.in_(uuid_of))
    )
    uuids = {uuid_of[digest] for digest in forgotten}
    if uuids:
        db.session.execute(delete(CLOSURE).where(CLOSURE.c.uuid.in_(uuids)))
    return uuids


def _known_digests(rows: list[Row]) -> dict[Key, bytes | None]:
    if not rows:
        return {}
    found = db.session.execute(
        select(
            CLOSURE.c.source_id, CLOSURE.c.reference, CLOSURE.c.closed_at, CLOSURE.c.sent_digest
        ).where(
            CLOSURE.c.source_id.in_({row["source_id"] for row in rows}),
            CLOSURE.c.reference.in_({row["reference"] for row in rows}),
        )
    )
    return {(source, reference, at): digest for source, reference, at, digest in found}
