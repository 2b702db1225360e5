"""When rows that cross parts are told, against all ways in which answers could be dealt out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import combinations, count, product
from random import Random
from typing import NamedTuple

import pytest

from survey.reports.blocks.crossing import rule
from survey.reports.blocks.crossing.rule import Crossed, could_be_told, expected, hides_everybody

MINIMUM = 3
Rows = tuple[int, ...]


class Place(NamedTuple):
    """An answer: whose it is and in which row."""

    person: int
    row: int


class Dealt(NamedTuple):
    """One way to deal out a part: the places of the dissatisfied, of all unsatisfied, and rows."""

    low: frozenset[int]
    unsatisfied: frozenset[int]
    rows: Rows


class Small:
    """A quarter so small that all deals of its answers can be looked at."""

    def __init__(self, random: Random) -> None:
        self.rows = random.choice((2, 2, 3))
        self.parts: list[list[Place]] = []
        self.low: list[int] = []
        self.unsatisfied: list[int] = []
        people = random.randrange(10, 20)
        for _ in range(random.choice((2, 3))):
            whose = random.sample(range(people), random.randrange(6, 9))
            if random.random() < 0.3:
                whose[-1] = whose[0]
            self.parts.append([Place(person, random.randrange(self.rows)) for person in whose])
            low = random.randrange(min(2, len({*whose}) - MINIMUM + 1) + 1)
            self.low.append(low)
            self.unsatisfied.append(low + random.randrange(3))
        self.deals = [[*self._deals(number)] for number in range(len(self.parts))]

    def _deals(self, number: int) -> Iterable[Dealt]:
        """Every way in which the answers of a part could be those of its people."""
        places = range(len(self.parts[number]))
        for unsatisfied in combinations(places, self.unsatisfied[number]):
            rows = Counter(self.parts[number][place].row for place in unsatisfied)
            in_rows = tuple(rows[row] for row in range(self.rows))
            for low in combinations(unsatisfied, self.low[number]):
                yield Dealt(frozenset(low), frozenset(unsatisfied), in_rows)

    @property
    def crossed(self) -> list[Crossed]:
        """As the rule looks at it."""
        return [
            Crossed(
                [[at.person for at in part if at.row == row] for row in range(self.rows)], *counts
            )
            for part, *counts in zip(self.parts, self.low, self.unsatisfied, strict=True)
        ]

    def reached(self, may_be: Callable[[int, Dealt], bool] = lambda *_: True) -> set[Rows]:
        """The unsatisfied of rows in every deal of which this is true of each part's."""
        of_parts = (
            {dealt.rows for dealt in deals if may_be(number, dealt)}
            for number, deals in enumerate(self.deals)
        )
        return reduce(
            lambda so_far, more: {
                tuple(map(sum, zip(one, other, strict=True)))
                for one, other in product(so_far, more)
            },
            of_parts,
        )

    def told(self) -> dict[Rows | None, set[Rows]]:
        """Everything that may be told, with the rows that may be behind it; None is nothing."""
        found = defaultdict(set)
        for rows in self.reached():
            found[rows if rule.may_be_told(self.crossed, rows, MINIMUM) else None].add(rows)
        return found

    def tells_of_few(self) -> bool:
        """Whether, whatever is told, some few people are sure to hold somebody dissatisfied."""
        people = {at.person for part in self.parts for at in part}
        return any(
            not self.reached(self._without(few)) & behind
            for few in combinations(people, MINIMUM - 1)
            for behind in self.told().values()
        )

    def _without(self, few: Sequence[int]) -> Callable[[int, Dealt], bool]:
        theirs = [{n for n, at in enumerate(part) if at.person in few} for part in self.parts]
        return lambda number, dealt: not dealt.low & theirs[number]

    def tells_of_one(self) -> bool:
        """Whether it is sure of an answer that it is no 4 or 5, though not all of its part are."""
        open_parts = [n for n, part in enumerate(self.parts) if self.unsatisfied[n] < len(part)]
        return any(
            not self.reached(_satisfied(number, place)) & behind
            for number in open_parts
            for place in range(len(self.parts[number]))
            for behind in self.told().values()
        )


