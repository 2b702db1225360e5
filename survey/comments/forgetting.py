"""What comments forget: all that was read of somebody who asks, and quotes of what is gone.

When a comment's original goes by its age, its label and themes stay for the figures; what its
readings told of the text goes with it.
"""

from datetime import datetime

from sqlalchemy import delete, select, update

from survey.comments.model import Reading, UrgentNotice
from survey.enquiries.model import Closure
from survey.foundation.database import change, db
from survey.invitations.model import Invitation
from survey.responses.model import Response


def forget_person(person_hash: bytes) -> int:
    """Delete the readings of all that one person answered, in every edition; how many comments.

    The themes they mention go with them, and so do notices of urgent ones.
    """
    theirs = (
        select(Response.id)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
        .where(Closure.person_hash == person_hash)
        .order_by(Response.id)
    )
    # A worker may be reading one of them now: wait for it, or its reading would stay behind.
    responses = db.session.scalars(theirs.with_for_update(of=Response)).all()
    gone = delete(Reading).where(Reading.response_id.in_(responses))
    change(delete(UrgentNotice).where(UrgentNotice.response_id.in_(responses)))
    return len(set(db.session.scalars(gone.returning(Reading.response_id))))


def forget_expired(_now: datetime) -> int:
    """Delete what readings told of comments whose original is gone; how many readings.

    A notice that was sent is of no use any more either.
    """
    originals = select(Response.id).where(Response.comment.is_(None))
    sent = UrgentNotice.sent_at.is_not(None)
    change(delete(UrgentNotice).where(sent, UrgentNotice.response_id.in_(originals)))
    return change(
        update(Reading)
        .where(Reading.told.is_not(None), Reading.response_id.in_(originals))
        .values(told=None)
    )
