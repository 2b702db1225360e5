"""What boards may ask for: the published grid, and the nearest question inside it."""

from survey.reports.query import CLOSED, TIMES, FiguresQuery, Refused

DIMENSIONS = ("partner", "service", *TIMES)
FILTERS = ("partner", "service")
OTHER_SERVICES = "other-services"


def inside(query: FiguresQuery) -> None:
    """Refuse a question that sealed blocks do not answer, naming the nearest that they do.

    Raises:
        Refused: it is by, or narrowed to, what blocks do not tell apart.
    """
    by = [name for name in query.by if name in DIMENSIONS]
    filters = [name for name in query.filters if name in FILTERS]
    if len(by) == len(query.by) and len(filters) == len(query.filters) and query.cohort == CLOSED:
        return
    nearest = "&".join(
        [f"by={','.join(by)}", *(f"{name}={query.filters[name][:40]}" for name in filters)]
    )
    raise Refused(
        f"figures for boards are by {', '.join(DIMENSIONS)}, narrowed to {' and '.join(FILTERS)}; "
        f"nearest to what you ask: {nearest}"
    )
