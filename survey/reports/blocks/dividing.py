"""How a block is divided into parts, each of which is by itself enough to be a block.

So that boards may see directorates, topics, channels and delays of answers. What is told apart
depends on who answered about what, and on how many of all were dissatisfied, but not on who these
were: so neither does it tell anything that something was not told apart. Why this is enough:
docs/decisions/0013.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple
from zlib import crc32

from survey.reports.blocks.grid import SIDES
from survey.reports.blocks.rule import Waiting, hides_everybody, may_close
from survey.reports.measures import DISSATISFIED, SATISFIED

Value = int | str | bool | None


class Given(NamedTuple):
    """An answer: who gave it, the rating, and what is true of its enquiry, in the order of SIDES.

    All who were forgotten are person 0.
    """

    person: int
    rating: int
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Part:
    """Answers of a block with the same values in what is told apart of them.

    Attributes:
        answers: at least one.
        told: values by the name of the side; what is not in it is not told apart.
        stopped: the side and value at which it was found to be divided no further; None where it
            was not.
    """

    answers: Sequence[Given]
    told: Mapping[str, Value] = field(default_factory=dict)
    stopped: tuple[str, Value] | None = None

    @property
    def people(self) -> int:
        """How many different people gave its answers."""
        return len({each.person for each in self.answers})


def order_of(closes: str, partner_id: int, service_group: str | None) -> tuple[str, ...]:
    """The sides in the order in which a block is divided by them.

    Those that come first are told apart most. So the first one moves on by two from month to month:
    in the three of a quarter each of the five is first or second. Series begin with different ones.
    """
    month = int(closes[:4]) * 12 + int(closes[5:])
    first = (crc32(f"{partner_id} {service_group}".encode()) + 2 * month) % len(SIDES)
    return SIDES[first:] + SIDES[:first]


def divide(answers: Sequence[Given], order: Iterable[str], minimum: int) -> list[Part]:
    """The parts of a block: disjoint, and together all of it.

    Args:
        answers: those of the block.
        order: the sides to divide by, one after the other.
        minimum: how many people a part holds at least.
    """
    parts = [Part(answers)]
    for side in order:
        parts = [finer for part in parts for finer in _divided(part, side, minimum)]
    return parts


def _divided(part: Part, side: str, minimum: int) -> Iterator[Part]:
    """The values that may be told apart, those of most answers first, and what is left."""
    left = _by_value(part.answers, SIDES.index(side))
    rest, stopped = _Group.of(part.answers), part.stopped
    for value in sorted(left, key=lambda value: (-len(left[value]), value is None, str(value))):
        if stopped or len(left) == 1:
            break
        one = _Group.of(left[value])
        others, dissatisfied = rest.less(one), rest.dissatisfied
        if not all(hides_everybody(each.people, dissatisfied, minimum) for each in (one, others)):
            continue
        if not all(may_close(each.waiting, minimum) for each in (one, others)):
            # That tells of who gave what, so nothing further may be asked of these answers.
            stopped = side, value
            continue
        yield Part(left.pop(value), {**part.told, side: value})
        rest = others.settled(one)
    only = {side: next(iter(left))} if len(left) == 1 else {}
    yield Part([*chain.from_iterable(left.values())], {**part.told, **only}, stopped)


def _by_value(answers: Iterable[Given], place: int) -> dict[Value, list[Given]]:
    found: dict[Value, list[Given]] = defaultdict(list)
    for each in answers:
        found[each.values[place]].append(each)
    return dict(found)


@dataclass
class _Group:
    """What matters of answers: how often each person gave one, how many people, and the ratings."""

    times: Counter[int]
    people: int
    ratings: Counter[int]

    @classmethod
    def of(cls, answers: Sequence[Given]) -> "_Group":
        times = Counter([each.person for each in answers])
        return cls(times, len(times), Counter([each.rating for each in answers]))

    def less(self, one: "_Group") -> "_Group":
        """Without some of them; `times` is not up to date before it is settled."""
        gone = sum(self.times[person] == times for person, times in one.times.items())
        return _Group(self.times, self.people - gone, self.ratings - one.ratings)

    def settled(self, one: "_Group") -> "_Group":
        self.times.subtract(one.times)
        return self

    @property
    def dissatisfied(self) -> int:
        """At most so many people, since each may have given one of these answers."""
        return sum(self.ratings[rating] for rating in DISSATISFIED)

    @property
    def waiting(self) -> Waiting:
        satisfied = sum(self.ratings[rating] for rating in SATISFIED)
        return Waiting(self.people, self.dissatisfied, satisfied, len(self.ratings))
