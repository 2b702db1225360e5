"""Themes of a quarter counted again, comment by comment, from what was read of each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from survey.comments.model import MentionRow
from survey.comments.sentiment.mood import MIXED, NEGATIVE
from survey.foundation.database import db
from survey.partnership.taken import OTHER_THEMES
from survey.reports.blocks.voices.rule import in_steps, people_to_tell_mood
from survey.reports.said.telling import AT_ONCE
from survey.reports.verifying.spoken import Comment

Told = Mapping[str, Any]
# How many comments, and between which shares the critical are, where that is told.
Number = tuple[int, Mapping[str, float] | None]
NONE: Number = (0, None)


class Themes:
    """Who named what in these comments, and who was critical of it."""

    def __init__(self, comments: Sequence[Comment]) -> None:
        self.comments = len(comments)
        self.people = {each.person for each in comments}
        self._named: dict[str, set[int]] = defaultdict(set)
        self._naming: dict[str, set[int]] = defaultdict(set)
        self._critical: dict[str, set[int]] = defaultdict(set)
        of_reading = {each.reading: each for each in comments}
        for reading, theme, sentiment in _mentions([*of_reading]):
            one = of_reading[reading]
            self._named[theme].add(one.number)
            self._naming[theme].add(one.person)
            if sentiment in (NEGATIVE, MIXED):
                self._critical[theme].add(one.person)

    def told(self, minimum: int) -> dict[str, Any] | None:
        """What is told where so many people name a theme, without names; None: nothing."""
        if len(self.people) < minimum:
            return None
        fewer = {theme for theme, people in self._naming.items() if len(people) < minimum}
        found = [self._theme(theme, minimum) for theme in {*self._named} - fewer]
        found.sort(key=lambda each: (-each["count"], each["theme"]))
        if len(set().union(*(self._naming[theme] for theme in fewer))) >= minimum:
            named = set().union(*(self._named[theme] for theme in fewer))
            found.append({"theme": OTHER_THEMES, "count": len(named), "critical": None})
        return {"comments": self.comments, "themes": found}

    def wrong(self, stored: Told | None, minimum: int) -> list[str]:
        """How what is stored differs from that."""
        again = self.told(minimum)
        if stored is None or again is None:
            return [] if stored is again else ["told" if stored else "not told"]
        one, other = _by_name(stored), _by_name(again)
        wrong = [*_differing(one, other)]
        return wrong or ([] if [*one] == [*other] else ["themes stand in another order"])

    def out_of_bounds(self, stored: Told | None, unknown: int) -> list[str]:
        """How what is stored differs from all that it may have been, with so many comments more."""
        at_least = Counter({"comments": self.comments})
        at_least.update({theme: len(named) for theme, named in self._named.items()})
        return [
            f"{name} {count}, counted again {at_least[name]} to {at_least[name] + unknown}"
            for name, (count, _) in (_by_name(stored) if stored else {}).items()
            if name != OTHER_THEMES and not at_least[name] <= count <= at_least[name] + unknown
        ]

    def _theme(self, theme: str, minimum: int) -> dict[str, Any]:
        people, critical = len(self._naming[theme]), len(self._critical[theme])
        tells = people >= people_to_tell_mood(minimum)
        steps = in_steps(critical, people) if tells else None
        return {"theme": theme, "count": len(self._named[theme]), "critical": steps}


def _mentions(readings: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    mention = select(MentionRow.reading_id, MentionRow.theme, MentionRow.sentiment)
    for start in range(0, len(readings), AT_ONCE):
        some = MentionRow.reading_id.in_(readings[start : start + AT_ONCE])
        yield from db.session.execute(mention.where(some))


def _by_name(told: Told) -> dict[str, Number]:
    """Each number by what it counts, in the order in which they are told."""
    themes: Iterable[Told] = told["themes"]
    return {
        "comments": (told["comments"], None),
        **{each["theme"]: (each["count"], each["critical"]) for each in themes},
    }


def _differing(stored: Mapping[str, Number], again: Mapping[str, Number]) -> Iterator[str]:
    for name in {**stored, **again}:
        one, other = stored.get(name, NONE), again.get(name, NONE)
        if one != other:
            yield f"{name} {_plain(one)}, counted again {_plain(other)}"


def _plain(number: Number) -> str:
    count, critical = number
    return f"{count} ({critical['from']} to {critical['to']})" if critical else f"{count}"
