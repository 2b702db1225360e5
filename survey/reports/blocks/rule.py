"""When answers that wait become a block: the rule that keeps each of ten people out of sight.

Respondents are staff who know each other, and each board knows others. So what is ever shown
exactly is a sum of whole blocks; a block is shown only if nobody can tell from it that one of fewer
than ten people was dissatisfied. Why these conditions are enough: docs/decisions/0011.
"""

from dataclasses import dataclass

# How many months a block gathers at least, by the name of the rhythm.
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
# From so many people on, one and the same answer of all says nothing about anybody.
MANY = 30


@dataclass(frozen=True)
class Waiting:
    """What is known of answers that wait together.

    Attributes:
        people: different persons who gave them; all who were forgotten count as one.
        dissatisfied: answers of 1 or 2, and so at most as many people who gave any.
        satisfied: answers of 4 or 5.
        scores: how many different ratings there are.
    """

    people: int
    dissatisfied: int
    satisfied: int
    scores: int


def may_close(waiting: Waiting, minimum: int) -> bool:
    """Whether these answers may be published as one block.

    Args:
        waiting: the answers.
        minimum: how many people a block holds at least.
    """
    return (
        hides_everybody(waiting.people, waiting.dissatisfied, minimum)
        and waiting.satisfied > 0
        and (waiting.people >= MANY or waiting.scores > 1)
    )


def hides_everybody(people: int, dissatisfied: int, minimum: int) -> bool:
    """Whether no group smaller than the minimum is sure to hold one of those dissatisfied.

    Args:
        people: different persons who answered.
        dissatisfied: how many of them were, at most.
        minimum: how many people a block holds at least.
    """
    # Whichever nine somebody has in mind, all of them may be among the others.
    return people >= minimum and people - dissatisfied >= minimum - 1


def ends(month: str, rhythm: str) -> bool:
    """Whether a period of the rhythm ends with this month, such as `2026-03` and `quarter`."""
    return int(month[5:]) % MONTHS_OF[rhythm] == 0
