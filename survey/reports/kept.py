"""Answers that were given before, kept in memory for as long as they are true.

For each audience it is known what its answers follow from: the state of that is told in a moment,
where an answer takes long to work out. So a process keeps the answers it gave last, as they were
sent, each with the state that it followed from, and gives it again while that is the same.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from flask import current_app

from survey.partnership.directory import forget_directory
from survey.reports.exports.sending import Written, written
from survey.reports.figures import Figures
from survey.reports.query import FiguresQuery

EXTENSION = "survey.kept_answers"
# Of one process; a year by service and month has about 150,000.
MOST_CHARACTERS = 8_000_000

Visible = frozenset[str] | None


@dataclass
class Shelf:
    """The answers of a process, those given last at the end."""

    answers: "OrderedDict[str, tuple[object, Written]]" = field(default_factory=OrderedDict)
    characters: int = 0
    lock: Lock = field(default_factory=Lock)

    def find(self, question: str, state: object) -> Written | None:
        """The answer to a question, if it was given and is still true."""
        with self.lock:
            found = self.answers.get(question)
            if found is None or found[0] != state:
                return None
            self.answers.move_to_end(question)
            return found[1]

    def put(self, question: str, state: object, answer: Written) -> None:
        """Keep an answer, and let go of those that were not asked for longest."""
        with self.lock:
            self._drop(question)
            if answer.length > MOST_CHARACTERS:
                return
            self.answers[question] = state, answer
            self.characters += answer.length
            while self.characters > MOST_CHARACTERS:
                self._drop(next(iter(self.answers)))

    def _drop(self, question: str) -> None:
        _, answer = self.answers.pop(question, (None, None))
        self.characters -= answer.length if answer else 0


def kept_or_new(
    release: str,
    query: FiguresQuery,
    visible: Visible,
    state_of: Callable[[FiguresQuery], object | None],
    answer: Callable[[FiguresQuery, Visible], Figures],
) -> Written:
    """The answer to a query, kept from before where it can be.

    Args:
        release: whom it is for; every audience has its own.
        query: what is asked.
        visible: the partners' codes; None: all.
        state_of: what the answer follows from, and changes with, read anew; None where nothing
            tells of every change, so that it is worked out each time.
        answer: works it out; what it raises is raised.
    """
    state = state_of(query)
    if state is None:
        return written(answer(query, visible))
    shelf: Shelf = current_app.extensions.setdefault(EXTENSION, Shelf())
    question = repr((release, query, None if visible is None else sorted(visible)))
    found = shelf.find(question, state)
    if found is None:
        # What this request read of it before may be older than the state.
        forget_directory()
        found = written(answer(query, visible))
        # Of what changed meanwhile it may hold some and some not.
        if state_of(query) == state:
            shelf.put(question, state, found)
    return found
