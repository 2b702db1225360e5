"""What boards may ask for: the published grid, and the nearest question inside it."""

from survey.partnership.settings import SIDES
from survey.reports.query import CLOSED, TIMES, FiguresQuery, Refused

DIMENSIONS = ("partner", "service", *TIMES)
FILTERS = ("partner", "service")


def inside(query: FiguresQuery) -> None:
    """Refuse a question that sealed blocks do not answer, naming the nearest that they do.

    Raises:
        Refused: it is by two sides, or narrowed to what blocks do not tell apart.
    """
    sides = [name for name in query.by if name in SIDES]
    by = [name for name in query.by if name not in sides[1:]]
    filters = [name for name in query.filters if name in FILTERS]
    if len(by) == len(query.by) and len(filters) == len(query.filters) and query.cohort == CLOSED:
        return
    raise Refused(
        f"figures for boards are by {', '.join(DIMENSIONS)}, and one of {', '.join(SIDES)}, "
        f"narrowed to {' and '.join(FILTERS)}; "
        f"nearest to what you ask: {_question(by, query, filters)}"
    )


def side_of(query: FiguresQuery) -> str | None:
    """The side that rows are by; None where they are of whole blocks."""
    return next((name for name in query.by if name in SIDES), None)


def of_one_partner(query: FiguresQuery, *, several: bool) -> None:
    """Refuse rows by directorate that are about several partners, whose codes may be alike.

    Raises:
        Refused: they are.
    """
    if several and "directorate" in query.by and "partner" not in query.by:
        nearest = _question(["partner", "directorate"], query, list(query.filters))
        raise Refused(
            "directorates are those of one partner: narrow the question to a partner, or ask by "
            f"both; nearest to what you ask: {nearest}"
        )


def _question(by: list[str], query: FiguresQuery, filters: list[str]) -> str:
    """As it would be asked."""
    return "&".join(
        [f"by={','.join(by)}", *(f"{name}={query.filters[name][:40]}" for name in filters)]
    )
