"""Signs that show beside other answers by the same link alone: pure functions over a few of them.

A scanner may open the page when the person does, and post it after the person has: it comes from
elsewhere, knows nothing of what was answered meanwhile, and says what was chosen in the link.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# How many different scores one visitor gives within how many seconds, and no person does. To send
# another score than the one just sent takes, by the keystroke-level model, the way back, another
# choice and the button: 6 s; who has two pages open needs only to turn to the other and press. A
# change of mind or two may come so soon, but not three in a row. Of different visitors there must
# be three, since one may be a person.
SCORES_OF_ONE = ((2, 1.5), (3, 5.0), (4, 30.0))
ANY_VISITOR_SECONDS = 10.0
ANY_VISITORS = 3
# So long after somebody wrote more than a score, one without a word that comes from elsewhere, on a
# page opened before, takes nothing of it away. Scanners post within minutes of what they follow.
WRITES_OVER_SECONDS = 600.0


@dataclass(frozen=True)
class Given:
    """An answer by a link, beside others by the same one.

    Attributes:
        id: of its row.
        rating: its score.
        at: when, in seconds.
        visitor: what tells whose it is, None where that is unknown.
        held_for: the signs it is or was held for; None where it never was.
        says_more: whether it holds anything besides the score.
    """

    id: int
    rating: int
    at: float
    visitor: bytes | None
    held_for: tuple[str, ...] | None = None
    says_more: bool = False


def several_scores(mine: Given, others: Iterable[Given]) -> frozenset[int]:
    """The ids of the other answers that one makes a burst with; none where it makes none.

    What is held for another reason does not count: a person answers whatever a machine did before.
    """
    weighed = [
        other for other in others if other.held_for is None or "several_scores" in other.held_for
    ]
    by_the_same = _by_the_same(mine, weighed)
    if by_the_same:
        return by_the_same
    near = [
        other
        for other in weighed
        if abs(mine.at - other.at) <= ANY_VISITOR_SECONDS and other.rating != mine.rating
    ]
    everyone = [mine, *near]
    visitors, scores = ({o.visitor for o in everyone}, {o.rating for o in everyone})
    enough = min(len(visitors), len(scores)) >= ANY_VISITORS
    return frozenset(other.id for other in near) if enough else frozenset()


def _by_the_same(mine: Given, others: Iterable[Given]) -> frozenset[int]:
    """Of those by the visitor of one, the ids of what it makes a burst with."""
    own = [other for other in others if other.visitor == mine.visitor is not None]
    for scores, seconds in SCORES_OF_ONE:
        near = [other for other in own if abs(mine.at - other.at) <= seconds]
        if len({mine.rating, *(other.rating for other in near)}) >= scores:
            return frozenset(other.id for other in near)
    return frozenset()


def writes_over(mine: Given, shown_at: float, others: Iterable[Given]) -> bool:
    """Whether an answer is a mere score that would wipe what another visitor wrote, unseen.

    Args:
        mine: the answer.
        shown_at: when its form was shown first, in seconds. Later, the form has what was written.
        others: by the same link.
    """
    return not mine.says_more and any(
        other.says_more
        and other.held_for is None
        and None is not other.visitor != mine.visitor is not None
        and max(shown_at, mine.at - WRITES_OVER_SECONDS) < other.at <= mine.at
        for other in others
    )
