"""Details of quarters counted again from the answers of their blocks, one by one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.directory import Directory
from survey.questionnaire.library import labels, version
from survey.questionnaire.questions import Asked
from survey.reports.blocks.model import Block, SealedAnswer, SealedQuarter, SeriesMonth
from survey.reports.blocks.rule import MANY
from survey.reports.blocks.sealing import last_sealed
from survey.reports.periods import parse, quarter_of
from survey.reports.verifying.blocks import (
    people_wrong,
    squares_wrong,
    tells_how_often,
)
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.rows import ROWS_AT_ONCE

SCALES = ("rating", "ease", "resolved", "sentiment")


def verify_quarters(known: Directory) -> Findings:
    """The details of every partner's quarter against the answers of its blocks."""
    found = Findings("quarters")
    partners = {partner.id: partner.code for partner in known.everything.partners}
    asked, untold = labels(), _untold()
    for quarter in db.session.scalars(select(SealedQuarter)).all():
        rows = list(_answers(quarter))
        wrong, gone = people_wrong(quarter.people, (row.person_id for row in rows))
        told = (quarter.partner_id, quarter.quarter) not in untold
        wrong += squares_wrong(quarter.squares, [row.person_id for row in rows], told=told)
        if (quarter.detail is not None) != (quarter.people >= MANY):
            wrong.append("shown though it is of too few" if quarter.detail else "not shown")
        if quarter.detail is not None:
            wrong += _wrong_details(quarter.detail, counted_again(rows, asked))
        named = f"{partners[quarter.partner_id]} {quarter.quarter}"
        found.note(named, wrong, gone)
    for partner, missing in _gone():
        found.note(f"{partners[partner]} {missing}", ["it has blocks and no details"], set())
    return found


def _untold() -> set[tuple[int, str]]:
    """Quarters, by partner, with a block that may not tell how often the same people answered."""
    return {
        (block.partner_id, quarter_of(block.closes))
        for block in db.session.scalars(select(Block))
        if not tells_how_often(block)
    }


def _gone() -> list[tuple[int, str]]:
    """The quarters, by partner, that have ended and have blocks, and of which nothing is there."""
    blocks = db.session.execute(select(Block.partner_id, Block.closes).distinct())
    there = select(SealedQuarter.partner_id, SealedQuarter.quarter)
    known = {tuple(row) for row in db.session.execute(there)}
    last = last_sealed() or ""
    ended = {
        (partner, quarter_of(month))
        for partner, month in blocks
        if parse(quarter_of(month)).months[-1] <= last
    }
    return sorted(ended - known)


def counted_again(rows: Iterable[Any], asked: Mapping[Asked, str]) -> dict[str, Any]:
    """What a quarter's answers say, as details have it, but without noughts."""
    scales: dict[str, Counter[str]] = defaultdict(Counter)
    times: Counter[str] = Counter()
    chosen: dict[str, Counter[str]] = defaultdict(Counter)
    recommending: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for name in SCALES:
            scales[name][str(getattr(row, name))] += getattr(row, name) is not None
        questionnaire = version(row.questionnaire, row.version)
        for key, value in row.answers.items():
            label = asked.get((row.questionnaire, row.version, key))
            question = questionnaire and questionnaire.question(key)
            if not (label and questionnaire and question):
                continue
            times[label] += 1
            chosen[label].update(map(str, value if isinstance(value, list) else [value]))
            if question is questionnaire.recommendation:
                recommending[label][str(value)] += 1
    many = [label for label, n in times.items() if n >= MANY]
    return {
        "ratings": dict(+scales["rating"]),
        **{name: dict(+scales[name]) for name in SCALES[1:]},
        "recommendation": {
            label: dict(recommending[label]) for label in many if label in recommending
        },
        "questions": {label: {"n": times[label], "counts": dict(chosen[label])} for label in many},
    }


def _answers(quarter: SealedQuarter) -> Iterable[Any]:
    months = parse(quarter.quarter).months
    said = (SealedAnswer.rating, SealedAnswer.ease, SealedAnswer.resolved, SealedAnswer.sentiment)
    given = (SealedAnswer.questionnaire, SealedAnswer.version, SealedAnswer.answers)
    return db.session.execute(
        select(Invitation.person_id, *said, *given)
        .join(SealedAnswer, SealedAnswer.invitation_id == Invitation.id)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .join(Block, Block.id == SeriesMonth.block_id)
        .where(Block.partner_id == quarter.partner_id)
        .where(Block.closes.between(months[0], months[-1])),
        execution_options={"yield_per": ROWS_AT_ONCE},
    )


def _wrong_details(stored: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """What differs of that which was counted then: more was added to it over time."""
    return [
        f"{name} {_without_noughts(stored[name])}, counted again {again[name]}"
        for name in again
        if name in stored and _without_noughts(stored[name]) != again[name]
    ]


def _without_noughts(counts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _without_noughts(value) if isinstance(value, Mapping) else value
        for name, value in counts.items()
        if value != 0
    }
