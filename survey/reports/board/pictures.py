"""The geometry of the board's pictures, as plain values that SVG templates draw.

Pictures show shares from 0 to 1 with their intervals. Places are in percent of the picture's width
and height, so that it fits a phone, a desk and paper while its words stay as large as all others.
What may not be shown leaves a gap, which says nothing about why; the table beside each picture
gives every number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

Row = Mapping[str, Any]

# What is left of a trend's width for the scale, and of its height above and below the lines.
LEFT, RIGHT, TOP, BOTTOM = 11.0, 1.0, 4.0, 18.0
SCALE = (0.0, 0.25, 0.5, 0.75, 1.0)
# Below a trend there is room for so many times on a desk and on paper, and for so many on a phone.
MOST_LABELS, ON_A_PHONE = 18, 6
WHOLE = 100.0


@dataclass(frozen=True)
class Dot:
    """One share on a trend: its place, its interval, and the row it is of."""

    row: Row
    x: float
    y: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Label:
    """A time below a trend; a `minor` one is left out where there is little room."""

    text: str
    x: float
    minor: bool


@dataclass(frozen=True)
class Trend:
    """A line over time, broken where nothing may be shown; `scale` are shares and their heights."""

    lines: tuple[tuple[Dot, ...], ...]
    labels: tuple[Label, ...]
    scale: tuple[tuple[float, float], ...]

    @property
    def dots(self) -> tuple[Dot, ...]:
        """Every share shown, in order of time."""
        return tuple(dot for line in self.lines for dot in line)

    @property
    def segments(self) -> tuple[tuple[Dot, Dot], ...]:
        """Neighbours in time that are both shown."""
        return tuple(pair for line in self.lines for pair in pairwise(line))


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
    lines: list[list[Dot]] = [[]]
    for position, row in enumerate(rows):
        share = row[measure]
        if share is None or share["value"] is None:
            lines.append([])
            continue
        y, top, bottom = (_height(share[key]) for key in ("value", "high", "low"))
        lines[-1].append(Dot(row, _across(position, len(rows)), y, top, bottom))
    return Trend(
        tuple(tuple(line) for line in lines if line),
        _labels([row[dimension] for row in rows]),
        tuple((share, _height(share)) for share in SCALE),
    )


def _labels(times: Sequence[str]) -> tuple[Label, ...]:
    step = ceil(len(times) / MOST_LABELS)
    on_a_phone = step * ceil(len(times) / (step or 1) / ON_A_PHONE)
    return tuple(
        Label(time, _across(position, len(times)), minor=bool(position % on_a_phone))
        for position, time in enumerate(times)
        if position % step == 0
    )


def lowest_first(rows: Iterable[Row], measure: str) -> list[Row]:
    """The rows by their share, from the lowest on; those that may not be shown last."""

    def place(row: Row) -> tuple[bool, float]:
        value = row[measure]["value"] if row[measure] else None
        return value is None, value or 0.0

    return sorted(rows, key=place)


def pieces(counts: Mapping[str, int]) -> list[Piece]:
    """Parts of a whole laid end to end, none of them where the whole is empty."""
    whole, start, found = sum(counts.values()), 0.0, []
    for label, count in counts.items():
        length = WHOLE * count / whole if whole else 0.0
        found.append(Piece(label, count, round(start, 1), round(length, 1)))
        start += length
    return found


def beside(counts: Sequence[tuple[str, int]], base: int | None) -> list[Piece]:
    """Parts of a base, each drawn from the start, since several may be chosen at once."""
    return [
        Piece(label, count, 0.0, round(WHOLE * count / base, 1) if base else 0.0)
        for label, count in counts
    ]


def _across(position: int, many: int) -> float:
    return round(LEFT + (100 - LEFT - RIGHT) * (position + 0.5) / many, 2)


def _height(share: float) -> float:
    return round(TOP + (100 - TOP - BOTTOM) * (1 - share), 2)
