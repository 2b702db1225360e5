"""In which part of a block an answer is, told from what is stored of its parts.

Who gave it does not matter, so it can be told as well when people were forgotten meanwhile.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from survey.partnership.settings import SIDES
from survey.reports.bands import BANDS
from survey.reports.blocks.dividing import Value

Answer = TypeVar("Answer")
Told = Sequence[Mapping[str, Value]]


def by_part(
    told: Told, answers: Iterable[tuple[Answer, Sequence[Any]]]
) -> dict[int | None, list[Answer]]:
    """The answers of each part of a block, by its place; under None those of no part.

    Args:
        told: as in `placed`.
        answers: each with what is true of its enquiry, in the order of SIDES; hours by the number
            of their band.
    """
    found: dict[int | None, list[Answer]] = defaultdict(list)
    # Of many answers few differ in their values.
    places: dict[tuple[Any, ...], int | None] = {}
    for answer, values in answers:
        at = tuple(values)
        if at not in places:
            *others, hours = at
            places[at] = placed(told, dict(zip(SIDES, (*others, BANDS[hours]), strict=True)))
        found[places[at]].append(answer)
    return found


def placed(told: Told, values: Mapping[str, Value]) -> int | None:
    """The place of the part that an answer is in; None where these cannot be its block's parts.

    Args:
        told: what is told apart of each part of the block, by the name of the side, in the order in
            which dividing gave them.
        values: what is true of the answer's enquiry, by the name of the side.
    """
    # Whatever is told apart comes before what it was told apart from. So the first part of which
    # nothing is untrue of the answer has it: an earlier one would have been told apart by a value
    # that it does not have.
    fitting = (place for place, each in enumerate(told) if each.items() <= values.items())
    return next(fitting, None)
