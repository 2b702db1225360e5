"""Draws the comments of a quarter that boards may read, once, and copies their redacted texts.

The draw keeps the mix of ratings, as that of insiders does, and chance comes from a key. Of each
person there is one comment in it, the last. What tells of danger is not in it, nor what has no
redacted text.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Subquery, func, select, true

from survey.comments.model import Reading
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.reports.blocks.voices.model import SealedComment
from survey.reports.blocks.voices.rule import DRAWN, people_to_draw_from
from survey.reports.blocks.voices.said import SAID
from survey.reports.said.draw import Candidate, apportion, draw
from survey.reports.said.telling import told_of
from survey.responses.model import Response

# Some are opened in vain: what hints at health, faith and the like is not for boards.
OPENED = 3 * DRAWN


def draw_comments(quarter: str, minimum: int) -> list[SealedComment]:
    """The comments drawn of each partner, in the order of their lots.

    Args:
        quarter: the one that is being sealed.
        minimum: how many people a block holds at least.
    """
    opened: dict[int, list[Candidate]] = {}
    for partner, rows in groupby(_some_readable(quarter), attrgetter("partner_id")):
        by_rating = list(rows)
        people = {row.rating: row.people for row in by_rating}
        if sum(people.values()) >= people_to_draw_from(minimum):
            places = apportion(people, OPENED)
            opened[partner] = [_lot(row) for row in by_rating if row.place <= places[row.rating]]
    ids = [each.id for drawn in opened.values() for each in drawn]
    writers, texts = _writers(ids), _texts(ids)
    return [
        SealedComment(
            partner_id=partner,
            quarter=quarter,
            place=place,
            invitation_id=writers[each.id],
            text=keys().encrypt(texts[each.id]),
        )
        for partner, drawn in opened.items()
        for place, each in enumerate(_for_boards(drawn, texts), start=1)
    ]


def _for_boards(opened: Iterable[Candidate], texts: Mapping[int, str]) -> tuple[Candidate, ...]:
    return draw((each for each in opened if each.id in texts), DRAWN).drawn


def _lot(row: Row[Any]) -> Candidate:
    return Candidate(keys().content_digest(f"draw {row.uuid}"), row.reading, row.rating)


def _some_readable(quarter: str) -> Iterator[Row[Any]]:
    """Some comments of each rating that may be shown, by partner, and of how many people they are.

    The database takes them, in the order of their random ids from one on that the key decides, so
    that a quarter is not gone through one by one.
    """
    last = _last_readable()
    start = UUID(bytes=keys().content_digest(f"draw {quarter}")[:16])
    within = (last.c.partner_id, last.c.rating)
    order = (last.c.uuid < start, last.c.uuid)
    placed = (
        select(
            *last.c,
            func.row_number().over(partition_by=within, order_by=order).label("place"),
            func.count().over(partition_by=within).label("people"),
        )
        .where(last.c.number == 1)
        .subquery()
    )
    chosen = select(placed).where(placed.c.place <= OPENED).order_by(placed.c.partner_id)
    return iter(db.session.execute(chosen))


def _last_readable() -> Subquery:
    """Comments that may be shown; of each person the last is number 1."""
    said = SAID.table.c
    latest = func.row_number().over(
        partition_by=(said.partner_id, said.person), order_by=said.response.desc()
    )
    return select(*said, latest.label("number")).where(said.readable == true()).subquery()


def _writers(readings: list[int]) -> dict[int, int]:
    """The invitations behind readings, which nobody forgets until the commit."""
    # Whoever forgets a person holds the responses, and is waited for here.
    held = (
        select(Reading.id, Response.invitation_id)
        .join(Response, Response.id == Reading.response_id)
        .where(Reading.id.in_(readings))
        .order_by(Response.id)
        .with_for_update(of=Response, key_share=True)
    )
    return {row.id: row.invitation_id for row in db.session.execute(held)}


def _texts(readings: list[int]) -> dict[int, str]:
    """The redacted texts that boards may read, by reading."""
    return {reading: told["redacted"] for reading, told in told_of(readings) if not told["hints"]}
