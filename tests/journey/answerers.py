"""People who answer while everything breaks: each sends the same form until it is told something.

Some are programs, and some send sooner than a person can, so that every way to store an answer is
gone: in one statement, with a closer look afterwards, and held in a transaction.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from queue import Empty, SimpleQueue
from threading import Event, Thread
from urllib.parse import urlencode

from survey.responses.signs import SHORTEST_SECONDS
from tests.responses.answering import hidden_field

AGENTS = ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "curl/8.5.0")
AT_ONCE = 16
AGAIN_AFTER = 0.3
BROKEN, NOT_REACHED = 0, -1
AWAY = 503


@dataclass
class Sending:
    """One form for one link, and every status that it was answered with; BROKEN where none came.

    `told` is the status that settles it. A form given with a `form_nonce` needs no page.
    """

    token: str
    told: int
    form: dict[str, str]
    seen: list[int] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Whether it was told what became of it."""
        return bool(self.seen) and self.seen[-1] not in (BROKEN, AWAY)

    @property
    def uncertain(self) -> bool:
        """Whether it was sent, and never told what became of it."""
        return bool(self.seen) and not self.settled


class Answerer(Thread):
    """Takes a few links at a time, opens their pages, then sends their forms, until it is over."""

    def __init__(self, port: int, links: "SimpleQueue[Sending]", over: Event, seed: int) -> None:
        super().__init__()
        self.port, self.links, self.over = port, links, over
        self.chance = random.Random(seed)
        self.pages: Counter[int] = Counter()
        self.told: Counter[int] = Counter()

    def run(self) -> None:
        """Answer until all is answered or over."""
        while not self.over.is_set():
            opened = [sending for sending in self._take() if self._open(sending)]
            if not opened:
                return
            self.over.wait(self.chance.choice((0.0, SHORTEST_SECONDS + 0.2)))
            for sending in opened:
                self._send(sending)

    def _take(self) -> list[Sending]:
        taken: list[Sending] = []
        try:
            while len(taken) < AT_ONCE:
                taken.append(self.links.get_nowait())
        except Empty:
            pass
        return taken

    def _open(self, sending: Sending) -> bool:
        while "form_nonce" not in sending.form:
            status, page = self._ask("GET", sending.token)
            self.pages[status] += 1
            if status == 200:
                sending.form["form_nonce"] = hidden_field(page)
            elif self.over.wait(AGAIN_AFTER):
                return False
        return True

    def _send(self, sending: Sending) -> None:
        """Half of all people give up where they are told to send again, or nothing at all."""
        patient = self.chance.random() < 0.5
        while not self.over.is_set():
            status, _ = self._ask("POST", sending.token, urlencode(sending.form))
            if status != NOT_REACHED:
                sending.seen.append(status)
                if sending.settled:
                    self.told[sending.told] += 1
                if sending.settled or not patient:
                    return
            self.over.wait(AGAIN_AFTER)

    def _ask(self, method: str, token: str, body: str | None = None) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "User-Agent": self.chance.choice(AGENTS),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.connect()
        except OSError:
            return NOT_REACHED, ""
        try:
            connection.request(method, f"/a/{token}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, HTTPException):
            return BROKEN, ""
        finally:
            connection.close()


class Crowd:
    """People who answer at once; a context manager, at whose end all who still do give up."""

    def __init__(self, size: int, port: int, sendings: Sequence[Sending], seed: int) -> None:
        self.over = Event()
        links: SimpleQueue[Sending] = SimpleQueue()
        for sending in sendings:
            links.put(sending)
        self.people = [Answerer(port, links, self.over, seed + n) for n in range(size)]

    def __enter__(self) -> "Crowd":
        for person in self.people:
            person.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for person in self.people:
            person.join()

    @property
    def told(self) -> Counter[int]:
        """How many were told what became of their answer, by status."""
        return sum((person.told for person in self.people), Counter())

    @property
    def pages(self) -> Counter[int]:
        """How often a page was asked for, by status."""
        return sum((person.pages for person in self.people), Counter())

    def busy(self) -> bool:
        """Whether anybody still answers."""
        return any(person.is_alive() for person in self.people)
