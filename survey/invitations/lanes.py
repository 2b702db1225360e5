"""Several connections to the post office at once, each carrying one letter at a time.

Each lane is a thread with an office of its own and touches no database. Whoever fills the lanes
notes down what became of a letter before its lane gets the next one: so at most one letter a lane
is on its way un-noted, whenever the process is killed.

A lane that hears several times in a row that no letter would fare better closes. So where a server
takes fewer connections than we open, the others go on, and an outage has closed all of them soon.
"""

import queue
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread
from types import TracebackType
from typing import Any, Self

from survey.post.letter import Letter
from survey.post.office import PostOffice
from survey.post.outcome import is_for_all

LOOK_UP_EVERY = 5.0
# Noting several letters costs hardly more than noting one, so the next is worth a short wait.
TOGETHER = 0.001
IN_VAIN = 3


@dataclass(frozen=True)
class Carried:
    """What became of one letter: `trouble` is None where it was accepted.

    Its lane has closed where it was the `last`.
    """

    about: Any
    trouble: Exception | None
    last: bool = False


class Lanes:
    """Open while they are entered; afterwards every office has said goodbye."""

    def __init__(self, offices: Sequence[PostOffice]) -> None:
        self._waiting: queue.SimpleQueue[tuple[Any, Letter] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Carried] = queue.SimpleQueue()
        self._threads = [Thread(target=self._carry, args=(office,)) for office in offices]
        self._open = len(offices)
        self.on_the_way = 0

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for _thread in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    @property
    def free(self) -> int:
        """How many more letters can set out now."""
        return self._open - self.on_the_way

    @property
    def closed(self) -> bool:
        """Whether none carries any more."""
        return self._open == 0

    def hand_over(self, about: Any, letter: Letter) -> None:
        """Have a free lane carry this letter."""
        self.on_the_way += 1
        self._waiting.put((about, letter))

    def arrived(self) -> list[Carried]:
        """What has become of letters since: waits for one, but only some seconds, if any is out."""
        found: list[Carried] = []
        try:
            while self.on_the_way:
                found.append(self._done.get(timeout=TOGETHER if found else LOOK_UP_EVERY))
                self.on_the_way -= 1
                self._open -= found[-1].last
        except queue.Empty:
            pass
        return found

    def _carry(self, office: PostOffice) -> None:
        in_vain = 0
        with office:
            while in_vain < IN_VAIN and (job := self._waiting.get()) is not None:
                about, letter = job
                trouble = _trouble(office, letter)
                in_vain = in_vain + 1 if is_for_all(trouble) else 0
                self._done.put(Carried(about, trouble, last=in_vain == IN_VAIN))


def _trouble(office: PostOffice, letter: Letter) -> Exception | None:
    try:
        office.send(letter)
    except Exception as error:
        return error
    return None
