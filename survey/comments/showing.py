"""Shows the operator what somebody wrote, as it came. It is the one way to see it, and is noted."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from survey.access.audit import local_user, record
from survey.comments.counted import current_readings
from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.model import Invitation
from survey.partnership.model import SourceRow
from survey.responses.model import Response


@dataclass(frozen=True)
class Shown:
    """What one answer about an enquiry says in words: the comment, and short texts by question key.

    `told` is empty while the comment has no reading, or a failed one.
    """

    answered_at: datetime
    rating: int
    text: str | None
    texts: dict[str, str]
    sentiment: str | None
    method: str | None
    urgent: bool
    told: dict[str, Any]


def show(source: str, reference: str) -> list[Shown]:
    """What was written about an enquiry and is still held, oldest first; notes each as shown."""
    rows = _rows(source, reference)
    for row in rows:
        # The reference would stay in the audit when the person is forgotten.
        record("comment shown", f"response {row.uuid}", user=local_user())
    return [
        Shown(
            answered_at=row.answered_at,
            rating=row.rating,
            text=keys().decrypt(row.comment) if row.comment else None,
            texts=json.loads(keys().decrypt(row.texts)) if row.texts else {},
            sentiment=row.sentiment,
            method=row.method,
            urgent=bool(row.urgent),
            told=json.loads(keys().decrypt(row.told)) if row.told else {},
        )
        for row in rows
    ]


def _rows(source: str, reference: str) -> Sequence[Any]:
    return db.session.execute(
        select(
            *(Response.uuid, Response.answered_at, Response.rating),
            *(Response.comment, Response.texts),
            *(Reading.sentiment, Reading.method, Reading.urgent, Reading.told),
        )
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
        .join(SourceRow, SourceRow.id == Closure.source_id)
        .outerjoin(Reading, and_(Reading.response_id == Response.id, current_readings()))
        .where(SourceRow.code == source, Closure.reference == reference)
        .where(or_(Response.comment.is_not(None), Response.texts.is_not(None)))
        .order_by(Response.id)
    ).all()
