"""The statements that count closures and answers, grouped by dimensions, on either database.

Closures and answers carry their month as text in the partnership's zone, so nothing here converts
time. Everything is grouped by ids, which keeps joins out of the queries. Each row is how often it
occurs, the dimensions, and what the statement tells apart besides.

The cohort `closed` takes closures by the month they were closed in; `answered` takes those whose
first answer that counts was given in the period, with what their last one says. One answer counts
for each invitation, so neither a revision nor one in another month counts anybody twice.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    FromClause,
    Label,
    Select,
    SQLColumnExpression,
    and_,
    func,
    join,
    outerjoin,
    select,
    true,
)

from survey.comments.counted import current_readings
from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.database import table_of
from survey.invitations.acceptance import accepted
from survey.invitations.model import Invitation
from survey.reports.dimensions import column_of
from survey.reports.each_given import each_given
from survey.reports.in_bands import band
from survey.reports.query import CLOSED, FiguresQuery
from survey.reports.repeated import sum_of_squares
from survey.reports.selection import Selection
from survey.responses.counted import ANSWERED, COUNTS, counted_responses
from survey.responses.model import Hold, Response

DECISION = (Invitation.asked, Invitation.reason, accepted())


class Statements:
    """Those of one count, which share the month that matters, dimensions and conditions."""

    def __init__(self, query: FiguresQuery, selection: Selection, by: Sequence[str]) -> None:
        self.of_closed = query.cohort == CLOSED
        # Those of closures are looked up by these; of others, only their first month tells.
        self.counted = table_of(Response) if self.of_closed else counted_responses()
        month: SQLColumnExpression[str] = (
            Closure.closed_month if self.of_closed else self.counted.c.first_month
        )
        self.dimensions = [column_of(name, month) for name in by]
        months = query.period.months
        self.where = [month.between(months[0], months[-1]), *selection.conditions()]

    def closures(self) -> Select[Any]:
        """Closures by how fast they were and what was decided about them."""
        # Speed and decisions in one statement, which sees one moment: so they add up.
        return self._grouped(
            outerjoin(Closure, Invitation) if self.of_closed else self._answered(),
            band(Closure.hours_to_close),
            band(Closure.hours_to_first_reply),
            Closure.within_target,
            *DECISION,
        )

    def decisions(self) -> Select[Any]:
        """Closures by what was decided about them."""
        return self._grouped(outerjoin(Closure, Invitation), *DECISION)

    def answers(self) -> Select[Any]:
        """Answers that count by what they say, how their comment reads, and if there is one."""
        answer = self.counted.c
        return self._grouped(
            outerjoin(
                self._answered(),
                Reading,
                and_(Reading.response_id == answer.id, current_readings()),
            ),
            answer.rating,
            answer.ease,
            answer.resolved,
            Reading.sentiment,
            answer.comment.is_not(None),
        )

    def given(self) -> Select[Any]:
        """What was given to each question that has no column."""
        answer = self.counted.c
        given = each_given(answer.answers)
        return self._grouped(
            join(self._answered(), given.rows, true()),
            *(answer.questionnaire, answer.version, given.key, given.kind, given.value),
        )

    def waited(self) -> Select[Any]:
        """Answers by band of hours to close and rating."""
        hours = band(Closure.hours_to_close)
        return self._grouped(self._answered(), hours, self.counted.c.rating)

    def repeated(self) -> Select[Any]:
        """The sum of squares of how many answers each person gave; of the forgotten, one each."""
        dimensions: list[Label[Any]] = [
            column.label(f"at_{number}") for number, column in enumerate(self.dimensions)
        ]
        people = (
            select(func.count().label("times"), Invitation.person_id, *dimensions)
            .select_from(self._answered())
            .where(*self.where)
            .group_by(Invitation.person_id, *self.dimensions)
            .subquery("people")
        )
        by = [people.c[dimension.name] for dimension in dimensions]
        return select(sum_of_squares(people), *by).group_by(*by)

    def held(self) -> Select[Any]:
        """Invitations that have answers on hold, and none that counts."""
        suspicious = select(Response.invitation_id).join(Hold)
        source = join(Closure, Invitation, Invitation.closure_id == Closure.id)
        # Looked up for those few, not worked out for all invitations there ever were.
        return self._grouped(source).where(Invitation.id.in_(suspicious), ~ANSWERED)

    def _answered(self) -> FromClause:
        of_invitation = self.counted.c.invitation_id == Invitation.id
        return join(Closure, Invitation).join(
            self.counted, and_(of_invitation, COUNTS) if self.of_closed else of_invitation
        )

    def _grouped(self, source: FromClause, *columns: SQLColumnExpression[Any]) -> Select[Any]:
        groups = (*self.dimensions, *columns)
        counts = select(func.count(), *groups).select_from(source)
        return counts.where(*self.where).group_by(*groups)
