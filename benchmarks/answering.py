"""How fast people can answer, against a bare Flask app in the same gunicorn.

(a) a bare INSERT, (b) our `POST /a/<token>`, (c) a bare hello, (d) our `GET /a/<token>`: by turns,
in many short rounds.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import text

from benchmarks import bare, letters
from benchmarks.deployment import DATABASES, Deployment, deployment, free_port, running
from benchmarks.load import Round, drive, get, post, wait_for
from benchmarks.tables import print_table
from benchmarks.turns import Rounds, by_turns, client_share, part, rates, ratios
from survey.app import create_app
from survey.foundation.database import db

ROUNDS = 21
SECONDS = 0.8
# More than can be answered in a round; a faster machine ends its rounds early.
MOST_A_ROUND = 1800

NAMES = {
    "a": "bare INSERT",
    "b": "POST /a/<token>",
    "c": "bare hello",
    "d": "GET /a/<token>",
}
RATIOS = (("b", "a"), ("d", "a"), ("d", "c"))


@dataclass(frozen=True)
class Requests:
    """One of the four: where it is sent, what, and the status that says it was done."""

    port: int
    requests: Sequence[bytes]
    status: int

    def part(self, turn: int, turns: int) -> "Requests":
        """The requests of one turn."""
        return replace(self, requests=part(self.requests, turn, turns))

    def drive(self) -> Round:
        """Send as many as can be answered in a round."""
        return drive(self.port, self.requests, self.status, SECONDS)


def run() -> None:
    """Measure on each database and print the tables."""
    for kind in DATABASES:
        with deployment(kind) as made:
            rounds = _measure(made)
        _print(kind, rounds)


def _measure(made: Deployment) -> Rounds:
    turns = ROUNDS + 1
    bare.create_table(made.plain_database)
    app = create_app(made.config)
    tokens = letters.send_out(app, 2 * turns * MOST_A_ROUND)
    # Most who open their link have not answered by it: whoever has, waits a little longer.
    answered, opened = tokens[::2], tokens[1::2]
    with _servers(made) as (bare_port, our_port):
        plain = [post("/insert", "x" * 400)] * len(answered)
        hello = [get("/hello")] * len(opened)
        cases = {
            "a": Requests(bare_port, plain, 200),
            "b": Requests(our_port, letters.answers(app, answered), 303),
            "c": Requests(bare_port, hello, 200),
            "d": Requests(our_port, letters.visits(opened), 200),
        }
        rounds = by_turns(cases, turns)
    _check_stored(made, rounds)
    # The first turn only made connections and filled caches.
    return {name: done[1:] for name, done in rounds.items()}


@contextmanager
def _servers(made: Deployment) -> Iterator[tuple[int, int]]:
    """The bare app and ours, each in a gunicorn of its own: their ports."""
    bare_port, our_port = free_port(), free_port()
    with (
        running(made, "bare", "benchmarks.bare", str(bare_port), made.plain_database),
        running(made, "web", "survey", "web", "--port", str(our_port)),
    ):
        wait_for(bare_port)
        wait_for(our_port)
        yield bare_port, our_port


def _check_stored(made: Deployment, rounds: Rounds) -> None:
    """Hold the rows in the tables against the answers that promised them."""
    app = create_app(made.config)
    with app.app_context():
        for name, table in (("a", "bare_answer"), ("b", "response")):
            stored = db.session.scalar(text(f"SELECT count(*) FROM {table}"))
            promised = sum(one.answered for one in rounds[name])
            if stored != promised:
                raise SystemExit(f"{NAMES[name]}: {promised} promised, {stored} stored")
        db.session.remove()
        db.engine.dispose()


def _print(kind: str, rounds: Rounds) -> None:
    print_table(
        f"Answering on {kind}: median of {ROUNDS} rounds of {SECONDS} s, lowest and highest",
        ("", "requests/s", "from", "to", "client, share of a core"),
        [
            (f"({name}) {NAMES[name]}", *rates(done), client_share(done))
            for name, done in rounds.items()
        ],
    )
    print_table(
        f"Ratios on {kind}, within each round",
        ("", "median", "from", "to"),
        [(f"{over}/{under}", *ratios(rounds[over], rounds[under])) for over, under in RATIOS],
    )
