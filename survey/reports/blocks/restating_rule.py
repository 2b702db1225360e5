"""When part of a block is counted anew: only if the answers that changed are a block themselves.

Whoever subtracts the new counts from the old ones learns how these answers moved, and of the rest
what both counts have in common. So both must be of groups of whom nobody can be told to be
dissatisfied. Why these conditions are enough: docs/decisions/0015.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from survey.reports.blocks.rule import Waiting, hides_everybody, may_close
from survey.reports.measures import DISSATISFIED, SATISFIED
from survey.reports.tally import on_scale


class Moved(NamedTuple):
    """An answer: whose, and its rating as sealed and now, which is None where none counts now."""

    person: int
    sealed: int
    now: int | None

    @property
    def content(self) -> bool:
        """Whether it is neither before nor after one of somebody dissatisfied."""
        return not {self.sealed, self.now} & {*DISSATISFIED}


@dataclass(frozen=True)
class Restated:
    """A part counted anew.

    Attributes:
        people: who gave an answer that counts now.
        answers: how many they gave.
        ratings: of these, by rating from 1 to 5.
        changed: people of whom an answer is another than it was.
    """

    people: int
    answers: int
    ratings: dict[str, int]
    changed: int


def restated(answers: Collection[Moved], minimum: int) -> Restated | None:
    """A part's new counts; None where they may not be published, or are the old ones.

    Args:
        answers: those of the part; all who were forgotten are one person.
        minimum: how many people a part holds at least.
    """
    moved = [each for each in answers if each.sealed != each.now]
    rest = [each for each in answers if each.sealed == each.now]
    unhappy = sum(not each.content for each in moved)
    if not hides_everybody(len({each.person for each in moved}), unhappy, minimum):
        return None
    if not all(may_close(_waiting(each), minimum) for each in (rest, answers) if each):
        return None
    ratings = Counter(each.now for each in answers if each.now)
    return Restated(
        people=len({each.person for each in answers if each.now}),
        answers=ratings.total(),
        ratings=on_scale(ratings),
        changed=len({each.person for each in moved}),
    )


def _waiting(answers: Collection[Moved]) -> Waiting:
    """What the rule of blocks asks of these answers as they are now."""
    ratings = [each.now for each in answers if each.now]
    # Each that is held is taken for a person less: who else answered must not show in it.
    held = len(answers) - len(ratings)
    return Waiting(
        people=len({each.person for each in answers}) - held,
        dissatisfied=sum(rating in DISSATISFIED for rating in ratings),
        satisfied=sum(rating in SATISFIED for rating in ratings),
        scores=len(set(ratings)),
    )
