"""What people say in a quarter that is being sealed, looked up once: its themes and draw are of it.

Of each answer in the quarter's blocks, the comment that counts on that day, as it is read then.
"""

from typing import Any

from sqlalchemy import Select, and_, select

from survey.comments.counted import current_readings
from survey.comments.model import Reading
from survey.foundation.database import table_of
from survey.invitations.model import Invitation
from survey.reports.blocks.given import PERSON
from survey.reports.blocks.looked_up import LookedUp
from survey.reports.blocks.model import SealedAnswer, SeriesMonth
from survey.reports.blocks.quarters import answers_within
from survey.reports.said.spoken import SAYING
from survey.responses.counted import COUNTS
from survey.responses.model import Response

# Of those alone that say something.
_WRITER = (
    select(PERSON)
    .where(Invitation.id == table_of(SealedAnswer).c.invitation_id)
    .correlate(SealedAnswer)
    .scalar_subquery()
)
_COLUMNS: tuple[Any, ...] = (
    _WRITER.label("person"),
    Reading.id.label("reading"),
    Response.id.label("response"),
    *(Response.uuid, Response.rating),
    and_(Reading.urgent.is_(False), Reading.told.is_not(None)).label("readable"),
)
SAID = LookedUp("said_in_quarter", select(SeriesMonth.partner_id, *_COLUMNS))


def said_within(quarter: str) -> Select[Any]:
    """The comments in a quarter's blocks that say something, with whose they are."""
    return (
        answers_within(quarter, *_COLUMNS)
        .join(Response, Response.invitation_id == SealedAnswer.invitation_id)
        .join(Reading, and_(Reading.response_id == Response.id, current_readings()))
        .where(COUNTS, Reading.sentiment.in_(SAYING))
    )
