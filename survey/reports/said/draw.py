"""A fair draw: a few of many comments, in the mix of ratings that all of them have.

Chance comes from a keyed hash that each candidate brings along, so nobody can steer a draw, and the
same question draws the same comments: asking again does not show more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """Something that may be drawn: its lot (a hash: the lowest are drawn), row id and rating."""

    lot: bytes
    id: int
    rating: int


@dataclass(frozen=True)
class Draw:
    """What was drawn, in the order of the lots, and how many there were."""

    drawn: tuple[Candidate, ...]
    of: int


def draw(candidates: Iterable[Candidate], size: int) -> Draw:
    """Draw up to `size` of the candidates, as many of each rating as its share of them all.

    It keeps no more than a few times `size` of them at once, however many there are.
    """
    counts: Counter[int] = Counter()
    lowest: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        counts[candidate.rating] += 1
        kept = lowest[candidate.rating]
        kept.append(candidate)
        if len(kept) > 2 * size:
            kept.sort()
            del kept[size:]
    places = apportion(counts, size)
    drawn = [each for rating, kept in lowest.items() for each in sorted(kept)[: places[rating]]]
    return Draw(tuple(sorted(drawn)), counts.total())


def apportion(counts: Mapping[int, int], size: int) -> dict[int, int]:
    """Places for each rating, by largest remainder (Hamilton): each within one of its exact share.

    Of equal remainders the lower rating's comes first, so that the mix never leans to the better.
    """
    total = sum(counts.values())
    if total <= size:
        return dict(counts)
    places = {rating: size * count // total for rating, count in counts.items()}
    left = size - sum(places.values())
    by_remainder = sorted(counts, key=lambda rating: (-(size * counts[rating] % total), rating))
    for rating in by_remainder[:left]:
        places[rating] += 1
    return places
