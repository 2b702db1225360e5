"""The geometry of the board's pictures, as plain values that SVG templates draw.

Pictures show shares from 0 to 1 with their intervals. What may not be shown leaves a gap, which
says nothing about why; the table beside each picture gives every number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

TREND_WIDTH, TREND_HEIGHT = 720, 200
BAR_WIDTH = 400


@dataclass(frozen=True)
class Dot:
    """One share on a trend: its place, its interval, and the base it stands on."""

    label: str
    x: float
    y: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Trend:
    """A line over time, broken where nothing may be shown; `labels` are (x, text) below it."""

    lines: tuple[tuple[Dot, ...], ...]
    labels: tuple[tuple[float, str], ...]

    @property
    def dots(self) -> tuple[Dot, ...]:
        """Every share shown, in order of time."""
        return tuple(dot for line in self.lines for dot in line)


@dataclass(frozen=True)
class Bar:
    """One share across: how far it reaches, and from where to where its interval goes."""

    label: str
    length: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Piece:
    """One part of a whole; `start` is where it begins to be drawn."""

    label: str
    count: int
    start: float
    length: float


def trend(rows: Sequence[Row], dimension: str, measure: str) -> Trend:
    """A measure over the rows' dimension of time.

    Args:
        rows: of figures, in order of time.
        dimension: the key that says when.
        measure: the key of the share, such as "csat".
    """
    step = TREND_WIDTH / max(len(rows), 1)
    lines: list[list[Dot]] = [[]]
    for position, row in enumerate(rows):
        share = row[measure]
        if share is None or share["value"] is None:
            lines.append([])
            continue
        x = round((position + 0.5) * step, 1)
        value, low, high = (_height(share[key]) for key in ("value", "low", "high"))
        lines[-1].append(Dot(row[dimension], x, value, high, low))
    labels = tuple((round((i + 0.5) * step, 1), row[dimension]) for i, row in enumerate(rows))
    return Trend(tuple(tuple(line) for line in lines if line), labels)


def bars(rows: Sequence[Row], dimension: str, measure: str) -> list[Bar]:
    """A measure across the rows, in their order."""
    found = []
    for row in rows:
        share = row[measure] or {"value": None, "low": None, "high": None}
        lengths = [_length(share[key]) for key in ("value", "low", "high")]
        found.append(Bar(row[dimension], *lengths))
    return found


def pieces(counts: Mapping[str, int]) -> list[Piece]:
    """Parts of a whole laid end to end, none of them where the whole is empty."""
    whole, start, found = sum(counts.values()), 0.0, []
    for label, count in counts.items():
        length = BAR_WIDTH * count / whole if whole else 0.0
        found.append(Piece(label, count, round(start, 1), round(length, 1)))
        start += length
    return found


def beside(counts: Sequence[tuple[str, int]], base: int | None) -> list[Piece]:
    """Parts of a base, each drawn from the start, since several may be chosen at once."""
    return [
        Piece(label, count, 0.0, round(BAR_WIDTH * count / base, 1) if base else 0.0)
        for label, count in counts
    ]


def _height(share: float) -> float:
    return round((1 - share) * TREND_HEIGHT, 1)


def _length(share: float | None) -> float | None:
    return None if share is None else round(share * BAR_WIDTH, 1)
