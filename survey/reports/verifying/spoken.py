"""What comments in a quarter's blocks said on the day it was sealed, as far as it can be told.

Readings are kept in one edition, and of people who were forgotten there are none: what was said
then is known of comments that were read by then and not since. Of the others it is counted why not.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import select

from survey.comments.counted import current_edition
from survey.comments.model import ReadingEdition
from survey.foundation.database import db
from survey.reports.said.spoken import SAYING
from survey.reports.verifying.answers import revisions_of
from survey.reports.verifying.as_of import Look, Revision, Sealing, counted
from survey.reports.verifying.rows import copied_rows

FORGOTTEN = "what comments said then, since somebody was forgotten"
READ_AGAIN = "what comments said then, since they were read again"


@dataclass(frozen=True)
class Comment:
    """A comment that said something.

    Attributes:
        person: whose.
        invitation: which they answered.
        number: of the response; a later one has a higher number.
        uuid: of the response.
        rating: its.
        reading: the id of its reading.
        urgent: whether it has signs of danger.
        told: whether its redacted text is there still.
        original: whether its original is.
    """

    person: int
    invitation: int
    number: int
    uuid: UUID
    rating: int
    reading: int
    urgent: bool
    told: bool
    original: bool


@dataclass
class Spoken:
    """The comments of a quarter's answers that said something when it was sealed.

    Attributes:
        look: how it may have looked then.
        anew: whether all comments were read again since.
        answered: the invitations behind its answers.
        comments: those of which it is known what they said.
        unknown: how many others may have said something, by why it is not known.
    """

    look: Look
    anew: bool
    answered: set[int] = field(default_factory=set)
    comments: list[Comment] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    def add(self, person: int | None, then: Revision | None) -> None:
        """What an invitation's answer that counted then said."""
        said = then.said if then else None
        if person is None:
            self.unknown[FORGOTTEN] += 1
        elif then is None or said is None or (said.sentiment is None and not said.has_comment):
            return
        elif self.anew if said.sentiment is None else said.read_at > self.look.moment:
            self.unknown[READ_AGAIN] += 1
        elif said.sentiment in SAYING:
            self.comments.append(
                Comment(
                    *(person, said.invitation_id, then.number, said.uuid, said.rating),
                    *(said.reading_id, said.urgent, said.has_told, said.has_comment),
                )
            )


def spoken_in(blocks: Iterable[int], sealing: Sealing) -> Sequence[Spoken]:
    """What was said in these blocks, as it may have looked when the quarter was sealed.

    Args:
        blocks: their ids.
        sealing: that of its last month.
    """
    since = select(ReadingEdition.current_since).where(ReadingEdition.id == current_edition())
    current_since = db.session.scalars(since).one() or sealing.at
    found = [Spoken(look, current_since > look.moment) for look in sealing.looks]
    for invitation, rows in groupby(copied_rows([*blocks]), attrgetter("invitation_id")):
        group: list[Any] = list(rows)
        revisions = revisions_of(group)
        for spoken in found:
            spoken.answered.add(invitation)
            spoken.add(group[0].person_id, counted(revisions, spoken.look))
    return found
