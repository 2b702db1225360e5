"""When rows that cross parts are told, against all ways in which answers could be dealt out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, count, product
from random import Random
from typing import NamedTuple

import pytest

from survey.reports.blocks.crossing import rule
from survey.reports.blocks.crossing.rule import (
    Crossed,
    could_be_told,
    expected,
    hides_everybody,
    may_be_told,
)

MINIMUM = 3
DISSATISFIED, NEITHER, SATISFIED = range(3)


class Place(NamedTuple):
    """Where an answer is: whose it is, in which part and in which row."""

    person: int
    part: int
    row: int


Deal = tuple[int, ...]


class Small:
    """A quarter so small that all deals of its answers can be looked at."""

    def __init__(self, random: Random) -> None:
        self.rows = random.choice((2, 2, 3))
        self.places: list[Place] = []
        self.said: list[tuple[int, ...]] = []
        people = random.randrange(7, 12)
        for part in range(random.choice((1, 2, 2))):
            size = random.randrange(4, 7)
            whose = random.sample(range(people), size)
            if random.random() < 0.4:
                whose[-1] = whose[0]
            leaning = random.randrange(self.rows)
            for person in whose:
                row = leaning if random.random() < 0.4 else random.randrange(self.rows)
                self.places.append(Place(person, part, row))
            most = len({*whose}) - MINIMUM + 1
            unhappy = random.randrange(min(2, most) + 1)
            neither = random.randrange(3)
            said = [DISSATISFIED] * unhappy + [NEITHER] * min(neither, size - unhappy)
            self.said.append((*said, *[SATISFIED] * (size - len(said))))

    def deals(self) -> Iterator[Deal]:
        """Every way in which the answers of each part could be those of its people."""
        return ((*(each for part in deal for each in part),) for deal in product(*self._parts()))

    def _parts(self) -> Iterator[list[Deal]]:
        for said in self.said:
            left: dict[Deal, Counter[int]] = {(): Counter(said)}
            for _ in said:
                left = {
                    (*so_far, each): rest - Counter([each])
                    for so_far, rest in left.items()
                    for each in rest
                }
            yield sorted(left)

    def crossed(self) -> list[Crossed]:
        """As the rule looks at it."""
        return [
            Crossed(
                whose=[
                    [at.person for at in self.places if (at.part, at.row) == (part, row)]
                    for row in range(self.rows)
                ],
                dissatisfied=said.count(DISSATISFIED),
                unsatisfied=len(said) - said.count(SATISFIED),
            )
            for part, said in enumerate(self.said)
        ]

    def unsatisfied(self, deal: Deal) -> tuple[int, ...]:
        """Of each row."""
        found = Counter(
            place.row for place, said in zip(self.places, deal, strict=True) if said != SATISFIED
        )
        return tuple(found[row] for row in range(self.rows))

    def told_of(self) -> list[set[int]]:
        """Of what is told: those few people who are sure to hold somebody dissatisfied."""
        parts = self.crossed()
        if not could_be_told(parts, MINIMUM):
            return []
        clean: dict[object, set[frozenset[int]]] = {}
        sets = [
            frozenset(chosen)
            for chosen in combinations({place.person for place in self.places}, MINIMUM - 1)
        ]
        for deal in self.deals():
            unsatisfied = self.unsatisfied(deal)
            told = unsatisfied if rule.may_be_told(parts, unsatisfied, MINIMUM) else None
            unhappy = {
                place.person
                for place, said in zip(self.places, deal, strict=True)
                if said == DISSATISFIED
            }
            clean.setdefault(told, set()).update(each for each in sets if not each & unhappy)
        return [{*each} for found in clean.values() for each in sets if each not in found]


QUARTERS = [Small(Random(seed)) for seed in range(300)]


def told_on(quarters: Sequence[Small]) -> int:
    """In how many of these some few people are sure to hold somebody dissatisfied."""
    return sum(bool(small.told_of()) for small in quarters)


def test_whatever_is_told_or_not_any_few_people_may_all_be_content() -> None:
    assert told_on(QUARTERS) == 0


def test_some_rows_are_told_and_some_are_not() -> None:
    told = [
        may_be_told(small.crossed(), unsatisfied, MINIMUM)
        for small in QUARTERS
        for unsatisfied in {small.unsatisfied(deal) for deal in small.deals()}
    ]
    assert told.count(True) > 300
    assert told.count(False) > 300


def test_with_fewer_exchanges_somebody_would_be_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "_taken", lambda *_: 0)
    assert told_on(QUARTERS) > 0


def test_if_all_that_is_expected_were_told_silence_would_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rule, "may_be_told", hides_everybody)
    assert told_on(QUARTERS) > 0


def test_expected_is_in_whole_numbers_that_add_up() -> None:
    # Of 3 by 7, 3, 0 and of 4 by 0, 5, 5: exactly 2.1, 2.9 and 2.
    assert expected([part((7, 3, 0), 1, 3), part((0, 5, 5), 2, 4)]) == [2, 3, 2]


def test_a_row_that_must_hold_all_that_were_not_satisfied_is_not_told() -> None:
    # All thirty in the second row are satisfied. So of ten in the first row, of the first block,
    # two are dissatisfied; nine of them are sure to hold one.
    parts = [part((10, 9), 2, 2), part((20, 21), 2, 2)]
    assert not hides_everybody(parts, [4, 0], 10)
    assert hides_everybody(parts, [2, 2], 10)


def test_what_is_left_of_a_row_without_whole_parts_of_it_is_of_enough_people() -> None:
    inside = part((20, 0), 2, 4)
    assert not could_be_told([inside, part((9, 30), 2, 8)], 10)
    assert could_be_told([inside, part((12, 30), 2, 8)], 10)
    assert could_be_told([inside, part((0, 30), 2, 8), part((15, 15), 2, 8)], 10)


def part(sizes: Sequence[int], dissatisfied: int, unsatisfied: int) -> Crossed:
    """A part whose answers are each of another person."""
    return Crossed(
        [[next(people) for _ in range(size)] for size in sizes], dissatisfied, unsatisfied
    )


people = count(1)
