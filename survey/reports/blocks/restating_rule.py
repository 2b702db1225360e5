"""When part of a block is counted anew: only if those whose answers changed are a block themselves.

Whoever subtracts the new counts from the old ones learns how the answers of these people moved, and
of the rest what both counts have in common. So both must be groups of whom nobody can be told to be
dissatisfied. Why these conditions are enough: docs/decisions/0015.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from survey.reports.blocks.rule import Waiting, may_close
from survey.reports.measures import DISSATISFIED, SATISFIED


@dataclass(frozen=True)
class Trajectory:
    """One person's ratings in a part: as they were sealed, and as they count now."""

    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def changed(self) -> bool:
        """Whether it says something else now, in whatever order."""
        return sorted(self.before) != sorted(self.after)

    @property
    def content(self) -> bool:
        """Whether the person is dissatisfied neither before nor after."""
        return not {*self.before, *self.after} & {*DISSATISFIED}


@dataclass(frozen=True)
class Restated:
    """A part counted anew.

    Attributes:
        people: who gave an answer that counts now.
        answers: how many they gave.
        ratings: of these, by rating from 1 to 5.
        changed: people whose answers are others than they were.
    """

    people: int
    answers: int
    ratings: dict[str, int]
    changed: int


def restated(trajectories: Collection[Trajectory], minimum: int) -> Restated | None:
    """A part's new counts; None where they may not be published, or are the old ones.

    Args:
        trajectories: of each person of the part; all who were forgotten are one.
        minimum: how many people a part holds at least.
    """
    moved = [each for each in trajectories if each.changed]
    rest = [each.after for each in trajectories if not each.changed]
    if len(moved) < minimum or sum(each.content for each in moved) < minimum - 1:
        return None
    if rest and not may_close(_waiting(rest), minimum):
        return None
    after = [each.after for each in trajectories if each.after]
    if not may_close(_waiting(after), minimum):
        return None
    ratings = Counter(rating for given in after for rating in given)
    return Restated(
        people=len(after),
        answers=ratings.total(),
        ratings={str(rating): ratings[rating] for rating in range(1, 6)},
        changed=len(moved),
    )


def _waiting(given: Iterable[tuple[int, ...]]) -> Waiting:
    """What the rule of blocks asks of these people's ratings."""
    people = list(given)
    ratings = [rating for theirs in people for rating in theirs]
    return Waiting(
        people=len(people),
        dissatisfied=sum(rating in DISSATISFIED for rating in ratings),
        satisfied=sum(rating in SATISFIED for rating in ratings),
        scores=len(set(ratings)),
    )
