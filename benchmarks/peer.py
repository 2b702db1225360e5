"""How fast people can answer here and at a peer, django-survey-and-report from PyPI, side by side.

One answer is what a person does: the page is fetched, and the form in it is sent, with what is
signed in it and the cookies that came. The same client sends both, over as many connections, by
turns; everybody is somebody new. Between the two a person reads, here and there, since what comes
back at once is held here as a machine's. `peer_service` says how the peer is set up.
"""

import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select

from benchmarks import letters, peer_service
from benchmarks.deployment import DATABASES, Deployment, deployment, free_port, running
from benchmarks.load import END_OF_HEAD, NO_END, Round, WrongAnswer, drive, get, post, wait_for
from benchmarks.peer_service import DJANGO, PAGE, PEER, NotFetched, Peer
from benchmarks.tables import print_table
from benchmarks.turns import Rounds, by_turns, client_share, part, rates, ratios
from survey.app import create_app
from survey.foundation.database import db
from survey.responses.counted import ON_HOLD
from survey.responses.model import Response
from survey.responses.page import FORM_FIELD
from survey.responses.signs import SHORTEST_SECONDS

OURS, THEIRS = "ours", "peer"
ROUNDS = 11
# How many answer in a round: as many more here as this service means to be faster.
PEOPLE = {OURS: 1280, THEIRS: 160}
NAMES = {OURS: "this service", THEIRS: "django-survey-and-report"}
# Longer than it takes us to think that somebody read the page; nobody is waited for meanwhile.
READING = SHORTEST_SECONDS + 0.1
COOKIE = re.compile(rb"\r\nSet-Cookie: ([^;\r]+)", re.IGNORECASE)


@dataclass(frozen=True)
class People:
    """People who answer: each fetches a page, reads it, and sends the form that stands in it.

    Attributes:
        port: of the service.
        pages: the requests for their pages.
        hidden: the name of the field of the form that goes back as it came.
        filled: all other fields, encoded.
        status: what says that the answer was stored.
    """

    port: int
    pages: Sequence[bytes]
    hidden: str
    filled: str
    status: int

    def part(self, turn: int, turns: int) -> "People":
        """Those of one turn."""
        return replace(self, pages=part(self.pages, turn, turns))

    def drive(self) -> Round:
        """Let all of them answer. The time counts in which somebody waits for the service."""
        seen: list[tuple[bytes, bytes]] = []
        fetching = drive(self.port, self.pages, 200, NO_END, lambda *both: seen.append(both))
        read_until = time.monotonic() + READING
        forms = [self._form(asked, page) for asked, page in seen]
        time.sleep(max(0, read_until - time.monotonic()))
        sending = drive(self.port, forms, self.status, NO_END)
        return Round(
            sending.answered,
            fetching.seconds + sending.seconds,
            fetching.client_seconds + sending.client_seconds,
        )

    def _form(self, asked: bytes, page: bytes) -> bytes:
        """What a browser sends: the form, with what is hidden in it, and the cookies that came."""
        signed = re.search(rf'name="{self.hidden}" value="([^"]+)"'.encode(), page)
        if signed is None:
            raise WrongAnswer(page.decode())
        path = asked.split(b" ", 2)[1].decode("ascii")
        cookies = b"; ".join(COOKIE.findall(page.partition(END_OF_HEAD)[0]))
        header = f"Cookie: {cookies.decode('ascii')}\r\n" if cookies else ""
        return post(path, f"{urlencode({self.hidden: signed[1]})}&{self.filled}", header)


def run() -> None:
    """Fetch the peer, measure on each database and print the tables; say so where it is not had."""
    with tempfile.TemporaryDirectory(prefix="survey-peer-") as folder:
        try:
            programs = peer_service.fetch(Path(folder))
        except NotFetched as error:
            print(f"\nSKIPPED: the peer, since pip could not fetch {PEER}: {error}", flush=True)
            return
        for kind in DATABASES:
            with deployment(kind) as made:
                rounds = _measure(made, peer_service.set_up(programs, made))
            _print(kind, rounds)


def _measure(made: Deployment, peer: Peer) -> Rounds:
    turns = ROUNDS + 1
    tokens = letters.send_out(create_app(made.config), turns * PEOPLE[OURS])
    everybody = [get(PAGE)] * (turns * PEOPLE[THEIRS])
    ours = urlencode(letters.GIVEN | letters.UNSEEN)
    theirs = urlencode(peer_service.filled(letters.GIVEN))
    with _serving(made) as our_port, peer_service.serving(peer) as their_port:
        cases = {
            OURS: People(our_port, letters.visits(tokens), FORM_FIELD, ours, 303),
            THEIRS: People(their_port, everybody, "csrfmiddlewaretoken", theirs, 302),
        }
        rounds = by_turns(cases, turns)
    _check_stored(made, peer, rounds)
    # The first turn only made connections and filled caches.
    return {name: done[1:] for name, done in rounds.items()}


@contextmanager
def _serving(made: Deployment) -> Iterator[int]:
    """Our service in its own gunicorn: its port."""
    port = free_port()
    with running(made, "web", "survey", "web", "--port", str(port)):
        wait_for(port)
        yield port


def _check_stored(made: Deployment, peer: Peer, rounds: Rounds) -> None:
    """Hold the rows in the tables against the answers that promised them."""
    app = create_app(made.config)
    with app.app_context():
        ours = db.session.scalar(select(func.count(Response.id)).where(~ON_HOLD))
        db.session.remove()
        db.engine.dispose()
    questions = len(letters.GIVEN)
    done = {name: sum(one.answered for one in each) for name, each in rounds.items()}
    if ours != done[OURS]:
        raise SystemExit(f"{NAMES[OURS]}: {done[OURS]} promised, {ours} stored and counted")
    theirs = peer.stored()
    if theirs != (done[THEIRS], done[THEIRS] * questions):
        raise SystemExit(f"{NAMES[THEIRS]}: {done[THEIRS]} promised, {theirs} stored")


def _print(kind: str, rounds: Rounds) -> None:
    ours, theirs = rounds[OURS], rounds[THEIRS]
    print_table(
        f"Beside {PEER} ({DJANGO}) on {kind}: median of {ROUNDS} rounds, lowest and highest",
        ("answers/s", "median", "from", "to", "client, share of a core"),
        [
            (NAMES[OURS], *rates(ours), client_share(ours)),
            (NAMES[THEIRS], *rates(theirs), client_share(theirs)),
            ("ratio, within each round", *ratios(ours, theirs), ""),
        ],
    )
