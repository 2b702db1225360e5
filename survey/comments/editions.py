"""Editions of readings: opened, given out to workers, filled, switched over to, and cleared away.

Workers need not know of one another. Each claims the next responses by one conditional update of
the edition's cursor. What a killed one had claimed is found again when the cursor comes to the end
and goes back to the beginning, since it only ever stops at what is lacking. The switch is one
statement too, so that figures are those of the whole old edition or of the whole new one.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, literal, null, or_, select, update
from sqlalchemy.orm import aliased

from survey.comments.counted import current_edition
from survey.comments.model import MentionRow, Reading, ReadingEdition
from survey.comments.reader import Found
from survey.comments.storing import store
from survey.foundation import clock
from survey.foundation.database import change, db, insert_into, table_of
from survey.responses.model import Response

BATCH = 200
CLEARED_AT_ONCE = 500


@dataclass(frozen=True)
class Edition:
    """The newest edition; it is being read, or the current one."""

    id: int
    method: str
    opened_at: datetime
    is_current: bool


def newest() -> Edition:
    """The edition opened last."""
    row = db.session.execute(
        select(
            *(ReadingEdition.id, ReadingEdition.method, ReadingEdition.opened_at),
            ReadingEdition.current_since.is_not(None),
        ).order_by(ReadingEdition.id.desc())
    ).first()
    if row is None:
        raise LookupError("there is no edition of readings: the first migration makes one")
    return Edition(*row)


def open_for(method: str) -> int:
    """Open an edition for a method, or go on with the one that is open for it.

    One that is open for another method is given up.
    """
    # Two that open at once: the second waits, and goes on with what the first has opened.
    held = select(ReadingEdition.id).where(ReadingEdition.id == current_edition())
    db.session.execute(held.with_for_update())
    there = newest()
    if there.method == method and not there.is_current:
        return there.id
    edition = ReadingEdition(method=method, opened_at=clock.now(), cursor=0)
    db.session.add(edition)
    db.session.flush()
    return edition.id


def claim(edition: int) -> Sequence[int]:
    """The next responses to read, which nobody else is given; none: nothing is lacking.

    Who claims them commits before reading, so that no lock is held meanwhile.
    """
    which = ReadingEdition.id == edition
    while (cursor := db.session.scalar(select(ReadingEdition.cursor).where(which))) is not None:
        found = db.session.scalars(
            select(Response.id)
            .where(Response.id > cursor, lacking(edition))
            .order_by(Response.id)
            .limit(BATCH)
        ).all()
        if not found and not cursor:
            break
        onward = update(ReadingEdition).where(which, ReadingEdition.cursor == cursor)
        if change(onward.values(cursor=found[-1] if found else 0)) and found:
            return found
    return ()


def fill(edition: int, claimed: Collection[int], found: Sequence[Found]) -> int:
    """Store what was read of the claimed; carry over those that are gone; how many that added."""
    # Whoever forgets a person holds the responses, and is waited for here.
    rows = db.session.execute(
        select(Response.id, Response.comment.is_not(None))
        .where(Response.id.in_(claimed))
        .order_by(Response.id)
        .with_for_update(key_share=True)
    )
    held = {response_id for response_id, there in rows if there}
    carried = _carry_over(edition, set(claimed) - held)
    return carried + store(edition, [one for one in found if one.response_id in held])


def switch(edition: int) -> bool:
    """Make it the current edition, if it lacks nothing and none was opened since."""
    newer = aliased(ReadingEdition)
    return bool(
        change(
            update(ReadingEdition)
            .where(
                ReadingEdition.id == edition,
                ReadingEdition.current_since.is_(None),
                ~select(newer.id).where(newer.id > edition).exists(),
                ~select(Response.id).where(lacking(edition)).exists(),
            )
            .values(current_since=clock.now())
        )
    )


def clear_away() -> Iterator[int]:
    """Delete the readings of editions that are neither current nor being read, in batches."""
    kept = newest().id
    old = db.session.scalars(
        select(ReadingEdition.id).where(
            ReadingEdition.id < kept, ReadingEdition.id != current_edition()
        )
    ).all()
    for edition in old:
        last = 0
        while some := _some_readings(edition, after=last):
            change(delete(Reading).where(Reading.id.in_(some)))
            last = some[-1]
            yield 0
        # A reading that came in after that keeps it there until the next sweep.
        left = select(Reading.id).where(Reading.edition_id == edition).exists()
        change(delete(ReadingEdition).where(ReadingEdition.id == edition, ~left))
        yield 0


def lacking(edition: int) -> ColumnElement[bool]:
    """Whether an edition has no reading of a response that it needs one of.

    That is each whose comment is held, and each that has a reading which counts.
    """
    new, old = aliased(Reading), aliased(Reading)
    there = select(new.id).where(new.response_id == Response.id, new.edition_id == edition)
    counts = select(old.id).where(
        old.response_id == Response.id, old.edition_id == current_edition()
    )
    return and_(
        or_(Response.comment.is_not(None), counts.correlate(Response).exists()),
        ~there.correlate(Response).exists(),
    )


def _some_readings(edition: int, after: int) -> Sequence[int]:
    return db.session.scalars(
        select(Reading.id)
        .where(Reading.edition_id == edition, Reading.id > after)
        .order_by(Reading.id)
        .limit(CLEARED_AT_ONCE)
    ).all()


def _carry_over(edition: int, responses: Collection[int]) -> int:
    """Copy readings of comments that are gone, with the method that read them; how many."""
    if not responses:
        return 0
    replaced = {"edition_id": literal(edition), "told": null()}
    columns = [column for column in table_of(Reading).columns if column.name != "id"]
    old = select(*(replaced.get(column.name, column) for column in columns)).where(
        Reading.response_id.in_(responses), Reading.edition_id == current_edition()
    )
    copied = insert_into(Reading).from_select([column.name for column in columns], old)
    added = db.session.scalars(
        copied.on_conflict_do_nothing().returning(table_of(Reading).c.id)
    ).all()
    _copy_mentions(added)
    return len(added)


def _copy_mentions(readings: Sequence[int]) -> None:
    """Give copied readings the themes of what they were copied from."""
    new, old = aliased(Reading), aliased(Reading)
    themes = (
        select(new.id, MentionRow.theme, MentionRow.sentiment)
        .select_from(new)
        .join(old, and_(old.response_id == new.response_id, old.edition_id == current_edition()))
        .join(MentionRow, MentionRow.reading_id == old.id)
        .where(new.id.in_(readings))
    )
    names = ["reading_id", "theme", "sentiment"]
    db.session.execute(insert(table_of(MentionRow)).from_select(names, themes))
