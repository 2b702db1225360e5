"""What is published of a block counted anew leaves each of nine people a way to be content."""

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

from survey.reports.blocks.restating_rule import Trajectory, restated
from survey.reports.blocks.rule import Waiting, may_close

MINIMUM = 10
WEIGHTS = (1, 2, 20, 40, 40)
BLOCKS = 600


def made_up(random: Random) -> list[Trajectory]:
    """A block of up to fifty people, of whom some gave several answers and some changed them."""

    def given(fewest: int) -> tuple[int, ...]:
        number = random.choices((0, 1, 2), (2, 20, 2))[0]
        return tuple(random.choices((1, 2, 3, 4, 5), WEIGHTS, k=max(number, fewest)))

    moved = [Trajectory(given(0), given(0)) for _ in range(random.randrange(8, 26))]
    stayed = [given(1) for _ in range(random.choice((0, 0, 9, 10, 11, 24)))]
    return [*moved, *(Trajectory(theirs, theirs) for theirs in stayed)]


def content(trajectory: Trajectory) -> bool:
    return all(rating > 2 for rating in (*trajectory.before, *trajectory.after))


def counts(given: Iterable[tuple[int, ...]]) -> Counter[int]:
    return Counter(rating for theirs in given for rating in theirs)


def closes(people: Sequence[tuple[int, ...]]) -> bool:
    """The rule of blocks, of people who gave these."""
    times = counts(people)
    low, high = times[1] + times[2], times[4] + times[5]
    return may_close(Waiting(len(people), low, high, len(times)), MINIMUM)


def dealt_anew(group: list[Trajectory], known: set[int], random: Random) -> list[Trajectory]:
    """The same trajectories, of other people: of those that somebody has in mind, all content."""
    good = [each for each in group if content(each)]
    random.shuffle(good)
    mine = {person: good.pop() for person in sorted(known)}
    left = Counter(group) - Counter(mine.values())
    others = list(left.elements())
    random.shuffle(others)
    return [mine[person] if person in mine else others.pop() for person in range(len(group))]


def test_whichever_nine_somebody_has_in_mind_all_may_be_content() -> None:
    told = [told_of(Random(seed)) for seed in range(BLOCKS)]
    assert 0.2 < sum(told) / BLOCKS < 0.8


def told_of(random: Random) -> bool:
    """Whether a made-up block is restated; if it is, nobody is told of by that."""
    block = made_up(random)
    group = [each for each in block if sorted(each.before) != sorted(each.after)]
    rest = [each for each in block if sorted(each.before) == sorted(each.after)]
    anew = restated(block, MINIMUM)
    after = [each.after for each in block if each.after]
    allowed = (
        len(group) >= MINIMUM
        and sum(map(content, group)) >= MINIMUM - 1
        and (not rest or closes([each.after for each in rest]))
        and closes(after)
    )
    assert (anew is not None) == allowed
    if anew is None:
        return False
    assert (anew.people, anew.answers, anew.changed) == (
        len(after),
        counts(after).total(),
        len(group),
    )
    assert Counter({int(rating): n for rating, n in anew.ratings.items()}) == counts(after)
    in_mind = random.sample(range(len(block)), min(MINIMUM - 1, len(block)))
    of_group = {person for person in in_mind if person < len(group)}
    of_rest = {person - len(group) for person in in_mind if person >= len(group)}
    other = dealt_anew(group, of_group, random) + dealt_anew(rest, of_rest, random)
    assert all(content(other[person]) for person in in_mind)
    # All that is ever published of the block is the same.
    assert counts(each.before for each in other) == counts(each.before for each in block)
    assert restated(other, MINIMUM) == anew
    return True


def test_nine_people_or_two_of_ten_who_are_dissatisfied_change_nothing() -> None:
    rest = [Trajectory((4,), (4,))] * 9 + [Trajectory((5,), (5,))]
    better = Trajectory((3,), (5,))
    worse = Trajectory((4,), (1,))
    assert restated([*rest, *[better] * 9], MINIMUM) is None
    assert restated([*rest, *[better] * 8, worse, worse], MINIMUM) is None
    assert restated([*rest[1:], *[better] * 10], MINIMUM) is None
    anew = restated([*rest, *[better] * 9, worse], MINIMUM)
    assert anew
    assert (anew.people, anew.changed, anew.ratings["1"]) == (20, 10, 1)
