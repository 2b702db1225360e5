"""Parts counted anew, counted once more: what counted of them on the day of their restatement."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.reports.blocks.model import Block, SealedMonth, SeriesMonth
from survey.reports.blocks.parts_model import BlockPart
from survey.reports.blocks.restated_model import RestatedPart
from survey.reports.verifying.answers import SEALING_TAKES, revisions_of
from survey.reports.verifying.as_of import Revision, counted, first_month
from survey.reports.verifying.blocks import named
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.parts import OF_ENQUIRY, Parts, part_named
from survey.reports.verifying.rows import copied_rows, not_copied_rows

FORGOTTEN = "what counted then, since somebody was forgotten"


@dataclass(frozen=True)
class _Answer:
    """One invitation's: whose, as sealed (None: it was not), and every revision there is.

    `months` are those in which it came late to the block, where it was not sealed.
    """

    person: int | None
    sealed: int | None
    revisions: list[Revision]
    months: frozenset[str]

    def after(self, moment: datetime) -> int | None:
        """Its rating in what was counted anew at a moment."""
        if self.sealed is None and first_month(self.revisions, moment) not in self.months:
            return None
        then = counted(self.revisions, moment)
        return then.said.rating if then else None


def verify_restated(known: Directory) -> Findings:
    """Every part that was counted anew, and what came late, against the responses themselves."""
    found = Findings("parts counted anew")
    rows = db.session.execute(
        select(RestatedPart, BlockPart, Block, SealedMonth.sealed_at)
        .join(Block, Block.id == RestatedPart.block_id)
        .join(SealedMonth, SealedMonth.month == RestatedPart.with_month)
        .outerjoin(BlockPart, BlockPart.id == RestatedPart.part_id)
        .order_by(RestatedPart.id)
    ).all()
    answers = _answers({block.id for _, _, block, _ in rows}) if rows else {}
    for anew, part, block, sealed_at in rows:
        mine = answers[block.id, anew.part_id]
        wrong = min(
            # Before and after, since answers come in while a month is sealed.
            (_wrong(anew, mine, at) for at in (sealed_at, sealed_at + SEALING_TAKES)),
            key=len,
        )
        forgotten = any(answer.person is None for answer in mine)
        gone = {FORGOTTEN} if wrong and forgotten else set()
        name = f"{named(block, known)} {part_named(part)}"
        found.note(name, [] if forgotten else wrong, gone)
    return found


def _wrong(anew: RestatedPart, answers: Iterable[_Answer], moment: datetime) -> list[str]:
    ratings: Counter[str] = Counter()
    people, changed = set(), set()
    for answer in answers:
        now = answer.after(moment)
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


def _answers(blocks: set[int]) -> Mapping[tuple[int, int | None], list[_Answer]]:
    """By the block and the part; those that came late are in none."""
    found: dict[tuple[int, int | None], list[_Answer]] = defaultdict(list)
    parts = Parts()
    for _, rows in groupby(copied_rows(blocks), attrgetter("invitation_id")):
        group = list(rows)
        one = group[0]
        part = parts.of(one.block_id, [getattr(one, f"sealed_{name}") for name in OF_ENQUIRY])
        if part is not None:
            found[one.block_id, part].append(
                _Answer(one.person_id, one.sealed_rating, revisions_of(group), frozenset())
            )
    for block, late in _late(blocks):
        found[block, None].append(late)
    return found


def _late(blocks: set[int]) -> Iterator[tuple[int, _Answer]]:
    """Answers that were not sealed, with each block that has a month and series of theirs."""
    months: dict[tuple[int, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for series in db.session.scalars(select(SeriesMonth).where(SeriesMonth.block_id.in_(blocks))):
        of = months[series.partner_id, series.service_group]
        of[int(series.block_id or 0)].add(series.month)
    for _, rows in groupby(not_copied_rows(), attrgetter("invitation_id")):
        group: list[Any] = list(rows)
        one = group[0]
        for block, theirs in months.get((one.partner_id, one.service_group), {}).items():
            yield block, _Answer(one.person_id, None, revisions_of(group), frozenset(theirs))
