"""Draws the comments of a quarter that boards may read, once, and copies their redacted texts.

The draw is that of insiders, in the mix of ratings, by keyed lots. Of each person there is one
comment in it, the last. What tells of danger is not in it, nor what has no redacted text.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Row, func, select

from survey.comments.model import Reading
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.reports.blocks.forming import PERSON
from survey.reports.blocks.model import Block
from survey.reports.blocks.voices.counting import said_within
from survey.reports.blocks.voices.model import SealedComment
from survey.reports.blocks.voices.rule import DRAWN, people_to_draw_from
from survey.reports.said.draw import Candidate, draw
from survey.reports.said.telling import told_of
from survey.responses.model import Response

AT_ONCE = 1000
# Some are opened in vain: what hints at health, faith and the like is not for boards.
OPENED = 3 * DRAWN


def draw_comments(quarter: str, minimum: int) -> list[SealedComment]:
    """The comments drawn of each partner, in the order of their lots.

    Args:
        quarter: the one that is being sealed.
        minimum: how many people a block holds at least.
    """
    opened = {}
    for partner, rows in groupby(_readable(quarter), attrgetter("partner_id")):
        found = draw(map(_candidate, rows), OPENED)
        if found.of >= people_to_draw_from(minimum):
            opened[partner] = found.drawn
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


def _for_boards(opened: tuple[Candidate, ...], texts: Mapping[int, str]) -> tuple[Candidate, ...]:
    return draw((each for each in opened if each.id in texts), DRAWN).drawn


def _readable(quarter: str) -> Iterator[Row[tuple[int, int, object, int]]]:
    """Each person's last comment that may be shown, by partner, a batch in memory at a time."""
    latest = func.row_number().over(
        partition_by=(Block.partner_id, PERSON), order_by=Response.id.desc()
    )
    numbered = (
        said_within(
            quarter,
            *(Reading.id.label("reading"), Response.uuid, Response.rating),
            latest.label("number"),
        )
        .where(Reading.urgent.is_(False), Reading.told.is_not(None))
        .subquery()
    )
    chosen = select(numbered).where(numbered.c.number == 1).order_by(numbered.c.partner_id)
    return iter(db.session.execute(chosen, execution_options={"yield_per": AT_ONCE}))


def _candidate(row: Row[tuple[int, int, object, int]]) -> Candidate:
    return Candidate(keys().content_digest(f"draw {row.uuid}"), row.reading, row.rating)


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
