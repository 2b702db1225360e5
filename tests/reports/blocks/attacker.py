"""Somebody who knows who answered, all that is published, and how blocks are divided.

All of that is linear in how many people of each cell (a block, and the same values) gave each
rating. A set of people is exposed where no whole numbers fit in which all of them are content.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from survey.partnership.settings import SIDES
from survey.reports.blocks.dividing import Given, Value
from tests.reports.blocks.reference import Learnt, Parts

RATINGS = range(1, 6)
LOW = {1: 1, 2: 1}
# What a figure counts of each rating: csat, the mean, and the interval of it.
FIGURES = ({4: 1, 5: 1}, {rating: rating for rating in RATINGS})
SPREAD = {rating: rating * rating for rating in RATINGS}
INFEASIBLE = 2
Cell = tuple[str, tuple[Value, ...]]


class Knowledge:
    """Cells of people who answered, and whatever is known of how many of them gave which rating."""

    def __init__(self, answers: Mapping[str, list[Given]]) -> None:
        self.ratings: dict[Cell, Counter[int]] = defaultdict(Counter)
        for month, given in answers.items():
            for each in given:
                self.ratings[month, each[2:]][each.rating] += 1
        self.cells = {cell: number for number, cell in enumerate(self.ratings)}
        self.rows: list[np.ndarray] = []
        self.bounds: list[tuple[float, float]] = []
        for cell, ratings in self.ratings.items():
            self.tell([cell], dict.fromkeys(RATINGS, 1), *[ratings.total()] * 2)

    def count(self, cells: Iterable[Cell], weights: Mapping[int, int]) -> int:
        """The true sum over these cells."""
        return sum(
            weights.get(rating, 0) * times
            for cell in cells
            for rating, times in self.ratings[cell].items()
        )

    def tell(
        self, cells: Iterable[Cell], weights: Mapping[int, int], low: float, high: float
    ) -> None:
        """Let it be known that the sum over these cells lies between two bounds."""
        self.rows.append(self._row(cells, weights))
        self.bounds.append((low, high))

    def publish(self, cells: list[Cell]) -> None:
        """Let the figures of these cells together be known."""
        spread = (SPREAD,) if self.count(cells, dict.fromkeys(RATINGS, 1)) >= 30 else ()
        for weights in (*FIGURES, *spread):
            self.tell(cells, weights, *[self.count(cells, weights)] * 2)

    def exposes(self, chosen: Mapping[Cell, int]) -> bool:
        """Whether somebody of so many people of these cells is sure to be dissatisfied."""
        rows = [*self.rows, *(self._row([cell], LOW) for cell in chosen)]
        most = [(0, self.ratings[cell].total() - people) for cell, people in chosen.items()]
        lows, highs = zip(*self.bounds, *most, strict=True)
        size = len(RATINGS) * len(self.cells)
        found = milp(
            np.zeros(size),
            constraints=LinearConstraint(np.array(rows), lows, highs),
            integrality=np.ones(size),
            bounds=Bounds(0, np.inf),
        )
        assert found.status in (0, INFEASIBLE), found.message
        return bool(found.status == INFEASIBLE)

    def _row(self, cells: Iterable[Cell], weights: Mapping[int, int]) -> np.ndarray:
        row = np.zeros(len(RATINGS) * len(self.cells))
        for cell in cells:
            for rating, weight in weights.items():
                row[len(RATINGS) * self.cells[cell] + rating - 1] = weight
        return row


def attack(
    answers: Mapping[str, list[Given]], parts: Mapping[str, Parts], learnt: Iterable[Learnt]
) -> Knowledge:
    """All that is published, what was learnt of ratings of 1 and 2, and who answered."""
    known = Knowledge(answers)
    rows: dict[object, list[Cell]] = defaultdict(list)
    for month, divided in parts.items():
        for told, given in divided:
            cells: list[Cell] = sorted({(month, each[2:]) for each in given}, key=str)
            for side in SIDES:
                rows[month, side, side in told, told.get(side)] += cells
                rows["quarter", side, side in told, told.get(side)] += cells
            rows[month] += cells
    for together in rows.values():
        known.publish(together)
    for rating in RATINGS:
        known.tell(known.cells, {rating: 1}, *[known.count(known.cells, {rating: 1})] * 2)
    month_of = {id(each): month for month, given in answers.items() for each in given}
    for given, least, most in learnt:
        known.tell({(month_of[id(each)], each[2:]) for each in given}, LOW, least, most)
    return known


def suspects(known: Knowledge, parts: Mapping[str, Parts]) -> Iterator[dict[Cell, int]]:
    """Sets of nine people: those of all with the fewest content among them, and of each part all.

    People of a cell cannot be told from each other by anything, so how many they are says all; and
    what holds of nine holds of any of them.
    """
    yield from islice(nines(known, known.cells), 1)
    for month, divided in parts.items():
        for _, given in divided:
            yield from nines(known, {(month, each[2:]) for each in given})


def nines(known: Knowledge, cells: Iterable[Cell]) -> Iterator[dict[Cell, int]]:
    """These people in sets of nine, those of cells with the fewest content first."""
    sizes = {cell: min(9, known.ratings[cell].total()) for cell in cells}
    content = {cell: known.ratings[cell].total() - known.count([cell], LOW) for cell in sizes}
    chosen: dict[Cell, int] = {}
    for cell in sorted(sizes, key=lambda cell: (content[cell], str(cell))):
        room = 9 - sum(chosen.values())
        if sizes[cell] > room:
            yield {**chosen, cell: room}
            chosen = {}
        chosen[cell] = sizes[cell]
    yield chosen
