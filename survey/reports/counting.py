"""Counts answers and closures in the database, for Python to divide.

What `statements` gives by ids is turned into codes here, and added up to tallies.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select

from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.questionnaire.library import labels
from survey.reports.bands import BANDS
from survey.reports.dimensions import code_of
from survey.reports.each_given import count_given
from survey.reports.periods import Period
from survey.reports.query import FiguresQuery
from survey.reports.selection import Selection
from survey.reports.statements import Statements
from survey.reports.tally import Tally

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


def count_decisions(
    period: Period, by: Sequence[str], known: Directory
) -> dict[tuple[Any, ...], Tally]:
    """What became of asking about everybody's closures, alone, by dimensions and by their ids."""
    found: dict[Key, Tally] = defaultdict(Tally)
    _Count(FiguresQuery(period), Selection(), known, by).decisions(found)
    return dict(found)


def _as_it_is(value: Any) -> Any:
    return value


class _Count:
    """One count: its statements, and how the values of its dimensions become codes."""

    def __init__(
        self,
        query: FiguresQuery,
        selection: Selection,
        known: Directory,
        by_ids: Sequence[str] | None = None,
    ) -> None:
        by = query.by if by_ids is None else by_ids
        self.statements = Statements(query, selection, by)
        self.codes = [_as_it_is if by_ids else code_of(name, known) for name in by]

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
        for key, times, said in self._rows(self.statements.answers()):
            rating, ease, resolved, read, commented = said
            sentiment = read or ("unread" if commented else "none")
            found[key].count_answer(times, rating, ease, resolved, sentiment)
        self._count_questions(found)
        return found

    def squares(self) -> Iterator[tuple[Key, int]]:
        """How often the same people answered, by row."""
        for key, squares, _ in self._rows(self.statements.repeated()):
            # Of nothing, the sum is null; PostgreSQL gives it as a decimal.
            yield key, int(squares or 0)

    def waited(self) -> Iterator[tuple[Key, int, tuple[Any, ...]]]:
        """Answers by band of hours to close and rating."""
        return self._rows(self.statements.waited())

    def closures(self, found: dict[Key, Tally]) -> None:
        """Count closures, and in the cohort of the closed, answers that are held."""
        for key, times, fared in self._rows(self.statements.closures()):
            hours, replied, within, asked, reason, taken = fared
            first_reply = None if replied is None else BANDS[replied]
            found[key].count_speed(times, BANDS[hours], first_reply, within_target=within)
            found[key].count_decision(times, asked=asked, reason=reason, accepted=taken)
        if self.statements.of_closed:
            self._count_held(found)

    def decisions(self, found: dict[Key, Tally]) -> None:
        """Count what became of asking about closures, and answers that are held."""
        for key, times, (asked, reason, taken) in self._rows(self.statements.decisions()):
            found[key].count_decision(times, asked=asked, reason=reason, accepted=taken)
        self._count_held(found)

    def _count_held(self, found: dict[Key, Tally]) -> None:
        for key, times, _ in self._rows(self.statements.held()):
            found[key].held += times

    def _count_questions(self, found: dict[Key, Tally]) -> None:
        known = labels()
        for key, times, given in self._rows(self.statements.given()):
            count_given(found[key], times, known, given)

    def _rows(self, statement: Select[Any]) -> Iterator[tuple[Key, int, tuple[Any, ...]]]:
        """Each row as its key in codes, how often it occurs, and the rest of it."""
        end = 1 + len(self.codes)
        for row in db.session.execute(statement):
            key = tuple(code(value) for code, value in zip(self.codes, row[1:end], strict=True))
            yield key, row[0], tuple(row[end:])
