"""Drawn comments drawn again in plain Python, and held against what their readings tell."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from survey.foundation.keys import keys
from survey.reports.blocks.voices.drawing import OPENED
from survey.reports.blocks.voices.model import SealedComment
from survey.reports.blocks.voices.rule import DRAWN, people_to_draw_from
from survey.reports.said.draw import Candidate, apportion, draw
from survey.reports.said.telling import told_of
from survey.reports.verifying.spoken import FORGOTTEN, Comment, Spoken

ORIGINALS = "which comments were drawn, since originals were erased"


class Drawing:
    """The comments of a quarter that might have been drawn."""

    def __init__(self, quarter: str, spoken: Spoken) -> None:
        comments, self._answered = spoken.comments, spoken.answered
        self._everybody = not spoken.unknown[FORGOTTEN]
        self._last: dict[int, Comment] = {}
        for each in sorted(comments, key=lambda each: each.number):
            if each.told and not each.urgent:
                self._last[each.person] = each
        self._by_invitation = {each.invitation: each for each in comments}
        self._opened = self._open(quarter)
        told = dict(told_of([*{each.reading for each in self._opened}]))
        self._texts = {n: each["redacted"] for n, each in told.items() if not each["hints"]}
        # What those say whose originals went by their age, nobody knows any more.
        self.gone = {
            ORIGINALS for each in comments if not (each.told or each.original or each.urgent)
        }

    def wrong(self, stored: Sequence[SealedComment], minimum: int) -> list[str]:
        """How what is stored differs from a draw with this minimum base."""
        drawn = self._drawn() if len(self._last) >= people_to_draw_from(minimum) else []
        wrong = [] if len(stored) == len(drawn) else [f"{len(stored)} drawn, again {len(drawn)}"]
        for one, each in zip(stored, drawn, strict=False):
            if one.invitation_id != each.invitation:
                wrong.append(f"{one.place} is another comment than was drawn")
        return wrong + self.altered(stored)

    def altered(self, stored: Sequence[SealedComment]) -> list[str]:
        """What of what is stored is not what its reading tells, where that is there still."""
        at = {each.invitation_id: self._by_invitation.get(each.invitation_id) for each in stored}
        told = dict(told_of([each.reading for each in at.values() if each and each.told]))
        texts = {n: each["redacted"] for n, each in told.items()}
        places = {each.place for each in stored}
        # A comment goes with its writer, and else never.
        missing = {*range(1, max(places, default=0))} - places if self._everybody else ()
        strange = [each.place for each in stored if each.invitation_id not in self._answered]
        return [
            *(f"{place} is missing" for place in sorted(missing)),
            *(f"{place} is of no answer in its blocks" for place in strange),
            *_altered(stored, at, texts),
        ]

    def _open(self, quarter: str) -> list[Comment]:
        """Those of each rating that are opened: in the order of random ids, from one on."""
        start = UUID(bytes=keys().content_digest(f"draw {quarter}")[:16])
        by_rating: dict[int, list[Comment]] = defaultdict(list)
        for each in self._last.values():
            by_rating[each.rating].append(each)
        places = apportion({rating: len(some) for rating, some in by_rating.items()}, OPENED)
        for some in by_rating.values():
            some.sort(key=lambda each: (each.uuid < start, each.uuid))
        return [each for rating, some in by_rating.items() for each in some[: places[rating]]]

    def _drawn(self) -> list[Comment]:
        readable = {each.reading: each for each in self._opened if each.reading in self._texts}
        lots = (
            Candidate(keys().content_digest(f"draw {each.uuid}"), number, each.rating)
            for number, each in readable.items()
        )
        return [readable[each.id] for each in draw(lots, DRAWN).drawn]


def _altered(
    stored: Sequence[SealedComment], at: Mapping[int, Comment | None], texts: Mapping[int, str]
) -> Iterator[str]:
    for each in stored:
        one = at[each.invitation_id]
        if one and one.reading in texts and keys().decrypt(each.text) != texts[one.reading]:
            yield f"{each.place} says something else than its reading"
    for times in Counter(one.person for one in at.values() if one).values():
        if times > 1:
            yield f"{times} are of one person"
