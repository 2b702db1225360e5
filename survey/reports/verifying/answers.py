"""Sealed answers against the answers themselves, as they stood on the day they were copied.

Every revision is kept, and when each was held and released; so what counted on a day is told from
the rows of today. Of people who were forgotten the moments are gone, and of comments that were
erased the readings: what depends on these cannot be reckoned again.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from survey.enquiries.model import Correction
from survey.foundation.database import db
from survey.reports.verifying.as_of import (
    Revision,
    Sealing,
    Sealings,
    counted,
    counts_now,
    due_with,
    first_month,
)
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.rows import OF_ENQUIRY, copied_rows, how_many_astray

SAID = ("rating", "ease", "resolved", "questionnaire", "version", "answers")
FORGOTTEN = "which of their answers counted, since somebody was forgotten"
CORRECTED = "what was true of the enquiry, since it was corrected"
ERASED = "sentiment, since the comment was erased"
READ_AGAIN = "sentiment, since the comment was read again"
REVISED, HELD = "revised since", "held since"
LATE = "came, or were released, after their month was sealed, and were copied with a later one"


def verify_answers(sealings: Sealings) -> Findings:
    """Every sealed answer against the responses of its invitation and their enquiry."""
    found = Findings("sealed answers")
    corrected = set(db.session.scalars(select(Correction.closure_id)))
    for _, rows in groupby(copied_rows(), attrgetter("invitation_id")):
        group = list(rows)
        revisions = revisions_of(group)
        sealed = group[0]
        sealing = sealings[sealed.month]
        then = _at_sealing(sealed, revisions, sealing)
        wrong, gone = _compared(sealed, then, revisions, sealing, corrected)
        if then:
            wrong += _was_due_before(revisions, sealing, sealings.values())
        found.note(f"answer {sealed.uuid or 'deleted'} of {sealed.month}", wrong, gone)
        if then and not wrong:
            found.since.update(_since(then, revisions, sealing))
    if astray := how_many_astray():
        found.note(f"{astray} sealed answers", ["their invitation or series is gone"], set())
    return found


def revisions_of(rows: Iterable[Any]) -> list[Revision]:
    """The responses of one invitation; each stands in as many rows as it was held, or in one."""
    found = []
    for number, same in groupby(rows, attrgetter("response_id")):
        if number is None:
            continue
        held = list(same)
        holds = tuple((row.held_at, row.released_at) for row in held if row.held_at)
        one = held[0]
        found.append(Revision(number, one.answered_at, one.answered_month, holds, one))
    return found


def _at_sealing(sealed: Any, revisions: Sequence[Revision], sealing: Sealing) -> Revision | None:
    """The revision that was copied; None where none that counted then says the same."""
    for look in sealing.looks:
        then = counted(revisions, look)
        first = first_month(revisions, look)
        if then and _same(sealed, then) and first and first <= sealing.month:
            return then
    return None


def _was_due_before(
    revisions: Sequence[Revision], sealing: Sealing, every: Iterable[Sealing]
) -> list[str]:
    """What is wrong where an answer was not copied with the first month that it could be."""
    first = min(each.month for each in revisions)
    if first == sealing.month:
        return []
    due = due_with(revisions, (each for each in every if first <= each.month < sealing.month))
    return [f"it counted when {due} was sealed"] if due else []


def _since(then: Revision, revisions: Sequence[Revision], sealing: Sealing) -> Iterator[str]:
    """What happened to an answer after its month was sealed."""
    firsts = {first_month(revisions, look) for look in sealing.looks}
    if all(first and first < sealing.month for first in firsts):
        yield LATE
    current = counts_now(revisions)
    if current is None or current.number < then.number:
        yield HELD
    elif current.number > then.number:
        yield REVISED


def _same(sealed: Any, revision: Revision) -> bool:
    return all(getattr(sealed, f"sealed_{name}") == getattr(revision.said, name) for name in SAID)


def _compared(
    sealed: Any,
    then: Revision | None,
    revisions: Sequence[Revision],
    sealing: Sealing,
    corrected: set[int],
) -> tuple[list[str], set[str]]:
    """What is wrong about a sealed answer, and why what could not be reckoned."""
    wrong: list[str] = []
    gone: set[str] = set()
    if any(
        getattr(sealed, f"sealed_{name}") != getattr(sealed, name)
        for name in ("partner_id", *OF_ENQUIRY)
    ):
        if sealed.closure_id in corrected:
            gone.add(CORRECTED)
        else:
            wrong.append("its enquiry says something else, and was not corrected")
    if then:
        _compare_sentiment(sealed, then.said, sealing, wrong, gone)
    elif sealed.person_id is None and any(_same(sealed, each) for each in revisions):
        gone.add(FORGOTTEN)
    else:
        wrong.append(_told_apart(sealed, revisions, sealing))
    return wrong, gone


def _told_apart(sealed: Any, revisions: Sequence[Revision], sealing: Sealing) -> str:
    """How it differs from what counted."""
    then = counted(revisions, sealing.looks[0])
    if then is None:
        return "no answer counted then"
    for name in SAID:
        copied, said = getattr(sealed, f"sealed_{name}"), getattr(then.said, name)
        if copied != said:
            return f"{name} {copied!r} was sealed, {said!r} was answered"
    return "it belongs to another month"


def _compare_sentiment(
    sealed: Any, said: Any, sealing: Sealing, wrong: list[str], gone: set[str]
) -> None:
    copied, today = sealed.sealed_sentiment, said.sentiment
    if today is None:
        today = "unread" if said.has_comment else "none"
        if copied != today and not said.has_comment:
            gone.add(ERASED)
            return
    if copied == today:
        return
    if said.read_at and said.read_at > sealing.begins:
        gone.add(READ_AGAIN)
    else:
        wrong.append(f"sentiment {copied!r} was sealed, {today!r} was read")
