"""An attack by arithmetic on quarters told by one side: beside blocks, parts and who answered.

By linear programs in whole numbers, as on parts alone. Without the guard somebody is found.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, combinations, count
from random import Random

import numpy as np
import pytest

from survey.partnership.settings import SIDES
from survey.reports.blocks.crossing import rule
from survey.reports.blocks.crossing.rows import InRows, in_rows
from survey.reports.blocks.dividing import Given, Part, divide
from tests.reports.blocks.attacker import RATINGS, Cell, Knowledge, attack, nines
from tests.reports.blocks.reference import MINIMUM, Parts, by_person, closes

SIDE = "directorate"
PLACE = Given._fields.index(SIDE)
SATISFIED = {4: 1, 5: 1}


def plant(seed: int) -> dict[str, list[Given]]:
    """Answers of small blocks; some people answer in several, and one directorate is unhappy."""
    random, found = Random(seed), {}
    for number in range(random.randrange(5, 9)):
        people = random.sample(range(140), random.randrange(14, 24))
        given = [_given(random, person, person % 5 // 2) for person in people]
        if closes(given):
            found[f"block {number}"] = given
    return found


def _given(random: Random, person: int, directorate: int) -> Given:
    unhappy = 25 if directorate == 1 else 4
    (rating,) = random.choices(RATINGS, (unhappy, unhappy, 12, 40, 35))
    return Given(person, rating, directorate, random.choice(("leave", "tax")), "portal", True, 3)


def divided(blocks: dict[str, list[Given]]) -> dict[str, list[Part]]:
    return {name: divide(given, SIDES, MINIMUM) for name, given in blocks.items()}


def quarter(parts: dict[str, list[Part]]) -> InRows:
    return in_rows([part.answers for found in parts.values() for part in found], SIDE)


def knowing(parts: dict[str, list[Part]], rows: InRows) -> Knowledge:
    """All that is told of these blocks, parts and rows, and who answered."""
    blocks = {
        name: [each for part in found for each in part.answers] for name, found in parts.items()
    }
    told: dict[str, Parts] = {
        name: [(dict(part.told), by_person(part.answers)) for part in found]
        for name, found in parts.items()
    }
    known = attack(blocks, told, [])
    for row in range(len(rows.parts[0])):
        cells = {cell for part in cells_of(parts, rows) for cell in part[row]}
        known.tell(cells, SATISFIED, *[known.count(cells, SATISFIED)] * 2)
    return known


def cells_of(parts: dict[str, list[Part]], rows: InRows) -> Iterator[list[set[Cell]]]:
    """Of each part the cells in each row."""
    names = [name for name, found in parts.items() for _ in found]
    for name, part in zip(names, rows.parts, strict=True):
        yield [{(name, each[2:]) for each in row} for row in part]


def suspects(
    known: Knowledge, parts: dict[str, list[Part]], rows: InRows
) -> Iterator[dict[Cell, int]]:
    """Nine people of each row of each part, of what all others hold of it, and of each part."""
    for part in cells_of(parts, rows):
        for row in part:
            yield from nines(known, row)
            yield from nines(known, set().union(*part) - row)
        yield from nines(known, set().union(*part))


def told(seed: int) -> tuple[dict[str, list[Part]], InRows] | None:
    parts = divided(plant(seed))
    rows = quarter(parts)
    return (parts, rows) if rows.could_be_told(MINIMUM) and rows.may_be_told(MINIMUM) else None


@pytest.mark.parametrize("seed", range(4))
def test_of_no_nine_people_one_is_sure_to_be_dissatisfied(seed: int) -> None:
    found = next(found for number in range(seed * 10, seed * 10 + 10) if (found := told(number)))
    known = knowing(*found)
    chosen = [each for each in suspects(known, *found) if each]
    assert len(chosen) > 20
    assert not any(known.exposes(each) for each in chosen)


def test_without_the_guard_the_attack_finds_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    # All thirty of directorate 2 are satisfied, so both of the first block who are not are among
    # its ten of directorate 1.
    parts = divided({"one": given({1: 10, 2: 9}, low=2), "other": given({1: 20, 2: 21}, low=2)})
    rows = quarter(parts)
    assert rows.could_be_told(MINIMUM)
    assert not rows.may_be_told(MINIMUM)
    known = knowing(parts, rows)
    assert any(known.exposes(chosen) for chosen in suspects(known, parts, rows))
    monkeypatch.setattr(rule, "_taken", lambda *_: 0)
    assert rows.may_be_told(MINIMUM)


def test_what_is_left_of_a_row_without_whole_blocks_is_of_ten_or_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blocks = {"one": given({1: 36}, low=3), "two": given({1: 5, 2: 15}), "three": given({2: 20})}
    few, enough = (
        quarter(divided(blocks)),
        quarter(divided(blocks | {"two": given({1: 10, 2: 15})})),
    )
    assert (worked_out(few), few.could_be_told(MINIMUM)) == (True, False)
    assert (worked_out(enough), enough.could_be_told(MINIMUM)) == (False, True)
    monkeypatch.setattr(rule, "_are_enough", lambda *_: True)
    assert few.could_be_told(MINIMUM)


def given(sizes: Mapping[int, int], low: int = 1) -> list[Given]:
    """Answers of a block by directorate, the first so many of them a 2, all others a 4."""
    whose = [directorate for directorate, size in sizes.items() for _ in range(size)]
    return [
        Given(next(people), 2 if number < low else 4, directorate, "leave", "portal", True, 3)
        for number, directorate in enumerate(whose)
    ]


def worked_out(rows: InRows) -> bool:
    """Whether sums that are told add up to what one or two cells of fewer than ten people count."""
    people = [{each.person for each in row} for part in rows.parts for row in part]
    parts, many = len(rows.parts), len(rows.parts[0])
    of_parts, of_rows = (
        np.kron(np.eye(parts), np.ones(many)),
        np.kron(np.ones(parts), np.eye(many)),
    )
    # Where nobody is, there is nothing to know.
    taken = [cell for cell, whose in enumerate(people) if whose]
    sums, units = np.vstack([of_parts, of_rows])[:, taken], np.eye(len(taken))
    span = np.linalg.pinv(sums) @ sums
    few = chain(combinations(range(len(taken)), 1), combinations(range(len(taken)), 2))
    return any(
        np.allclose(span @ units[[*cells]].sum(axis=0), units[[*cells]].sum(axis=0))
        for cells in few
        if len(set().union(*(people[taken[cell]] for cell in cells))) < MINIMUM
    )


def test_nothing_of_fewer_than_ten_people_can_be_worked_out() -> None:
    quarters = [found[1] for seed in range(20) if (found := told(seed))]
    assert len(quarters) > 5
    assert not any(map(worked_out, quarters))


people = count(1000)
