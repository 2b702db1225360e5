"""Rows of quarters that were told by one side, counted again from the sealed answers in each."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.directory import Directory
from survey.partnership.settings import SIDES
from survey.partnership.taken import NOT_TOLD_APART
from survey.reports.bands import band_of
from survey.reports.blocks.crossing.model import Crossing, CrossingRow
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.dimensions import code_of
from survey.reports.measures import SATISFIED
from survey.reports.periods import parse
from survey.reports.verifying.blocks import people_wrong, squares_wrong
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.parts import Parts
from survey.reports.verifying.rows import OF_ENQUIRY

Rows = Mapping[str, list[Any]]


def verify_crossings(known: Directory) -> Findings:
    """Every row against the answers of its quarter that have its value."""
    found, parts = Findings("quarters by a side"), Parts()
    partners = {partner.id: partner.code for partner in known.everything.partners}
    for crossing in db.session.scalars(select(Crossing).order_by(Crossing.id)).all():
        of_crossing = select(CrossingRow).where(CrossingRow.crossing_id == crossing.id)
        rows = {row.value: row for row in db.session.scalars(of_crossing)}
        # Without rows, nothing was told.
        again = _fallen(crossing, {*rows}, parts, known) if rows else {}
        for value in sorted({*rows, *again}):
            wrong, gone = _compared(rows.get(value), again.get(value, []))
            named = f"{partners[crossing.partner_id]} {crossing.quarter} {crossing.side} {value}"
            found.note(named, wrong, gone)
    return found


def _fallen(crossing: Crossing, told: set[str], parts: Parts, known: Directory) -> Rows:
    """The answers of a quarter by the value of the row that each is in."""
    code = _code_of(crossing.side, known)
    found: dict[str, list[Any]] = defaultdict(list)
    for row in _answers(crossing):
        values = [getattr(row, name) for name in OF_ENQUIRY]
        value = code(values[SIDES.index(crossing.side)]) or ""
        apart = value not in told or parts.of(row.block_id, values) in parts.stopped
        found[NOT_TOLD_APART if apart else value].append(row)
    return found


def _code_of(side: str, known: Directory) -> Any:
    return band_of if side == "hours" else code_of(side, known)


def _answers(crossing: Crossing) -> Any:
    months = parse(crossing.quarter).months
    columns = (SealedAnswer.rating, *(getattr(SealedAnswer, name) for name in OF_ENQUIRY))
    return db.session.execute(
        select(SeriesMonth.block_id, Invitation.person_id, *columns)
        .join(SealedAnswer, SealedAnswer.series_month_id == SeriesMonth.id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .join(Block, Block.id == SeriesMonth.block_id)
        .where(Block.partner_id == crossing.partner_id, Block.closes.in_(months))
    )


def _compared(row: CrossingRow | None, answers: list[Any]) -> tuple[list[str], set[str]]:
    if row is None:
        return [f"{len(answers)} of its answers are in no row"], set()
    satisfied = sum(each.rating in SATISFIED for each in answers)
    again = {"answers": len(answers), "satisfied": satisfied}
    wrong = [
        f"{name} {getattr(row, name)}, counted again {value}"
        for name, value in again.items()
        if getattr(row, name) != value
    ]
    people = [each.person_id for each in answers]
    of_people, gone = people_wrong(row.people, people)
    return wrong + of_people + squares_wrong(row.squares, people), gone
