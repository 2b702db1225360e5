"""Writes what was read into an edition, with its themes, and a notice where danger is told of.

All of a batch is a few statements in one transaction. A comment that was read by two workers is
the same twice; the first stays.
"""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import insert

from survey.comments.model import MentionRow, Reading, UrgentNotice
from survey.comments.reader import Found
from survey.foundation import clock
from survey.foundation.database import db, insert_into, table_of


def store(edition: int, found: Sequence[Found]) -> int:
    """Store readings of responses that the caller holds; how many are new to the edition."""
    if not found:
        return 0
    new = _insert_readings(edition, found)
    mentions = [
        {"reading_id": new[one.response_id], "theme": theme, "sentiment": sentiment}
        for one in found
        if one.response_id in new
        for theme, sentiment in one.themes.items()
    ]
    if mentions:
        # What returns something is sent as one statement; else it would be one a row.
        rows = insert(table_of(MentionRow)).returning(table_of(MentionRow).c.id)
        db.session.execute(rows, mentions)
    _notify(found)
    return len(new)


def _insert_readings(edition: int, found: Sequence[Found]) -> dict[int, int]:
    """The ids of the readings that are new, by response."""
    rows = [{"response_id": one.response_id, "edition_id": edition, **one.columns} for one in found]
    readings = table_of(Reading).c
    insert_new = insert_into(Reading).on_conflict_do_nothing()
    new = db.session.execute(insert_new.returning(readings.response_id, readings.id), rows)
    return {row.response_id: row.id for row in new}


def _notify(found: Sequence[Found]) -> None:
    """Have somebody told of danger. Read again, a response that has its notice gets no other."""
    at = clock.now()
    notices = [
        {
            "uuid": uuid4(),
            "response_id": one.response_id,
            "found_at": at,
            "next_attempt_at": at,
            "attempts": 0,
        }
        for one in found
        if one.columns["urgent"]
    ]
    if notices:
        insert_notice = insert_into(UrgentNotice)
        db.session.execute(
            insert_notice.on_conflict_do_nothing(index_elements=["response_id"]), notices
        )
