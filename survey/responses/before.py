"""What was answered before by the same link, to be seen again and changed.

Whoever holds the link sees it, comment and all, so the letter asks not to pass it on. Shown is what
counts: the last answer that is not held. What is held may be a machine's, and nobody should find
its choice filled in.
"""

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from survey.foundation.database import db
from survey.foundation.keys import keys, token_hash
from survey.invitations.model import Invitation
from survey.partnership.directory import directory
from survey.questionnaire.answers import Typed
from survey.responses.counted import ON_HOLD
from survey.responses.model import Response


@dataclass(frozen=True)
class Before:
    """The day of an answer, until when it can be changed, and its fields by question key."""

    day: date
    until: date
    typed: Typed


def given_before(token: str) -> Before | None:
    """What stands behind the link of an answer; None where there is none."""
    row = db.session.execute(
        select(Response, Invitation.expires_at)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .where(Invitation.token_hash == token_hash(token), ~ON_HOLD)
        .order_by(Response.id.desc())
        .limit(1)
    ).first()
    if row is None or row.expires_at is None:
        return None
    zone = directory().zone
    return Before(
        day=row.Response.answered_at.astimezone(zone).date(),
        until=row.expires_at.astimezone(zone).date(),
        typed=_typed(row.Response),
    )


def _typed(response: Response) -> Typed:
    given = {
        **response.answers,
        "rating": response.rating,
        "ease": response.ease,
        "resolved": response.resolved,
        "comment": keys().decrypt(response.comment) if response.comment else None,
        **(json.loads(keys().decrypt(response.texts)) if response.texts else {}),
    }
    return {
        key: tuple(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in given.items()
        if value is not None
    }