def _satisfied(part: int, place: int) -> Callable[[int, Dealt], bool]:
    return lambda number, dealt: number != part or place not in dealt.unsatisfied


# Three of those few of which all that must not be told is alike.
ALIKE = [Small(Random(seed)) for seed in (184, 2134, 2300)]
QUARTERS = (
    ALIKE
    + [
        small
        for seed in range(500)
        if could_be_told((small := Small(Random(seed))).crossed, MINIMUM)
    ][:57]
)


def test_whatever_is_told_or_not_any_few_people_may_all_be_content() -> None:
    assert not any(small.tells_of_few() for small in QUARTERS)


def test_whatever_is_told_or_not_nobody_is_sure_to_be_unsatisfied() -> None:
    assert not any(small.tells_of_one() for small in QUARTERS)


def test_some_rows_are_told_and_some_are_not() -> None:
    told = [rows for small in QUARTERS for rows in small.told() if rows]
    assert len(QUARTERS) == 60
    assert len(told) > 100
    assert all(None in small.told() for small in QUARTERS)


def test_with_fewer_exchanges_somebody_would_be_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "_taken", lambda *_: 0)
    assert any(small.tells_of_few() for small in QUARTERS)


def test_with_no_exchange_somebody_would_be_sure_to_be_unsatisfied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Crossed, "is_full", lambda *_: False)
    assert any(small.tells_of_one() for small in QUARTERS)


def test_if_all_that_is_expected_were_told_silence_would_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rule, "may_be_told", hides_everybody)
    assert all(small.tells_of_few() for small in ALIKE)


def test_expected_is_in_whole_numbers_that_add_up() -> None:
    # Of 3 by 7, 3, 0 and of 4 by 0, 5, 5: exactly 2.1, 2.9 and 2.
    assert expected([part((7, 3, 0), 1, 3), part((0, 5, 5), 2, 4)]) == [2, 3, 2]


def test_a_row_that_must_hold_all_that_were_not_satisfied_is_not_told() -> None:
    # All thirty in the second row are satisfied. So of ten in the first row, of the first block,
    # two are dissatisfied; nine of them are sure to hold one.
    parts = [part((10, 9), 2, 2), part((20, 21), 2, 2)]
    assert not hides_everybody(parts, [4, 0], 10)
    assert hides_everybody(parts, [2, 2], 10)


def test_rows_and_parts_differ_by_enough_people_or_by_nobody() -> None:
    inside = part((20, 0), 2, 4)
    assert not could_be_told([inside, part((9, 30), 2, 8)], 10)
    assert could_be_told([inside, part((12, 30), 2, 8)], 10)
    assert could_be_told([inside, part((0, 30), 2, 8), part((15, 15), 2, 8)], 10)
    # Each has some of the other's: less a row, a part leaves the difference of five and five.
    assert not could_be_told([part((30, 4), 2, 8), part((5, 30), 2, 8)], 10)
    assert could_be_told([part((30, 5), 2, 8), part((5, 30), 2, 8)], 10)
    # The same five people are no ten.
    both = [5000, 5001, 5002, 5003, 5004]
    few = [part((30, 0), 2, 8, beside=both), part((0, 30), 2, 8, beside=both)]
    assert not could_be_told(few, 10)


def test_what_would_be_thought_of_rows_that_are_not_told_must_hide_everybody_too() -> None:
    # Whoever sees nothing told may think that one of the two is among the six of each row.
    parts = [part((6, 6), 2, 2), part((5, 5), 0, 0)]
    assert expected(parts) == [1, 1]
    assert not could_be_told(parts, 10)
    assert could_be_told([part((6, 6), 2, 2), part((5, 5), 0, 2)], 10)


def part(
    sizes: Sequence[int], dissatisfied: int, unsatisfied: int, beside: Sequence[int] = ()
) -> Crossed:
    """A part whose answers are each of another person; these gave one more each in empty rows."""
    whose = [[next(people) for _ in range(size)] or [*beside] for size in sizes]
    return Crossed(whose, dissatisfied, unsatisfied)


people = count(1)
