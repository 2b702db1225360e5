"""What readings tell, opened: redacted texts and the words that fired, of a few readings by id."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from sqlalchemy import select

from survey.comments.model import Reading
from survey.comments.text import text_of
from survey.foundation.database import db
from survey.foundation.keys import keys

AT_ONCE = 500
# What redaction puts in the place of personal details is nobody's word.
STRUCK_OUT = re.compile(r"\[[A-Z][A-Z_ ]*\]")
Told = dict[str, Any]


def told_of(ids: Sequence[int]) -> Iterator[tuple[int, Told]]:
    """Each reading of these ids with what it tells; one that is gone by now is left out."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        found = select(Reading.id, Reading.told).where(
            Reading.id.in_(some), Reading.told.is_not(None)
        )
        for row_id, sealed in db.session.execute(found):
            yield row_id, json.loads(keys().decrypt(cast(bytes, sealed)))


class Shown:
    """A redacted text, and which words may be shown beside it: those that stand in it.

    A word may have fired inside what was struck out, such as a name that is also a word of praise.
    Words fire with their slips put right, and are looked for as such.
    """

    def __init__(self, redacted: str) -> None:
        self._words = _plain(STRUCK_OUT.sub(" ", redacted))

    def has(self, words: str) -> bool:
        """Whether each of these words stands in the text."""
        return _plain(words) <= self._words


def _plain(text: str) -> frozenset[str]:
    # A slip may be put right by two words.
    return frozenset(" ".join(text_of(text).plain.words).split())
