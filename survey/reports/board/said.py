"""What a board is told of comments: what they sound like, and what each partner's are about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from survey.comments.sentiment.mood import NEGATIVE, POSITIVE
from survey.partnership.taken import OTHER_THEMES
from survey.reports.blocks.voices.told import Theme, Voices
from survey.reports.measures import Estimate, share
from survey.reports.said.spoken import SAYING


@dataclass(frozen=True)
class Sound:
    """What `n` comments that say something sound like: the shares of two of their sentiments."""

    n: int
    positive: Estimate
    negative: Estimate


@dataclass(frozen=True)
class Heard:
    """What one partner's people say in the latest quarter in which anything is told of it.

    Attributes:
        latest: what they say; nothing is added up over quarters.
        earlier: the names of the other quarters, the latest first.
    """

    latest: Voices
    earlier: tuple[str, ...]

    @property
    def first(self) -> Theme | None:
        """What most name; None where nothing but all other themes together is told."""
        return next((one for one in self.latest.themes if one.theme != OTHER_THEMES), None)


def sound_of(sentiment: Mapping[str, int] | None, effect: float) -> Sound | None:
    """What comments sound like; None where none may be told of, or none says anything.

    Args:
        sentiment: answers by the sentiment of their comments.
        effect: the design effect of these answers.
    """
    counts = {label: sentiment[label] for label in SAYING} if sentiment else {}
    n = sum(counts.values())
    if not n:
        return None
    return Sound(n, share(counts[POSITIVE], n, effect), share(counts[NEGATIVE], n, effect))


def heard_in(voices: Iterable[Voices]) -> list[Heard]:
    """By partner, from what is told of each one's quarters, sorted by partner and quarter."""
    found = []
    for _, quarters in groupby(voices, attrgetter("partner")):
        told = [each for each in quarters if each.comments or each.drawn][::-1]
        if told:
            found.append(Heard(told[0], tuple(each.quarter for each in told[1:])))
    return found
