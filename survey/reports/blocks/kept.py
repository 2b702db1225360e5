"""Answers that boards were given before, kept in memory for as long as they stay true.

What boards read of sealed months changes when another month is sealed or the partnership is loaded
anew, and never else. So a process keeps the answers it gave last, as they were sent, and looks at
these two alone when it is asked again. What is not sealed to its end is worked out each time.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select, true

from survey.foundation.database import Document, db
from survey.partnership.model import PartnershipRow
from survey.reports.blocks.model import SealedMonth
from survey.reports.blocks.published import published
from survey.reports.exports.sending import Written, written
from survey.reports.query import FiguresQuery

EXTENSION = "survey.kept_answers"
# Of one process; a year by service and month has about 150,000.
MOST_CHARACTERS = 8_000_000


class State(NamedTuple):
    """What answers for boards follow from, and change with."""

    month: str
    sealed_at: datetime
    loaded_at: datetime
    settings: Document


@dataclass
class Shelf:
    """The answers of a process, those given last at the end."""

    answers: "OrderedDict[str, tuple[State, Written]]" = field(default_factory=OrderedDict)
    characters: int = 0
    lock: Lock = field(default_factory=Lock)

    def find(self, question: str, state: State) -> Written | None:
        """The answer to a question, if it was given and is still true."""
        with self.lock:
            found = self.answers.get(question)
            if found is None or found[0] != state:
                return None
            self.answers.move_to_end(question)
            return found[1]

    def put(self, question: str, state: State, answer: Written) -> None:
        """Keep an answer, and let go of those that were not asked for longest."""
        with self.lock:
            self._drop(question)
            self.answers[question] = state, answer
            self.characters += len(answer.text)
            while self.characters > MOST_CHARACTERS:
                self._drop(next(iter(self.answers)))

    def _drop(self, question: str) -> None:
        _, answer = self.answers.pop(question, (None, None))
        self.characters -= len(answer.text) if answer else 0


def kept(query: FiguresQuery, visible_partners: frozenset[str] | None) -> Written:
    """What `published` answers, written down; kept from before where it can be.

    Raises: as `published` does.
    """
    state = _state()
    if state is None or query.period.months[-1] > state.month:
        return written(published(query, visible_partners))
    shelf: Shelf = current_app.extensions.setdefault(EXTENSION, Shelf())
    seen = None if visible_partners is None else sorted(visible_partners)
    question = repr((query, seen))
    answer = shelf.find(question, state)
    if answer is None:
        answer = written(published(query, visible_partners))
        # Sealed meanwhile, it would be kept for what it was before.
        if _state() == state:
            shelf.put(question, state, answer)
    return answer


def _state() -> State | None:
    """None before the first month is sealed, or the partnership loaded."""
    row = db.session.execute(
        select(
            SealedMonth.month,
            SealedMonth.sealed_at,
            PartnershipRow.loaded_at,
            PartnershipRow.settings,
        )
        .join(PartnershipRow, true())
        .order_by(SealedMonth.month.desc())
        .limit(1)
    ).first()
    return State(*row) if row else None
