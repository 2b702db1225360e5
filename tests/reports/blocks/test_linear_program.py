"""An attack by arithmetic: what can be worked out from all that is ever published.

By linear programs in whole numbers, for sets of nine people that whoever knows who answered may
have in mind. With another guard, or none, somebody is found.
"""

from collections.abc import Mapping
from random import Random

import pytest

from survey.reports.blocks import dividing
from survey.reports.blocks.dividing import Given
from tests.reports.blocks.attacker import RATINGS, attack, suspects
from tests.reports.blocks.reference import MINIMUM, Asking, Parts, by_person, closes, reference

MONTHS = ("2026-01", "2026-03")


def plant(seed: int) -> dict[str, list[Given]]:
    """A series' answers of two months; one directorate is unhappy."""
    random, found = Random(seed), {}
    for month in MONTHS:
        people = range(random.randrange(40, 100))
        found[month] = [_given(random, person) for person in people]
    # One dissatisfied person alone in what is true of the enquiry.
    found[MONTHS[0]][0] = Given(0, 1, 1, "tax", "e-mail", False, 3)
    return found


def _given(random: Random, person: int) -> Given:
    directorate, topic = random.choice((None, 1, 1, 2)), random.choice((None, "leave", "tax"))
    missed = random.random() < 0.2
    unhappy = 12 if directorate == 2 or missed else 3
    (rating,) = random.choices(RATINGS, (unhappy, unhappy, 10, 40, 35))
    return Given(
        person, rating, directorate, topic, random.choice(("portal", "e-mail")), not missed, 3
    )


def series(seed: int) -> dict[str, list[Given]]:
    """The answers of blocks, by the month each closes in."""
    return {month: given for month, given in plant(seed).items() if closes(given)}


@pytest.mark.parametrize("seed", range(3))
def test_of_no_nine_people_one_is_sure_to_be_dissatisfied(seed: int) -> None:
    answers = series(seed)
    ask = Asking(answers, of_part=True)
    parts = {month: reference(given, order(month), ask) for month, given in answers.items()}
    assert parts == divided(answers)
    known = attack(answers, parts, ask.learnt)
    assert len(ask.learnt) > 5
    assert not any(known.exposes(chosen) for chosen in suspects(known, parts))


def test_were_each_value_judged_by_its_own_answers_the_attack_would_find_somebody() -> None:
    # Sixty people, and of twelve of them, who are of another directorate, five dissatisfied.
    ratings = [5, 4, 3, 4] * 12 + [1, 5, 2, 4, 1, 5, 2, 4, 1, 5, 4, 4]
    answers = {
        MONTHS[0]: [
            Given(person, rating, 1 + (person >= 48), "tax", "portal", True, 3)
            for person, rating in enumerate(ratings)
        ]
    }
    for of_part in (True, False):
        ask = Asking(answers, of_part=of_part)
        parts = {MONTHS[0]: reference(answers[MONTHS[0]], order(MONTHS[0]), ask)}
        assert len(parts[MONTHS[0]]) == 1
        known = attack(answers, parts, ask.learnt)
        found = any(known.exposes(chosen) for chosen in suspects(known, parts))
        assert found is not of_part


def test_without_the_guard_of_parts_the_attack_finds_somebody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dividing, "hides_everybody", lambda people, *_: people >= 5)
    monkeypatch.setattr(dividing, "may_close", lambda *_: True)
    answers = {MONTHS[0]: series(3)[MONTHS[0]]}
    parts = divided(answers)
    known = attack(answers, parts, [])
    assert any(known.exposes(chosen) for chosen in suspects(known, parts))


def order(month: str) -> tuple[str, ...]:
    return dividing.order_of(month, 1, "payroll")


def divided(answers: Mapping[str, list[Given]]) -> dict[str, Parts]:
    """The division as it is."""
    return {
        month: [
            (dict(part.told), by_person(part.answers))
            for part in dividing.divide(given, order(month), MINIMUM)
        ]
        for month, given in answers.items()
    }
