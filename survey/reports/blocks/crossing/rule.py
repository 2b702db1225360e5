"""Whether rows that cross parts may be told: only if no nine people must hold one dissatisfied.

Of each part it is told how many were satisfied, and so it would be of each row. Who of a part was
dissatisfied is open as long as answers can be exchanged within it; what one row loses by that must
come back in another part. So there must be enough to exchange, whichever rows are set against the
others, and enough people in whatever rows and parts do not have in common. Why this is enough, and
why rows that tell nothing new are kept back: docs/decisions/0018.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain, combinations
from math import floor

Rows = tuple[int, ...]


@dataclass(frozen=True)
class Crossed:
    """A part of a block, and how its answers fall into rows.

    Attributes:
        whose: by row, the person who gave each answer; the forgotten are person 0.
        dissatisfied: how many of all these answers are a 1 or 2.
        unsatisfied: how many are no 4 or 5.
    """

    whose: Sequence[Sequence[int]]
    dissatisfied: int
    unsatisfied: int

    @cached_property
    def answers(self) -> list[int]:
        """How many there are in each row."""
        return [len(row) for row in self.whose]

    @cached_property
    def repeated(self) -> int:
        """How many more answers than people there are."""
        return sum(self.answers) - len(set(chain.from_iterable(self.whose)))

    def within(self, rows: Rows) -> int:
        """How many answers are in these rows."""
        return sum(self.answers[row] for row in rows)

    def room(self, rows: Rows) -> int:
        """How many unsatisfied answers these rows may hold of it."""
        return min(self.unsatisfied, self.within(rows))

    def is_full(self, rows: Rows) -> bool:
        """Whether all that these rows have of it is unsatisfied if their room is taken, not all."""
        return 0 < self.within(rows) <= self.unsatisfied < sum(self.answers)

    def spare(self, rows: Rows) -> int:
        """How many answers in these rows may be none of a dissatisfied before that is less."""
        neither = self.unsatisfied - self.dissatisfied
        return neither + self.within(rows) - self.room(rows)


def could_be_told(parts: Sequence[Crossed], minimum: int) -> bool:
    """Whether rows may be told at all, going by who answered and by what is told of the parts.

    Args:
        parts: of which each by itself hides everybody.
        minimum: of how many people something may be told, at least.
    """
    times = _times(parts)
    people = [
        [sum((Fraction(1, times[who]) for who in row), Fraction()) for row in part.whose]
        for part in parts
    ]
    apart = all(_are_enough(people, rows, minimum) for rows in _some_of(len(people[0])))
    return apart and hides_everybody(parts, expected(parts), minimum)


def may_be_told(parts: Sequence[Crossed], unsatisfied: Sequence[int], minimum: int) -> bool:
    """Whether rows that could be told are, where so many answers of each are no 4 or 5.

    Not if they are what the parts let expect: so whoever sees nothing told may think of those.
    """
    as_expected = [*unsatisfied] == expected(parts)
    return not as_expected and hides_everybody(parts, unsatisfied, minimum)


def expected(parts: Sequence[Crossed]) -> list[int]:
    """How many answers of each row are no 4 or 5 if rows make no difference: in whole numbers.

    Those with the largest fractions are rounded up, so that they add up (Hamilton's method).
    """
    exact = [0.0] * len(parts[0].whose)
    for part in parts:
        for row, answers in enumerate(part.answers):
            exact[row] += part.unsatisfied * answers / sum(part.answers)
    rounded = [floor(each) for each in exact]
    missing = sum(part.unsatisfied for part in parts) - sum(rounded)
    for row in sorted(range(len(exact)), key=lambda row: rounded[row] - exact[row])[:missing]:
        rounded[row] += 1
    return rounded


def hides_everybody(parts: Sequence[Crossed], unsatisfied: Sequence[int], minimum: int) -> bool:
    """Whether no group smaller than the minimum is sure to hold one of those dissatisfied.

    Whoever is in it, the unsatisfied of each part can be dealt out so that each row has as many as
    it has and nobody of the group is dissatisfied: that is so if any rows together have room for
    theirs (D. Gale, "A theorem on flows in networks", Pacific Journal of Mathematics 7 (1957)).

    Args:
        parts: of which each by itself hides everybody.
        unsatisfied: how many answers of each row are no 4 or 5.
        minimum: how many people it takes to be told of.
    """
    most = sum(n for _, n in _times(parts).most_common(minimum - 1))
    for rows in _some_of(len(unsatisfied)):
        free = sum(part.room(rows) for part in parts) - sum(unsatisfied[row] for row in rows)
        # Where nothing can be exchanged, whoever is in a full row was sure to be unsatisfied.
        if not free and any(part.is_full(rows) for part in parts):
            return False
        # They take no more than they have; to work it out takes longer.
        if free < most and free < _taken(parts, rows, most, minimum):
            return False
    return True


def _times(parts: Sequence[Crossed]) -> Counter[int]:
    """How many answers each person gave."""
    return Counter(person for part in parts for row in part.whose for person in row)


def _some_of(rows: int) -> Iterator[Rows]:
    """Every choice of rows but none and all of them."""
    return chain.from_iterable(combinations(range(rows), size) for size in range(1, rows))


def _are_enough(people: Sequence[Sequence[Fraction]], rows: Rows, minimum: int) -> bool:
    """Whether rows and parts differ by enough people, whichever parts are taken from these rows.

    What these said follows by subtraction, and least is left where parts are taken that are in the
    rows for the most part.

    Args:
        people: of each part, how many there are in each row; who gave several answers is divided.
        rows: those that parts are taken from.
        minimum: how many people are enough; nobody is, too.
    """
    inside = [sum(part[row] for row in rows) for part in people]
    left = sum(min(here, sum(part) - here) for here, part in zip(inside, people, strict=True))
    return not left or left >= minimum


def _taken(parts: Sequence[Crossed], rows: Rows, most: int, minimum: int) -> int:
    """How much less room rows have, at most, if some few people are none of the dissatisfied.

    Args:
        parts: all of them.
        rows: the ones that the room is in.
        most: how many answers such people gave at most.
        minimum: how many they are fewer than.
    """
    theirs = [min(part.within(rows), part.repeated + minimum - 1) for part in parts]
    takes = [(n - part.spare(rows), n) for n, part in zip(theirs, parts, strict=True)]
    taken = Fraction(0)
    # Most is taken where most of what they have counts; as if some of it did in proportion.
    for less, answers in sorted(takes, key=lambda each: -Fraction(*each) if each[1] else 0):
        used = min(answers, most)
        if less > 0 and used:
            taken += Fraction(less * used, answers)
            most -= used
    return floor(taken)
