"""The division of a block once more, in a few lines, and what whoever can follow it learns."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import inf

from survey.reports.blocks.dividing import Given
from survey.reports.blocks.rule import Waiting, may_close
from survey.reports.measures import DISSATISFIED, SATISFIED

MINIMUM = 10
# Of some answers, how many ratings of 1 and 2 they hold at least and at most.
Learnt = tuple[list[Given], float, float]
# What is told of each part, and its answers.
Parts = list[tuple[dict[str, object], list[Given]]]


class Asking:
    """Whether a value may be told apart, and what whoever knows who answered learns from it.

    `of_part`: the dissatisfied are those of the whole part, as it is; else those of either side.
    """

    def __init__(self, answers: Mapping[str, list[Given]], *, of_part: bool) -> None:
        self.of_part = of_part
        self.total = low(each for given in answers.values() for each in given)
        self.learnt: list[Learnt] = []

    def __call__(self, one: list[Given], others: list[Given]) -> bool | None:
        """None: for reasons that tell of who gave which answer."""
        sides = [(side, len(people(side)) - MINIMUM + 1) for side in (one, others)]
        if any(len(people(side)) < MINIMUM for side, _ in sides):
            return False
        asked = [(one + others if self.of_part else side, most) for side, most in sides]
        if all(low(bearing) <= most for bearing, most in asked):
            self.learnt += [(bearing, 0, most) for bearing, most in asked]
            return True if all(closes(side) for side, _ in sides) else None
        self._refused([(bearing, most) for bearing, most in asked if most < self.total])
        return False

    def _refused(self, reasons: list[tuple[list[Given], int]]) -> None:
        if self.of_part:
            bearing, most = min(reasons, key=lambda reason: reason[1])
            self.learnt.append((bearing, most + 1, inf))
        elif len(reasons) == 1:
            self.learnt.append((reasons[0][0], reasons[0][1] + 1, inf))


def low(given: Iterable[Given]) -> int:
    return sum(each.rating in DISSATISFIED for each in given)


def people(given: Iterable[Given]) -> set[int]:
    return {each.person for each in given}


def closes(given: list[Given]) -> bool:
    satisfied = sum(each.rating in SATISFIED for each in given)
    scores = len({each.rating for each in given})
    return may_close(Waiting(len(people(given)), low(given), satisfied, scores), MINIMUM)


def reference(answers: list[Given], order: Iterable[str], ask: Asking) -> Parts:
    """The division in a few lines: what is told of each part, and its answers."""
    parts: list[tuple[dict[str, object], list[Given], bool]] = [({}, answers, False)]
    for side in order:
        finer = []
        for told, given, whole in parts:
            left, stopped = given, whole
            sizes = Counter(getattr(each, side) for each in left)
            for value in sorted(
                sizes, key=lambda value: (-sizes[value], value is None, str(value))
            ):
                one = [each for each in left if getattr(each, side) == value]
                others = [each for each in left if getattr(each, side) != value]
                apart = bool(others) and not stopped and ask(one, others)
                stopped = stopped or apart is None
                if apart:
                    finer.append(({**told, side: value}, one, False))
                    left = others
            values = {getattr(each, side) for each in left}
            finer.append(
                ({**told, **({side: values.pop()} if len(values) == 1 else {})}, left, stopped)
            )
        parts = finer
    return [(told, by_person(given)) for told, given, _ in parts]


def by_person(given: Iterable[Given]) -> list[Given]:
    return sorted(given, key=lambda each: each.person)
