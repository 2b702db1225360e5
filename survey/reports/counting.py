"""Counts answers and closures in SQL, on either database, for Python to divide.

Closures and answers carry their month as text in the partnership's zone, so nothing here converts
time. Everything is grouped by ids and turned into codes afterwards, which keeps joins out of the
queries.

The cohort `closed` takes closures by the month they were closed in; `answered` takes those whose
first answer that counts was given in the period, with what their last one says. One answer counts
for each invitation, so neither a revision nor one in another month counts anybody twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
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
from survey.foundation.database import db, table_of
from survey.invitations.acceptance import accepted
from survey.invitations.model import Invitation
from survey.partnership.directory import Directory
from survey.questionnaire.library import labels
from survey.reports.bands import BANDS
from survey.reports.dimensions import code_of, column_of
from survey.reports.each_given import count_given, each_given
from survey.reports.in_bands import band
from survey.reports.periods import Period
from survey.reports.query import CLOSED, FiguresQuery
from survey.reports.repeated import sum_of_squares
from survey.reports.selection import Selection
from survey.reports.tally import Tally
from survey.responses.counted import ANSWERED, COUNTS, counted_responses
from survey.responses.model import Hold, Response

Key = tuple[str | None, ...]


def count(query: FiguresQuery, selection: Selection, known: Directory) -> dict[Key, Tally]:
    """A tally for each combination of the query's dimensions that has closures in the period."""
    return _Count(query, selection, known).tallies()


def count_summable(query: FiguresQuery, selection: Selection, known: Directory) -> dict[Key, Tally]:
    """The same without `squares`, and with `waited`: what months may be added up of."""
    return _Count(query, selection, known).summable()


def count_cells(period: Period, by: Sequence[str], known: Directory) -> dict[Key, Tally]:
    """The same of everybody, by any number of dimensions and by their ids."""
    return _Count(FiguresQuery(period), Selection(), known, by).summable()


def count_squares(query: FiguresQuery, selection: Selection, known: Directory) -> dict[Key, int]:
    """How often the same people answered, by row."""
    found: Counter[Key] = Counter()
    for key, squares in _Count(query, selection, known).squares():
        # Two directorates may have one code.
        found[key] += squares
    return dict(found)


def squares_of_cells(period: Period, by: Sequence[str], known: Directory) -> dict[Key, int]:
    """The same of everybody, by any number of dimensions and by their ids."""
    return dict(_Count(FiguresQuery(period), Selection(), known, by).squares())


def count_together(query: FiguresQuery, selection: Selection, known: Directory) -> Tally:
    """What is told of all rows together and is no sum of theirs: `squares` and `waited` alone."""
    counted = _Count(replace(query, by=()), selection, known)
    whole = Tally(squares=sum(squares for _, squares in counted.squares()))
    for _, times, (hours, rating) in counted.waited():
        whole.waited[BANDS[hours], rating] += times
    return whole


def count_closures(query: FiguresQuery, selection: Selection, known: Directory) -> dict[Key, Tally]:
    """The same of the closures alone: how fast they were, and what became of asking about them."""
    found: dict[Key, Tally] = defaultdict(Tally)
    _Count(query, selection, known).closures(found)
    return dict(found)


def _as_it_is(value: Any) -> Any:
    return value


class _Count:
    """What the statements of one count share: the month that matters, dimensions, conditions."""

    def __init__(
        self,
        query: FiguresQuery,
        selection: Selection,
        known: Directory,
        by_ids: Sequence[str] | None = None,
    ) -> None:
        self.of_closed = query.cohort == CLOSED
        # Those of closures are looked up by these; of others, only their first month tells.
        self.counted = table_of(Response) if self.of_closed else counted_responses()
        self.month: SQLColumnExpression[str] = (
            Closure.closed_month if self.of_closed else self.counted.c.first_month
        )
        by = query.by if by_ids is None else by_ids
        self.dimensions = [column_of(name, self.month) for name in by]
        self.codes = [_as_it_is if by_ids else code_of(name, known) for name in by]
        months = query.period.months
        self.where = [self.month.between(months[0], months[-1]), *selection.conditions()]

    def tallies(self) -> dict[Key, Tally]:
        found = self._counts()
        for key, squares in self.squares():
            found[key].squares += squares
        return dict(found)

    def summable(self) -> dict[Key, Tally]:
        found = self._counts()
        for key, times, (hours, rating) in self.waited():
            found[key].waited[BANDS[hours], rating] += times
        return dict(found)

    def _counts(self) -> defaultdict[Key, Tally]:
        found: defaultdict[Key, Tally] = defaultdict(Tally)
        self.closures(found)
        for key, times, (rating, ease, resolved, read, commented) in self._rows(self._answers()):
            sentiment = read or ("unread" if commented else "none")
            found[key].count_answer(times, rating, ease, resolved, sentiment)
        self._count_questions(found)
        return found

    def squares(self) -> Iterator[tuple[Key, int]]:
        """How often the same people answered, by row."""
        for key, squares, _ in self._rows(self._repeated()):
            # Of nothing, the sum is null; PostgreSQL gives it as a decimal.
            yield key, int(squares or 0)

    def waited(self) -> Iterator[tuple[Key, int, tuple[Any, ...]]]:
        """Answers by band of hours to close and rating."""
        hours = band(Closure.hours_to_close)
        return self._rows(self._grouped(self._answered(), hours, self.counted.c.rating))

    def closures(self, found: dict[Key, Tally]) -> None:
        """Count closures, and in the cohort of the closed, answers that are held."""
        for key, times, (hours, replied, within, *decision) in self._rows(self._closures()):
            asked, reason, taken = decision
            first_reply = None if replied is None else BANDS[replied]
            found[key].count_speed(times, BANDS[hours], first_reply, within_target=within)
            found[key].count_decision(times, asked=asked, reason=reason, accepted=taken)
        if self.of_closed:
            for key, times, _ in self._rows(self._held()):
                found[key].held += times

    def _count_questions(self, found: dict[Key, Tally]) -> None:
        known = labels()
        for key, times, given in self._rows(self._given()):
            count_given(found[key], times, known, given)

    def _closures(self) -> Select[Any]:
        # Speed and decisions in one statement, which sees one moment: so they add up.
        return self._grouped(
            outerjoin(Closure, Invitation) if self.of_closed else self._answered(),
            band(Closure.hours_to_close),
            band(Closure.hours_to_first_reply),
            Closure.within_target,
            Invitation.asked,
            Invitation.reason,
            accepted(),
        )

    def _answers(self) -> Select[Any]:
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

    def _given(self) -> Select[Any]:
        answer = self.counted.c
        given = each_given(answer.answers)
        return self._grouped(
            join(self._answered(), given.rows, true()),
            *(answer.questionnaire, answer.version, given.key, given.kind, given.value),
        )

    def _repeated(self) -> Select[Any]:
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

    def _held(self) -> Select[Any]:
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

    def _rows(self, statement: Select[Any]) -> Iterator[tuple[Key, int, tuple[Any, ...]]]:
        """Each row as its key in codes, how often it occurs, and the rest of it."""
        end = 1 + len(self.codes)
        for row in db.session.execute(statement):
            key = tuple(code(value) for code, value in zip(self.codes, row[1:end], strict=True))
            yield key, row[0], tuple(row[end:])
