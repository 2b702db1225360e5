"""What is published of a block counted anew leaves each of nine people a way to be content.

Also for whoever knows how often each of them answered, and whose answers changed.
"""

from collections import Counter
from collections.abc import Iterable
from random import Random

from survey.reports.blocks.restating_rule import Moved, restated
from survey.reports.blocks.rule import Waiting, may_close

MINIMUM = 10
WEIGHTS = (1, 2, 20, 40, 40)
BLOCKS = 600
Pair = tuple[int, int | None]


def made_up(random: Random) -> list[Moved]:
    """Up to sixty answers, of whose people some gave several and some changed some of theirs."""

    def rating() -> int:
        return random.choices((1, 2, 3, 4, 5), WEIGHTS)[0]

    def person(size: int) -> int:
        # Every sixth by one of a few, who are among the others too.
        return random.randrange(3) if random.random() < 1 / 6 else random.randrange(3, 3 + 4 * size)

    moved = []
    for _ in range(random.randrange(9, 30)):
        before, after = rating(), rating() if random.random() < 0.9 else None
        moved.append(Moved(person(30), before, after))
    for _ in range(random.choice((0, 0, 9, 10, 11, 24))):
        stays = rating()
        moved.append(Moved(person(30), stays, stays))
    return moved


def pair(answer: Moved) -> Pair:
    return answer.sealed, answer.now


def content(of: Pair) -> bool:
    return all(rating is None or rating > 2 for rating in of)


def people(answers: Iterable[Moved]) -> set[int]:
    return {each.person for each in answers}


def closes(answers: list[Moved]) -> bool:
    """The rule of blocks, each answer that is gone taken for a person."""
    times = Counter(each.now for each in answers)
    low, high, number = times[1] + times[2], times[4] + times[5], len(people(answers)) - times[None]
    return may_close(Waiting(number, low, high, len(+times) - (None in +times)), MINIMUM)


def dealt_anew(answers: list[Moved], known: set[int], random: Random) -> list[Moved]:
    """The same trajectories, of other answers: of those that somebody has in mind, all content."""
    left = [pair(each) for each in answers]
    random.shuffle(left)
    left.sort(key=content)
    theirs = [each.person for each in answers if each.person in known]
    others = [each.person for each in answers if each.person not in known]
    dealt = [Moved(person, *left.pop()) for person in theirs]
    random.shuffle(left)
    return dealt + [Moved(person, *left.pop()) for person in others]


def test_whichever_nine_somebody_has_in_mind_all_may_be_content() -> None:
    told = [told_of(Random(seed)) for seed in range(BLOCKS)]
    assert 0.2 < sum(told) / BLOCKS < 0.8


def told_of(random: Random) -> bool:
    """Whether a made-up block is restated; if it is, nobody is told of by that."""
    block = made_up(random)
    group = [each for each in block if each.sealed != each.now]
    rest = [each for each in block if each.sealed == each.now]
    anew = restated(block, MINIMUM)
    unhappy = sum(not content(pair(each)) for each in group)
    allowed = (
        len(people(group)) >= MINIMUM
        and len(people(group)) - unhappy >= MINIMUM - 1
        and (not rest or closes(rest))
        and closes(block)
    )
    assert (anew is not None) == allowed
    if anew is None:
        return False
    after = [each for each in block if each.now]
    assert (anew.people, anew.answers) == (len(people(after)), len(after))
    assert anew.changed == len(people(group))
    assert Counter({int(rating): n for rating, n in anew.ratings.items() if n}) == Counter(
        each.now for each in after
    )
    # Those who answered most are hardest to hide.
    times = Counter(each.person for each in block)
    in_mind = {person for person, _ in times.most_common(MINIMUM - 1)}
    other = [each for one in (group, rest) for each in dealt_anew(one, in_mind, random)]
    assert all(content(pair(each)) for each in other if each.person in in_mind)
    assert Counter(each.person for each in other) == times
    # All that is ever published of the block is the same; how many people there are now, is not.
    assert Counter(each.sealed for each in other) == Counter(each.sealed for each in block)
    again = restated(other, MINIMUM)
    assert again
    assert (again.ratings, again.changed) == (anew.ratings, anew.changed)
    return True


def test_nine_people_or_two_of_ten_who_are_dissatisfied_change_nothing() -> None:
    rest: list[Pair] = [*[(4, 4)] * 9, (5, 5)]
    better, worse = (3, 5), (4, 1)
    for pairs in (
        [*rest, *[better] * 9],
        [*rest, *[better] * 8, worse, worse],
        [*rest[1:], *[better] * 10],
    ):
        assert restated(by_each(pairs), MINIMUM) is None
    ten = by_each([*rest, *[better] * 9, worse])
    anew = restated(ten, MINIMUM)
    assert anew
    assert (anew.people, anew.changed, anew.ratings["1"]) == (20, 10, 1)
    # One who is dissatisfied twice counts as two.
    assert restated([*ten, Moved(19, 4, 2)], MINIMUM) is None


def by_each(pairs: Iterable[Pair]) -> list[Moved]:
    """Answers of a person each."""
    return [Moved(person, *each) for person, each in enumerate(pairs)]
