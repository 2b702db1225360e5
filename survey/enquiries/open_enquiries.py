"""Storing enquiries that came in before they were closed, each as its source last told.

A reference is one row. It changes only when the enquiry is told anew as reopened, and later than
before; the database itself decides that, so that two requests which race agree.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, true

from survey.enquiries.check import Checked
from survey.enquiries.digests import ANOTHERS, Verdict, compare, sent_digest
from survey.enquiries.model import OpenEnquiry
from survey.foundation.database import db, insert_into, table_of
from survey.foundation.keys import keys

Row = dict[str, Any]
Key = tuple[int, str]
OPEN = table_of(OpenEnquiry)


def store_open(
    enquiries: Sequence[Checked], received_at: datetime, partners: Collection[int] | None = None
) -> Counter[Verdict]:
    """Store the open enquiries that are new or reopened; how many, and how many of the others.

    Those of other `partners` than these, by id, stay as they are; None: of any.
    """
    verdicts: Counter[Verdict] = Counter()
    for wave in _waves(enquiries):
        # One order for all requests: two that hold the same rows wait in line, never in a circle.
        rows = [_row(wave[key], received_at) for key in sorted(wave)]
        taken = _upsert(rows, partners)
        others = [row for row in rows if _key(row) not in taken]
        known = _known_digests(others)
        verdicts.update(
            compare(row["sent_digest"], known.get(_key(row), ANOTHERS)) for row in others
        )
        verdicts["accepted"] += len(taken)
    return verdicts


def _waves(enquiries: Sequence[Checked]) -> list[dict[Key, Checked]]:
    """Parts that name each enquiry once, in the order sent: a statement changes a row once."""
    waves: list[dict[Key, Checked]] = []
    times: Counter[Key] = Counter()
    for enquiry in enquiries:
        key = (enquiry.source.id, enquiry.reference)
        if times[key] == len(waves):
            waves.append({})
        waves[times[key]][key] = enquiry
        times[key] += 1
    return waves


def _row(enquiry: Checked, received_at: datetime) -> Row:
    return {
        "source_id": enquiry.source.id,
        "reference": enquiry.reference,
        "partner_id": enquiry.partner.id,
        "opened_at": enquiry.opened_at,
        "reopened_at": enquiry.reopened_at,
        "person_hash": keys().person_hash(enquiry.email) if enquiry.email else None,
        "sent_digest": sent_digest(enquiry),
        "received_at": received_at,
    }


def _key(row: Row) -> Key:
    return row["source_id"], row["reference"]


def _upsert(rows: list[Row], partners: Collection[int] | None) -> set[Key]:
    insert = insert_into(OpenEnquiry)
    told = insert.excluded
    ours = true() if partners is None else OPEN.c.partner_id.in_(sorted(partners))
    statement = insert.on_conflict_do_update(
        index_elements=["source_id", "reference"],
        set_={name: told[name] for name in rows[0] if name not in ("source_id", "reference")},
        where=told.reopened_at.is_not(None)
        & or_(OPEN.c.reopened_at.is_(None), told.reopened_at > OPEN.c.reopened_at)
        & ours,
    ).returning(OPEN.c.source_id, OPEN.c.reference)
    return {(source, reference) for source, reference in db.session.execute(statement, rows)}


def _known_digests(rows: list[Row]) -> dict[Key, bytes]:
    if not rows:
        return {}
    found = db.session.execute(
        select(OPEN.c.source_id, OPEN.c.reference, OPEN.c.sent_digest).where(
            OPEN.c.source_id.in_({row["source_id"] for row in rows}),
            OPEN.c.reference.in_({row["reference"] for row in rows}),
        )
    )
    return {(source, reference): digest for source, reference, digest in found}
