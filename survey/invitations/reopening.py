"""Enquiries that were closed, reopened and closed again: a first invitation not sent is withdrawn.

To be asked about what is being worked on again, or twice about one enquiry, bothers people. A
letter that has gone out stays, as does its answer. Whoever is about to send one looks once more
(`reopened`); whoever is about to decide about the later closure withdraws first, since the earlier
invitation would otherwise hold the person's quiet period.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, update
from sqlalchemy.orm import aliased

from survey.enquiries.model import Closure, OpenEnquiry
from survey.foundation.database import change, db
from survey.invitations import people
from survey.invitations.eligibility import REOPENED
from survey.invitations.model import Invitation

Unsent = Row[*tuple[Any, ...]]
# What an invitation is left without when nobody is asked after all.
CALLED_OFF = dict.fromkeys(
    ("person_id", "token_hash", "expires_at", "next_attempt_at", "claimed_by", "claimed_until")
)
# A link that its source sends is not ours to withdraw: it may be with the person already. So may a
# letter that a killed worker held: its claim has run out and is still there.
UNSENT = and_(
    Invitation.asked,
    Invitation.sent_at.is_(None),
    Invitation.refused_at.is_(None),
    Invitation.next_attempt_at.is_not(None),
)


def reopened() -> ColumnElement[bool]:
    """Whether the enquiry of the `Closure` in the statement was reopened, or closed again, later.

    At the same moment, by a source that tells the day alone, is not later.
    """
    later = aliased(Closure)
    closed_again = select(later.id).where(
        later.source_id == Closure.source_id,
        later.reference == Closure.reference,
        later.closed_at > Closure.closed_at,
    )
    open_again = select(OpenEnquiry.id).where(
        OpenEnquiry.source_id == Closure.source_id,
        OpenEnquiry.reference == Closure.reference,
        OpenEnquiry.reopened_at > Closure.closed_at,
    )
    return or_(closed_again.correlate(Closure).exists(), open_again.correlate(Closure).exists())


def withdraw_before(closures: Collection[int], now: datetime) -> tuple[int, dict[int, datetime]]:
    """Withdraw what was not sent about earlier closures of the same enquiries; the caller commits.

    Returns:
        How many were withdrawn; and the closures before whose a worker holds a letter in its hands
        right now, each with the moment until which it does.
    """
    found = _unsent_before(closures)
    held = {row.later: row.claimed_until for row in found if _is_held(row, now)}
    free = {row.invitation: row.person_id for row in found if row.claimed_until is None}
    if not free:
        return 0, held
    persons = [person for person in free.values() if person is not None]
    people.hold(persons)
    withdrawn = change(
        update(Invitation)
        .where(Invitation.id.in_(free), UNSENT, Invitation.claimed_by.is_(None))
        .values(asked=False, reason=REOPENED, decided_at=now, **CALLED_OFF)
    )
    people.give_back_quiet_period(persons)
    return withdrawn, held


def _unsent_before(closures: Collection[int]) -> Sequence[Unsent]:
    if not closures:
        return []
    later = aliased(Closure)
    return db.session.execute(
        select(
            *(later.id.label("later"), Invitation.id.label("invitation")),
            *(Invitation.person_id, Invitation.claimed_until),
        )
        .join(
            Closure,
            and_(
                Closure.source_id == later.source_id,
                Closure.reference == later.reference,
                Closure.closed_at < later.closed_at,
            ),
        )
        .join(Invitation, Invitation.closure_id == Closure.id)
        .where(later.id.in_(closures), UNSENT)
    ).all()


def _is_held(row: Unsent, now: datetime) -> bool:
    return row.claimed_until is not None and row.claimed_until > now
