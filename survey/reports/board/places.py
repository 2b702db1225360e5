"""Which services and partners stand out on a board's first screen, from its declared tables."""

from collections.abc import Mapping, Sequence

from survey.reports.blocks.compared import ALL, Compared, Table
from survey.reports.changes import WORSE

# What people call it, and how satisfied they are of it.
Place = tuple[str, Compared]


def places_in(table: Table, names: Mapping[str, str]) -> list[Place]:
    """The rows of which anything may be told in this period, without all of them together."""
    return [
        (names.get(code, code), one) for code, one in table.items() if code != ALL and one.now.n
    ]


def below_others(places: Sequence[Place]) -> list[Place]:
    """Those that are below the others of their table, the lowest first."""
    return [
        (name, one)
        for name, one in sorted(places, key=_height)
        if one.beside and one.beside.verdict == WORSE
    ]


def lowest_of(places: Sequence[Place]) -> Place | None:
    """The lowest of several."""
    return min(places, key=_height) if len(places) > 1 else None


def _height(place: Place) -> float:
    return place[1].now.value or 0.0
