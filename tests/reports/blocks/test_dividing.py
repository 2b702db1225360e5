"""How a block is divided: wholly, into parts that are each enough, whoever gave which answer."""

from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survey.partnership.settings import SIDES
from survey.reports.blocks.dividing import Given, Part, divide, order_of
from survey.reports.blocks.placing import placed
from survey.reports.blocks.rule import Waiting, may_close
from survey.reports.periods import next_month

MINIMUM = 10
CHANNELS = ("portal", "e-mail", "contact-centre")


def waiting(answers: Iterable[Given]) -> Waiting:
    known = list(answers)
    return Waiting(
        people=len({each.person for each in known}),
        dissatisfied=sum(each.rating < 3 for each in known),
        satisfied=sum(each.rating > 3 for each in known),
        scores=len({each.rating for each in known}),
    )


@st.composite
def blocks(draw: st.DrawFn) -> list[Given]:
    """Answers that may be a block; a few of the same people, ratings and values more or less alike.

    Drawn from a seed, since hundreds of values one by one would take hypothesis minutes.
    """
    random = Random(draw(st.integers(0, 2**32)))
    size, low, alike = draw(st.integers(10, 120)), draw(st.integers(0, 30)), draw(st.booleans())
    weights = (low, low, *((5, 0, 0) if alike else (10, 40, 40)))
    answers = []
    for number in range(size):
        values = (
            *(random.choice((None, 1, 2)), random.choice((None, "pay", "leave", "tax"))),
            *(random.choice(CHANNELS), random.random() < 0.8, random.randrange(15)),
        )
        (rating,) = random.choices((1, 2, 3, 4, 5), weights)
        answers.append(
            Given(random.randrange(size) if number % 9 == 0 else number, rating, *values)
        )
    # Whatever is asked about here, somebody at least was satisfied.
    answers[0] = answers[0]._replace(rating=5)
    assume(may_close(waiting(answers), MINIMUM))
    return answers


orders = st.permutations(SIDES).map(tuple)


def shown(parts: Iterable[Part]) -> list[tuple[str, list[int], list[int]]]:
    """All that is published of parts, and who is in each."""
    return sorted(
        (
            str(sorted(part.told.items())),
            sorted(each.rating for each in part.answers),
            sorted(each.person for each in part.answers),
        )
        for part in parts
    )


@settings(max_examples=60)
@given(answers=blocks(), order=orders)
def test_parts_are_disjoint_and_complete_and_each_would_be_a_block(
    answers: list[Given], order: tuple[str, ...]
) -> None:
    parts = divide(answers, order, MINIMUM)
    assert Counter(each for part in parts for each in part.answers) == Counter(answers)
    for part in parts:
        assert may_close(waiting(part.answers), MINIMUM)
        assert part.counted.people == waiting(part.answers).people
        for side, value in part.told.items():
            assert {getattr(each, side) for each in part.answers} == {value}
    told = [part.told for part in parts]
    for place, part in enumerate(parts):
        for each in part.answers:
            assert placed(told, {side: getattr(each, side) for side in SIDES}) == place


@settings(max_examples=60)
@given(answers=blocks(), order=orders, random=st.randoms(use_true_random=False))
def test_whoever_gave_which_answer_of_a_part_the_block_is_divided_alike(
    answers: list[Given], order: tuple[str, ...], random: Random
) -> None:
    parts = divide(answers, order, MINIMUM)
    dealt = [each for part in parts for group in groups(part) for each in deal(group, random)]
    random.shuffle(dealt)
    assert shown(divide(dealt, order, MINIMUM)) == shown(parts)


def groups(part: Part) -> Iterable[list[Given]]:
    """The answers of a part; where it was found to be divided no further, of both sides of that."""
    if part.stopped is None:
        return [list(part.answers)]
    side, value = part.stopped
    is_one: Callable[[Given], bool] = lambda each: getattr(each, side) == value  # noqa: E731
    sides = [
        [each for each in part.answers if is_one(each)],
        [each for each in part.answers if not is_one(each)],
    ]
    for group in sides:
        # So that any nine people may have been given answers of the content.
        assert waiting(group).people - sum(each.rating < 3 for each in group) >= MINIMUM - 1
    return sides


def deal(answers: list[Given], random: Random) -> list[Given]:
    """The same ratings, given by other people of these."""
    ratings = [each.rating for each in answers]
    random.shuffle(ratings)
    return [each._replace(rating=to) for each, to in zip(answers, ratings, strict=True)]


def given_by(channels: dict[str, int], ratings: tuple[int, ...]) -> list[Given]:
    """So many answers by channel, with these ratings in turn, and all else alike."""
    of = [channel for channel, times in channels.items() for _ in range(times)]
    return [
        Given(number, ratings[number % len(ratings)], None, None, channel, True, 3)
        for number, channel in enumerate(of)
    ]


def by_channel(answers: list[Given]) -> dict[str, int]:
    return {
        str(part.told.get("channel", "rest")): len(part.answers)
        for part in divide(answers, SIDES, MINIMUM)
    }


def test_values_of_enough_answers_are_told_apart_and_the_others_together() -> None:
    sizes = {"portal": 25, "e-mail": 12, "contact-centre": 6, "online-form": 5}
    assert by_channel(given_by(sizes, (5, 4, 3))) == {"portal": 25, "e-mail": 12, "rest": 11}


def test_with_more_people_dissatisfied_fewer_are_told_apart_whoever_they_are() -> None:
    answers = given_by({"portal": 25, "e-mail": 12}, (5, 4, 3))
    for unhappy in (slice(0, 4), slice(25, 29)):
        few = [each._replace(rating=1) if each in answers[unhappy] else each for each in answers]
        # E-mail would need thirteen: four who may all be among them, and nine others.
        assert by_channel(few) == {"rest": 37}
        few[unhappy.start] = answers[unhappy.start]
        assert by_channel(few) == {"portal": 25, "e-mail": 12}


def test_answers_of_whom_all_said_the_same_are_not_told_apart() -> None:
    answers = given_by({"portal": 15}, (5, 4)) + [
        Given(100 + number, 5, None, None, "e-mail", True, 3) for number in range(12)
    ]
    (part,) = divide(answers, SIDES, MINIMUM)
    assert part.stopped == ("channel", "portal")


def test_what_all_have_in_common_is_told() -> None:
    (part,) = divide(given_by({"portal": 10}, (5, 4)), SIDES, MINIMUM)
    assert part.told == {
        **{"directorate": None, "topic": None, "channel": "portal"},
        **{"target": True, "hours": 3},
    }


def test_in_a_quarter_each_side_is_first_or_second() -> None:
    for series in range(1, 8):
        month = "2025-01"
        for _ in range(8):
            orders = []
            for _ in range(3):
                orders.append(order_of(month, series, "payroll"))
                month = next_month(month)
            assert {name for order in orders for name in order[:2]} == set(SIDES)
            assert all(sorted(order) == sorted(SIDES) for order in orders)
    assert len({order_of("2026-01", series, "hr")[0] for series in range(20)}) == len(SIDES)
