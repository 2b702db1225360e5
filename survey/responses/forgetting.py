"""This room's rule for forgetting: what was written goes, what was ticked stays and is counted."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from survey.enquiries.model import Closure
from survey.foundation.database import change, db
from survey.invitations.model import Invitation, Person
from survey.partnership.directory import directory
from survey.partnership.working_time import month_start
from survey.responses.form_nonce import NONCE_BYTES
from survey.responses.model import Consent, Hold, Response

# Visitors are known for 48 hours, and the step that forgets comes by once an hour.
VISITOR_KEPT = timedelta(hours=47)


def forget_person(person_hash: bytes) -> int:
    """Take out of a person's responses what could tell who they are; how many there were.

    Gone: every text, the moment (what is left is the start of its month, local time), the nonce and
    the visitor. Gone too, without a trace: what they allowed, since there is nobody left to write
    to and nothing left to quote. Kept: all that was chosen, and the month, so that no figure
    changes.
    """
    theirs = (
        select(Response)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .where(or_(Closure.person_hash == person_hash, Person.hash == person_hash))
    )
    responses = db.session.scalars(theirs).all()
    for response in responses:
        response.comment = None
        response.texts = None
        response.nonce = secrets.token_urlsafe(NONCE_BYTES)
        response.visitor = None
        response.answered_at = month_start(response.answered_month, directory().zone)
        # A hold was made in the same moment, which would tell it.
        change(
            update(Hold).where(Hold.response_id == response.id).values(held_at=response.answered_at)
        )
        change(delete(Consent).where(Consent.response_id == response.id))
    db.session.flush()
    return len(responses)


def forget_expired(now: datetime) -> int:
    """Delete visitors and the originals of comments and texts kept long enough; how many."""
    visitors = change(
        update(Response)
        .where(Response.visitor.is_not(None), Response.answered_at < now - VISITOR_KEPT)
        .values(visitor=None)
    )
    kept_since = months_before(now, directory().settings.keeping.comment_months)
    return visitors + change(
        update(Response)
        .where(or_(Response.comment.is_not(None), Response.texts.is_not(None)))
        .where(Response.answered_at < kept_since)
        .values(comment=None, texts=None)
    )


def months_before(moment: datetime, months: int) -> datetime:
    """The same moment so many months earlier; in a month too short for its day, on the 28th."""
    years, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=years, month=month + 1, day=min(moment.day, 28))
