"""Comments as SQL: counted answers with what was understood of them, by the current method.

Everything that themes and comments count goes through `Said`, so that both mean the same: the month
is that of the first answer that counts, the reading that of the current edition, and a comment not
read yet is `unread`.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, FromClause, and_, func, join, or_, select

from survey.comments.counted import current_readings
from survey.comments.model import MentionRow, Reading
from survey.comments.sentiment.mood import UNREAD
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.model import Invitation
from survey.reports.periods import Period
from survey.reports.said.draw import Candidate
from survey.reports.said.spoken import SAYING
from survey.reports.selection import Selection
from survey.responses.counted import counted_responses

AT_ONCE = 1000


class Said:
    """Comments of a selection: their columns, where they come from, and what narrows them."""

    def __init__(self, selection: Selection) -> None:
        counted = counted_responses()
        self.answer = counted.c
        self.source: FromClause = (
            join(counted, Invitation, counted.c.invitation_id == Invitation.id)
            .join(Closure, Closure.id == Invitation.closure_id)
            .outerjoin(Reading, and_(Reading.response_id == counted.c.id, current_readings()))
        )
        self.label = func.coalesce(Reading.sentiment, UNREAD)
        # The text of one that was read may be gone by now.
        self.where = [
            or_(Reading.id.is_not(None), self.answer.comment.is_not(None)),
            *selection.conditions(),
        ]

    def during(self, first: Period, last: Period) -> ColumnElement[bool]:
        """From the one period's first month to the other's last."""
        return self.answer.first_month.between(first.months[0], last.months[-1])

    def names(self, theme: str | None = None) -> ColumnElement[bool]:
        """Whether a comment names this theme; without one: any theme."""
        found = select(MentionRow.id).where(MentionRow.reading_id == Reading.id)
        if theme is not None:
            found = found.where(MentionRow.theme == theme)
        return found.exists()

    @property
    def says_something(self) -> ColumnElement[bool]:
        """Whether a comment is in the base of shares."""
        return self.label.in_(SAYING)

    @property
    def may_be_shown(self) -> list[ColumnElement[bool]]:
        """Never one with urgent words, nor one of which there is no redacted text."""
        return [Reading.urgent.is_(False), Reading.told.is_not(None)]

    def candidates(self, *conditions: ColumnElement[bool]) -> Iterator[Candidate]:
        """Those that may be shown, a batch in memory at a time."""
        chosen = (
            select(Reading.id, self.answer.uuid, self.answer.rating)
            .select_from(self.source)
            .where(*self.where, *conditions, *self.may_be_shown)
        )
        lot = keys().content_digest
        for row_id, uuid, rating in db.session.execute(
            chosen, execution_options={"yield_per": AT_ONCE}
        ):
            yield Candidate(lot(f"draw {uuid}"), row_id, rating)
