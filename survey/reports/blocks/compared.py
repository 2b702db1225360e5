"""What boards are told of change: each declared table against the period before, and within itself.

There are two: the services of the partners that are looked at, and the partners that somebody may
see, with all of them together. Whoever narrows the page further reads the same verdicts, since they
are of the whole table whatever is shown of it. Like all else they follow from whole blocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.reports.blocks.record import Record
from survey.reports.blocks.row import Sealed, enough
from survey.reports.blocks.sums import Asked
from survey.reports.changes import Change, Row, changed_since
from survey.reports.intervals import design_effect
from survey.reports.measures import SATISFIED, Estimate, share
from survey.reports.query import FiguresQuery

# The row of all partners together, where there are several.
ALL = ""


@dataclass(frozen=True)
class Compared:
    """How satisfied people are of one row of a declared table.

    Attributes:
        now: the share of the satisfied in the period.
        before: the same in the period before, as many months long.
        since: how it changed, as far as the whole table lets one say.
        beside: how it differs from all other rows together, as far as the whole table lets one say;
            None where there are no others to tell.
    """

    now: Estimate
    before: Estimate
    since: Change
    beside: Change | None


Table = Mapping[str, Compared]


@dataclass(frozen=True)
class _Count:
    """So many satisfied of so many answers, and the squares of how many each person gave."""

    part: int = 0
    n: int = 0
    squares: int = 0

    @property
    def effect(self) -> float:
        """The design effect; see `intervals.design_effect`."""
        return design_effect(self.n, self.squares)

    def without(self, one: "_Count") -> "_Count":
        """Those that are not among some of them."""
        return _Count(self.part - one.part, self.n - one.n, self.squares - one.squares)


_NOBODY = _Count()


@dataclass(frozen=True)
class _Counts:
    rows: Mapping[str, _Count]
    whole: _Count
    several: bool


def compared(dimension: str, partner: str | None, now: Record, before: Record | None) -> Table:
    """A declared table: of "service", or of "partner" with a row `ALL` if there are several.

    Args:
        dimension: what its rows are.
        partner: the code of the one it is narrowed to; None is all of the record.
        now: of the period.
        before: of the period before; None where the calendar has none.
    """
    these = _counts(dimension, partner, now)
    then = _counts(dimension, partner, before) if before else None
    rows, rows_then = dict(these.rows), dict(then.rows if then else {})
    if dimension == "partner" and these.several:
        rows[ALL], rows_then[ALL] = these.whole, then.whole if then else _NOBODY
    codes = sorted({*rows, *rows_then}, key=lambda code: (code == ALL, code))
    pairs = [(rows.get(code, _NOBODY), rows_then.get(code, _NOBODY)) for code in codes]
    changes, beside = changed_since([_row(*pair) for pair in pairs]), _beside(these)
    return {
        code: Compared(_share(one), _share(other), since, beside.get(code))
        for code, (one, other), since in zip(codes, pairs, changes, strict=True)
    }


def _beside(counts: _Counts) -> dict[str, Change]:
    """Each row against all others together, where the sum of all may be told."""
    whole, rows = counts.whole, counts.rows
    if len(rows) < 2 or not whole.n:
        return {}
    table = [_row(one, whole.without(one)) for one in rows.values()]
    return dict(zip(rows, changed_since(table), strict=True))


def _counts(dimension: str, partner: str | None, record: Record) -> _Counts:
    """What is shown of each row and of all together; nobody where too few partners are in it."""
    filters = {"partner": partner} if partner else {}
    sums = Asked(FiguresQuery(record.period, (dimension,), filters=filters), record).sums()
    rows = {
        str(code): _count(sealed, several=sums.several_in_a_row)
        for (code,), sealed in sums.rows.items()
    }
    return _Counts(rows, _count(sums.whole, several=sums.several), sums.several)


def _count(sealed: Sealed, *, several: bool) -> _Count:
    if not enough(sealed.quarters, several=several):
        return _NOBODY
    ratings = sealed.tally.ratings
    satisfied = sum(ratings[rating] for rating in SATISFIED)
    return _Count(satisfied, ratings.total(), sealed.tally.squares)


def _row(now: _Count, before: _Count) -> Row:
    return Row(now.part, now.n, before.part, before.n, (now.effect, before.effect))


def _share(count: _Count) -> Estimate:
    return share(count.part, count.n, count.effect)
