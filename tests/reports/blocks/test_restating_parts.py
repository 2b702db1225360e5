"""What is published of a divided block and of its restatement leaves nine people a way out.

Whoever knows who answered about what, and all that is told before and after, cannot be certain that
one of any nine is, or was, dissatisfied.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from survey.partnership.settings import SIDES
from survey.reports.blocks.dividing import Given, Part, divide
from survey.reports.blocks.restating_rule import Moved, restated
from survey.reports.blocks.rule import may_close
from tests.reports.blocks.test_dividing import groups, waiting

MINIMUM = 10
BLOCKS = 300
# Of one answer: as it was sealed and as it counts now.
Pair = tuple[int, int | None]


@dataclass(frozen=True)
class World:
    """Who gave which answers of a block, each a person of their own.

    `now` is what counts of each by now, by the person.
    """

    sealed: list[Given]
    now: dict[int, int | None]

    def pair(self, person: int) -> Pair:
        return self.sealed[person].rating, self.now[person]


def made_up(random: Random) -> World:
    """A block of up to 150 people, in some channels of which many answers changed.

    Now and then all who came by e-mail say the same, which stops the division of a part.
    """
    alike = random.random() < 0.2
    channels = {"portal": 0.5, "e-mail": 0.2, "contact-centre": 0.0}
    weights = (1, 2, 20, 40, 40)
    sealed: list[Given] = []
    now: dict[int, int | None] = {}
    for person in range(random.randrange(20, 150)):
        channel = random.choice([*channels])
        values = (None, random.choice(("pay", "leave")), channel, random.random() < 0.9, 3)
        rating, later = random.choices((1, 2, 3, 4, 5), weights, k=2)
        rating = 4 if alike and channel == "e-mail" else rating
        sealed.append(Given(person, rating, *values))
        moved = random.random() < channels[channel]
        now[person] = (later if random.random() < 0.9 else None) if moved else rating
    return World(sealed, now)


def content(pair: Pair) -> bool:
    return all(rating is None or rating > 2 for rating in pair)


def anew(world: World, people: Iterable[int]) -> Any:
    """What is told of these people's restatement."""
    return restated([Moved(person, *world.pair(person)) for person in people], MINIMUM)


def restated_part(world: World, part: Part) -> Any:
    return None if part.stopped else anew(world, [each.person for each in part.answers])


def told(world: World, order: Sequence[str]) -> list[Any]:
    """All that is published of the block, before and after."""
    parts = divide(world.sealed, order, MINIMUM)
    return [
        (part.told, Counter(each.rating for each in part.answers), restated_part(world, part))
        for part in parts
    ]


def dealt(pairs: dict[int, Pair], known: set[int], random: Random) -> dict[int, Pair]:
    """The same pairs, of other people: of those that somebody has in mind, all content."""
    good = [pair for pair in pairs.values() if content(pair)]
    random.shuffle(good)
    mine = {person: good.pop() for person in sorted(known & {*pairs})}
    left = list((Counter(pairs.values()) - Counter(mine.values())).elements())
    random.shuffle(left)
    return mine | {person: left.pop() for person in pairs if person not in mine}


def another(world: World, order: Sequence[str], known: set[int], random: Random) -> World:
    """A world in which none of those known is or was dissatisfied, and the same is told."""
    pairs: dict[int, Pair] = {}
    for part in divide(world.sealed, order, MINIMUM):
        people = [each.person for each in part.answers]
        if restated_part(world, part):
            moved = [person for person in people if len({*world.pair(person)}) > 1]
            for group in (moved, [person for person in people if person not in moved]):
                pairs |= dealt({person: world.pair(person) for person in group}, known, random)
            continue
        for answers in groups(part):
            # Nobody knows who revised, so it may be that nobody did.
            pairs |= dealt({one.person: (one.rating, one.rating) for one in answers}, known, random)
    return World(
        [one._replace(rating=pairs[one.person][0]) for one in world.sealed],
        {person: now for person, (_, now) in pairs.items()},
    )


def test_whichever_nine_somebody_has_in_mind_the_same_may_be_told_of_them_all_content() -> None:
    seen: Counter[str] = Counter()
    for seed in range(BLOCKS):
        random = Random(seed)
        world, order = made_up(random), random.sample(SIDES, len(SIDES))
        if not may_close(waiting(world.sealed), MINIMUM):
            continue
        everybody = range(len(world.sealed))
        unhappy = [person for person in everybody if not content(world.pair(person))]
        random.shuffle(unhappy)
        known = {*unhappy[:9], *random.sample(everybody, max(0, 9 - len(unhappy)))}
        other = another(world, order, known, random)
        before, after = told(world, order), told(other, order)
        assert after == before
        assert all(content(other.pair(one)) for one in known)
        divided = len(before) > 1
        seen.update(
            {
                "restated in part": divided and len({each[2] is None for each in before}) > 1,
                "restated": any(each[2] for each in before),
                "stopped": any(each.stopped for each in divide(world.sealed, order, MINIMUM)),
            }
        )
    assert min(seen.values()) > BLOCKS / 20, seen
