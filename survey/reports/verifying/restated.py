"""Parts counted anew, counted once more: what counted of them on the day of their restatement."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import select

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.reports.blocks.model import Block
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.restated_model import RestatedPart
from survey.reports.verifying.answers import revisions_of
from survey.reports.verifying.as_of import Look, Revision, Sealings, counted
from survey.reports.verifying.blocks import named
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.parts import Parts, part_named
from survey.reports.verifying.rows import OF_ENQUIRY, copied_rows

FORGOTTEN = "what counted then, since somebody was forgotten"


class _Answer(NamedTuple):
    """One invitation's: whose, its rating as sealed, and every revision there is."""

    person: int | None
    sealed: int
    revisions: list[Revision]


def verify_restated(known: Directory, sealings: Sealings) -> Findings:
    """Every part that was counted anew, against the responses themselves."""
    found = Findings("parts counted anew")
    rows = db.session.execute(
        select(RestatedPart, BlockPart, Block)
        .join(Block, Block.id == RestatedPart.block_id)
        .join(BlockPart, BlockPart.id == RestatedPart.part_id)
        .order_by(RestatedPart.id)
    ).all()
    answers = _answers({block.id for _, _, block in rows}) if rows else {}
    for anew, part, block in rows:
        mine = answers[part.id]
        looks = sealings[anew.with_month].looks
        wrong = min((_wrong(anew, mine, look) for look in looks), key=len)
        forgotten = any(answer.person is None for answer in mine)
        gone = {FORGOTTEN} if wrong and forgotten else set()
        name = f"{named(block, known)} {part_named(part)}"
        found.note(name, [] if forgotten else wrong, gone)
    return found


def _wrong(anew: RestatedPart, answers: Iterable[_Answer], look: Look) -> list[str]:
    ratings: Counter[str] = Counter()
    people, changed = set(), set()
    for answer in answers:
        then = counted(answer.revisions, look)
        now = then.said.rating if then else None
        if now is not None:
            people.add(answer.person)
            ratings[str(now)] += 1
        if now != answer.sealed:
            changed.add(answer.person)
    again = {
        "people": len(people),
        "answers": ratings.total(),
        "ratings": {str(rating): ratings[str(rating)] for rating in range(1, 6)},
        "changed": len(changed),
    }
    return [
        f"{name} {getattr(anew, name)}, counted again {value}"
        for name, value in again.items()
        if getattr(anew, name) != value
    ]


def _answers(blocks: set[int]) -> Mapping[int, list[_Answer]]:
    """By the part."""
    found: dict[int, list[_Answer]] = defaultdict(list)
    parts = Parts()
    for _, rows in groupby(copied_rows(blocks), attrgetter("invitation_id")):
        group = list(rows)
        one = group[0]
        part = parts.of(one.block_id, [getattr(one, f"sealed_{name}") for name in OF_ENQUIRY])
        if part is not None:
            found[part].append(_Answer(one.person_id, one.sealed_rating, revisions_of(group)))
    return found
