"""Which response counts: of each invitation the last one that is not on hold."""

from sqlalchemy import Subquery, and_, func, select
from sqlalchemy.orm import aliased

from survey.invitations.model import Invitation
from survey.responses.model import Hold, Response

ON_HOLD = (
    select(Hold.id)
    .where(Hold.response_id == Response.id, Hold.released_at.is_(None))
    .exists()
    .correlate(Response)
)
# Of the invitation in the statement around it. What a machine answered keeps nobody from being
# reminded.
ANSWERED = (
    select(Response.id)
    .where(Response.invitation_id == Invitation.id, ~ON_HOLD)
    .exists()
    .correlate(Invitation)
)
_LATER = aliased(Response)
_LATER_ON_HOLD = (
    select(Hold.id).where(Hold.response_id == _LATER.id, Hold.released_at.is_(None)).exists()
)
# Of the response in the statement around it. Where only few are asked about, this does not go
# through all there are, as `counted_responses` does.
COUNTS = and_(
    ~ON_HOLD,
    ~select(_LATER.id)
    .where(
        _LATER.invitation_id == Response.invitation_id,
        _LATER.id > Response.id,
        ~_LATER_ON_HOLD.correlate(_LATER),
    )
    .exists()
    .correlate(Response),
)


def counted_responses() -> Subquery:
    """The counted response of each invitation that has one, as a subquery with its columns.

    A later revision takes the place of an earlier one; one on hold takes nobody's place until it is
    released. `first_month` is the month in which the invitation's first such response was given.
    """
    last = (
        select(
            func.max(Response.id).label("id"),
            func.min(Response.answered_month).label("first_month"),
        )
        .where(~ON_HOLD)
        .group_by(Response.invitation_id)
        .subquery("last_response")
    )
    return (
        select(Response.__table__, last.c.first_month)
        .join(last, last.c.id == Response.id)
        .subquery("counted")
    )
