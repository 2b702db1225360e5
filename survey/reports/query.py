"""What may be asked of the figures, and one question well put.

The words (dimensions, filters, cohorts) are the same for the API, the command and the board page,
and so is the answer to a word that does not exist: it names the ones that do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from survey.reports.periods import PARTS, Period, parse

BY_CLOSURE = ("partner", "directorate", "service", "topic", "channel")
FILTERS = (*BY_CLOSURE, "deliver")
TIMES = tuple(PARTS)
BY_SPEED = ("target", "hours")
DIMENSIONS = BY_CLOSURE + BY_SPEED + TIMES
MOST_DIMENSIONS = 2
CLOSED = "closed"
ANSWERED = "answered"
COHORTS = (CLOSED, ANSWERED)


class Refused(ValueError):
    """A question that has no answer; the message says what may be asked instead."""


class UnknownPartner(LookupError):
    """A partner that does not exist, or that the caller may not know of: nothing tells which."""


@dataclass(frozen=True)
class FiguresQuery:
    """Figures for a period, by some dimensions, of one cohort, narrowed by filters (codes).

    Raises:
        Refused: a dimension, cohort or filter that does not exist.
    """

    period: Period
    by: tuple[str, ...] = ()
    cohort: str = CLOSED
    filters: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.by:
            must_be_one_of("dimension", name, DIMENSIONS)
        if len(set(self.by)) < len(self.by):
            raise Refused("by names a dimension twice")
        must_be_one_of("cohort", self.cohort, COHORTS)
        for name in self.filters:
            must_be_one_of("filter", name, FILTERS)


def query_from(texts: Mapping[str, str], default: Period) -> FiguresQuery:
    """The question that the texts of an address or command put: period, by, cohort and filters.

    `default` is the period where none is given. Raises Refused, also of too many dimensions, or
    UnknownPeriod.
    """
    query = FiguresQuery(
        period=parse(texts["period"]) if "period" in texts else default,
        by=tuple(texts["by"].split(",")) if texts.get("by") else (),
        cohort=texts.get("cohort", CLOSED),
        filters={name: texts[name] for name in FILTERS if name in texts},
    )
    if len(query.by) > MOST_DIMENSIONS:
        raise Refused(f"by takes {MOST_DIMENSIONS} dimensions at most")
    return query


def must_be_one_of(kind: str, value: str, allowed: Iterable[str]) -> None:
    """Refuse a value that is not among the allowed ones, naming them.

    Raises:
        Refused: it is not.
    """
    known = tuple(allowed)
    if value not in known:
        names = ", ".join(known) or "none"
        raise Refused(f"'{value[:40]}' is not a known {kind}; known: {names}")
