"""Which tables of months answer a question: plain rules over its words."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from survey.reports.periods import PARTS, Period, parse
from survey.reports.query import CLOSED, FiguresQuery

Shape = tuple[str, ...]
# Counts add up, so a shape answers for every part of its dimensions; the first that has them does.
SHAPES: tuple[Shape, ...] = (
    ("partner", "service"),
    ("partner", "service", "directorate"),
    ("partner", "service", "channel"),
    ("partner", "service", "target"),
)
# People do not, so a question must be by these dimensions exactly.
SQUARED: tuple[Shape, ...] = (
    (),
    ("partner",),
    ("service",),
    ("partner", "directorate"),
    ("partner", "channel"),
    ("partner", "target"),
    *SHAPES,
)


def told_apart(query: FiguresQuery) -> frozenset[str]:
    """The dimensions that a question is by, or narrowed to, but for time."""
    return frozenset((*query.by, *query.filters)) - PARTS.keys()


def shape_for(query: FiguresQuery) -> Shape | None:
    """The narrowest shape that answers a question; None: only rows do."""
    if query.cohort != CLOSED:
        return None
    return next((shape for shape in SHAPES if told_apart(query) <= set(shape)), None)


def squared_for(dimensions: Collection[str]) -> Shape | None:
    """The shape of just these dimensions; None: only rows tell."""
    return next((shape for shape in SQUARED if set(shape) == set(dimensions)), None)


def runs(months: Sequence[str], without: Collection[str]) -> list[Period]:
    """The months that are left, as periods: neighbours together."""
    found = groupby(months, key=lambda month: month in without)
    return [_period(list(run)) for outside, run in found if not outside]


def windows(query: FiguresQuery) -> list[Period]:
    """What rows are of: the months of each time, or of the period where they are not by time."""
    parts = [PARTS[name] for name in query.by if name in PARTS]
    found = groupby(query.period.months, key=lambda month: tuple(part(month) for part in parts))
    return [_period(list(run)) for _, run in found]


def usual_windows(months: Sequence[str]) -> list[Period]:
    """Of months in order: each one, whole quarters and years, and the last twelve."""
    known = set(months)
    by_time = (
        _period(list(run)) for part in PARTS.values() for _, run in groupby(months, key=part)
    )
    whole = [each for each in by_time if _is_whole(each) and known.issuperset(each.months)]
    last = parse(months[-1]).last if months else 0
    twelve = Period(last - 11, last)
    if months and known.issuperset(twelve.months) and twelve not in whole:
        whole.append(twelve)
    return whole


def _is_whole(period: Period) -> bool:
    length = period.last - period.first + 1
    return length in (1, 3, 12) and period.first % length == 0


def _period(months: Iterable[str]) -> Period:
    found = list(months)
    return parse(f"{found[0]}..{found[-1]}")


def as_text(shape: Shape) -> str:
    """How a shape is called in the tables."""
    return ",".join(shape)
