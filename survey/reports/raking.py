"""A share as it would be if those who answered were the mix of all who might have been asked.

Who answers is not who was served: one service's people answer twice as often as another's, and
those who waited long more often than those who did not. Raking gives each answer a weight, so that
answers have the margins of all eligible closures. It mends what goes with these margins and nothing
else, so it stands beside the plain share and never instead of it.

W. E. Deming and F. F. Stephan, "On a least squares adjustment of a sampled frequency table when the
expected marginal totals are known", Annals of Mathematical Statistics 11 (1940).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from survey.reports.intervals import Proportion, wilson

FEWEST_ANSWERS = 200
FEWEST_IN_A_GROUP = 30
LEAST_WEIGHT, MOST_WEIGHT = 0.3, 3.0
ROUNDS = 500
TOLERANCE = 1e-9
COMPARISONS = HIGHER, LOWER, ALIKE = "higher", "lower", "alike"

# The group of each value of a trait.
Groups = dict[str, int]


@dataclass(frozen=True)
class Cell:
    """Closures that are alike in all traits: how many might be asked about, what was answered."""

    traits: tuple[str, ...]
    eligible: int
    answered: int
    satisfied: int


@dataclass(frozen=True)
class Weighted:
    """A weighted share in whole percent, with its 95 % interval.

    Attributes:
        value: from 0 to 1.
        n: answers.
        low: of the interval.
        high: of the interval.
        effect: Kish's design effect of the weights, to two decimals.
        compared: whether it lies above or below the interval of the plain share, or within.
    """

    value: float
    n: int
    low: float
    high: float
    effect: float
    compared: str


def weighted_share(
    cells: Sequence[Cell], orders: Sequence[Sequence[str]], repeated: float = 1
) -> Weighted | None:
    """The share of the satisfied, raked to the eligible by each trait; None where it cannot be.

    It cannot below 200 answers, and where no weights give the margins. The interval is Wilson's of
    the effective size: L. Kish, "Weighting for unequal Pi", Journal of Official Statistics 8
    (1992). After raking, weights are cut at 0.3 and 3.

    Args:
        cells: each combination of traits once.
        orders: the declared order of the values of each trait.
        repeated: the design effect of people who answered more than once.
    """
    n = sum(cell.answered for cell in cells)
    if n < FEWEST_ANSWERS:
        return None
    groups = [collapsed(cells, trait, order) for trait, order in enumerate(orders)]
    raked = rake(cells, groups)
    if raked is None:
        return None
    weights = [min(MOST_WEIGHT, max(LEAST_WEIGHT, weight)) for weight in raked]
    each = list(zip(weights, cells, strict=True))
    total = sum(weight * cell.answered for weight, cell in each)
    value = sum(weight * cell.satisfied for weight, cell in each) / total
    effect = n * sum(weight**2 * cell.answered for weight, cell in each) / total**2
    size = n / (effect * repeated)
    low, high = wilson(value * size, size)
    plain = Proportion(sum(cell.satisfied for cell in cells) / repeated, n / repeated)
    return Weighted(
        round(value, 2), n, round(low, 2), round(high, 2), round(effect, 2), _word(value, plain)
    )


def collapsed(cells: Sequence[Cell], trait: int, order: Sequence[str]) -> Groups:
    """The values of a trait in groups of thirty answers or more each.

    A value of fewer goes together with those that follow it in the declared order, until they are
    thirty; what is left in the end, with those before. A value without a place comes last.
    """
    places = {value: place for place, value in enumerate(order)}
    answered = dict.fromkeys((cell.traits[trait] for cell in cells), 0)
    for cell in cells:
        answered[cell.traits[trait]] += cell.answered
    groups: Groups = {}
    number = together = 0
    for value in sorted(answered, key=lambda value: (places.get(value, len(places)), value)):
        groups[value] = number
        together += answered[value]
        if together >= FEWEST_IN_A_GROUP:
            number, together = number + 1, 0
    return {value: min(group, max(0, number - 1)) for value, group in groups.items()}


def rake(cells: Sequence[Cell], groups: Sequence[Groups]) -> list[float] | None:
    """A weight for the answers of each cell, 1 on average; None where there are none that fit.

    With them, answers have the eligible ones' part of each group. A cell without answers has none.
    """
    n = sum(cell.answered for cell in cells)
    all_eligible = sum(cell.eligible for cell in cells)
    weights = [1.0 if cell.answered else 0.0 for cell in cells]
    for _ in range(ROUNDS):
        furthest = 0.0
        for trait, group_of in enumerate(groups):
            numbers = [group_of[cell.traits[trait]] for cell in cells]
            wanted, found = [0.0] * len(cells), [0.0] * len(cells)
            for number, cell, weight in zip(numbers, cells, weights, strict=True):
                wanted[number] += cell.eligible * n / all_eligible
                found[number] += cell.answered * weight
            factors = [
                want / have if have else 1.0 for want, have in zip(wanted, found, strict=True)
            ]
            furthest = max([furthest, *(abs(factor - 1) for factor in factors)])
            weights = [
                weight * factors[number] for weight, number in zip(weights, numbers, strict=True)
            ]
        if furthest < TOLERANCE:
            return weights
    return None


def _word(value: float, plain: Proportion) -> str:
    low, high = wilson(*plain)
    return HIGHER if value > high else LOWER if value < low else ALIKE
