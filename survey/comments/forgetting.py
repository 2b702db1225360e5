"""What comments forget: the readings of somebody who asks for it.

Nothing goes by age: a reading holds no text, and the sentiment it counts as stays in the figures
when the original comment goes.
"""

from sqlalchemy import delete, select

from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.responses.model import Response


def forget_person(person_hash: bytes) -> int:
    """Delete the readings of all that one person answered; how many there were."""
    theirs = (
        select(Response.id)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
        .where(Closure.person_hash == person_hash)
    )
    # A worker may be reading one of them now: wait for it, or its reading would stay behind.
    responses = db.session.scalars(theirs.with_for_update(of=Response)).all()
    gone = delete(Reading).where(Reading.response_id.in_(responses)).returning(Reading.id)
    return len(db.session.scalars(gone).all())
