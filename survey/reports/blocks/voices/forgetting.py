"""What boards can no longer read of somebody who is forgotten: their drawn comment, for good.

Nothing takes its place, and its themes stay counted, since those tell of ten people at least.
"""

from sqlalchemy import delete, or_, select

from survey.enquiries.model import Closure
from survey.foundation.database import change, db
from survey.invitations.model import Invitation, Person
from survey.reports.blocks.voices.model import SealedComment
from survey.responses.model import Response


def forget_person(person_hash: bytes) -> int:
    """Delete the sealed comments that one person wrote; how many."""
    theirs = (
        select(Response.invitation_id)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .where(or_(Closure.person_hash == person_hash, Person.hash == person_hash))
        .order_by(Response.id)
    )
    # A worker may be sealing one of them now: wait for it, or its comment would stay behind.
    invitations = db.session.scalars(theirs.with_for_update(of=Response)).all()
    return change(delete(SealedComment).where(SealedComment.invitation_id.in_(invitations)))
