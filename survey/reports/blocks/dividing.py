"""How a block is divided into parts, each of which is by itself enough to be a block.

So that boards may see directorates, topics, channels and delays of answers. What is told apart
depends on who answered about what, and on how many of all were dissatisfied, but not on who these
were: so neither does it tell anything that something was not told apart. Why this is enough:
docs/decisions/0013.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple
from zlib import crc32

from survey.partnership.settings import SIDES
from survey.reports.blocks.rule import Waiting, hides_everybody, may_close
from survey.reports.measures import DISSATISFIED, SATISFIED

Value = int | str | bool | None


class Given(NamedTuple):
    """An answer: who gave it, the rating, and the value of each side. The forgotten are person 0.

    Of values it matters only whether they are the same; so directorates and hours may be numbers.
    """

    person: int
    rating: int
    directorate: Value
    topic: Value
    channel: Value
    target: Value
    hours: Value


# By place, since there may be hundreds of thousands.
_PERSON, _RATING = itemgetter(0), itemgetter(1)


@dataclass
class Counted:
    """What matters of some answers of a block.

    Attributes:
        people: how many different persons gave them.
        ratings: how many there are of each.
        times: how many were given by each of those who gave several in the block.
    """

    people: int
    ratings: Counter[int]
    times: Counter[int]

    @classmethod
    def of(cls, answers: Sequence[Given], often: Collection[int]) -> "Counted":
        """Of answers, and of who gave several in the block."""
        times = Counter([each[0] for each in answers if each[0] in often] if often else ())
        once = len(answers) - times.total()
        return cls(once + len(times), Counter(map(_RATING, answers)), times)

    def less(self, one: "Counted") -> "Counted":
        """Without some of them."""
        gone = sum(self.times[person] == times for person, times in one.times.items())
        once = one.people - len(one.times)
        return Counted(
            self.people - once - gone, self.ratings - one.ratings, self.times - one.times
        )

    @property
    def squares(self) -> int:
        """The sum over people of the square of how many each gave; of the forgotten, one each."""
        more = sum(times * times - times for person, times in self.times.items() if person)
        return self.ratings.total() + more

    @property
    def dissatisfied(self) -> int:
        """At most so many people, since each may have given one of these answers."""
        return sum(self.ratings[rating] for rating in DISSATISFIED)

    @property
    def waiting(self) -> Waiting:
        """As the rule for blocks has it."""
        satisfied = sum(self.ratings[rating] for rating in SATISFIED)
        return Waiting(self.people, self.dissatisfied, satisfied, len(self.ratings))


@dataclass(frozen=True)
class Part:
    """Answers of a block with the same values in what is told apart of them.

    Attributes:
        answers: at least one.
        counted: what they count.
        told: values by the name of the side; what is not in it is not told apart.
        stopped: the side and value at which it was found to be divided no further; None where it
            was not.
    """

    answers: Sequence[Given]
    counted: Counted
    told: Mapping[str, Value] = field(default_factory=dict)
    stopped: tuple[str, Value] | None = None


def order_of(closes: str, partner_id: int, service_group: str | None) -> tuple[str, ...]:
    """The sides in the order in which a block is divided by them.

    Those that come first are told apart most. So the first one moves on by two from month to month:
    in the three of a quarter each of the five is first or second. Series begin with different ones.
    """
    month = int(closes[:4]) * 12 + int(closes[5:])
    first = (crc32(f"{partner_id} {service_group}".encode()) + 2 * month) % len(SIDES)
    return SIDES[first:] + SIDES[:first]


def counted(answers: Sequence[Given]) -> Counted:
    """What all answers of a block count."""
    times = Counter(map(_PERSON, answers))
    return Counted.of(answers, {person for person, n in times.items() if n > 1})


def divide(answers: Sequence[Given], order: Iterable[str], minimum: int) -> list[Part]:
    """The parts of a block: disjoint, and together all of it.

    Args:
        answers: those of the block.
        order: the sides to divide by, one after the other.
        minimum: how many people a part holds at least.
    """
    whole = counted(answers)
    often = whole.times.keys()
    parts = [Part(answers, whole)]
    for side in order:
        parts = [finer for part in parts for finer in _divided(part, side, often, minimum)]
    return parts


def _divided(part: Part, side: str, often: Collection[int], minimum: int) -> Iterator[Part]:
    """The values that may be told apart, those of most answers first, and what is left."""
    left = _by_value(part.answers, Given._fields.index(side))
    rest, stopped = part.counted, part.stopped
    for value in sorted(left, key=lambda value: (-len(left[value]), value is None, str(value))):
        answers, dissatisfied = left[value], rest.dissatisfied
        # The values that follow are of fewer answers, so none of them would do.
        if stopped or len(left) == 1 or not hides_everybody(len(answers), dissatisfied, minimum):
            break
        one = Counted.of(answers, often)
        others = rest.less(one)
        if not all(hides_everybody(each.people, dissatisfied, minimum) for each in (one, others)):
            continue
        if not all(may_close(each.waiting, minimum) for each in (one, others)):
            # That tells of who gave what, so nothing further may be asked of these answers.
            stopped = side, value
            continue
        yield Part(left.pop(value), one, {**part.told, side: value})
        rest = others
    only: dict[str, Any] = {side: next(iter(left))} if len(left) == 1 else {}
    remaining = part.answers if rest is part.counted else [*chain.from_iterable(left.values())]
    yield Part(remaining, rest, {**part.told, **only}, stopped)


def _by_value(answers: Iterable[Given], place: int) -> dict[Value, list[Given]]:
    found: dict[Value, list[Given]] = defaultdict(list)
    for each in answers:
        found[each[place]].append(each)
    return dict(found)
