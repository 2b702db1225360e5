"""Figures as whole HTTP requests, beside a bare hello in the same gunicorn, and its memory.

One request at a time goes to each, so that what is compared is what a request takes and not how
many can wait. A question is asked again and again, and in each round one that nobody asked before.
Memory is that of the web's workers, warm and again after a thousand requests.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from flask import Flask

from benchmarks import many
from benchmarks.deployment import Deployment, free_port, running
from benchmarks.load import CONNECTIONS, Connection, WrongAnswer, get, wait_for
from benchmarks.tables import print_table
from benchmarks.turns import spread
from survey.access import api_keys
from survey.foundation.database import db
from survey.reports.periods import Period, parse

ROUNDS, A_ROUND, WARM, REQUESTS = 21, 20, 160, 1000
QUESTION = "/api/v1/figures?period={period}&by=service,month&partner=OCC"


@dataclass(frozen=True)
class Asked:
    """Seconds of a stretch in each round; MiB of each worker, warm and after many requests."""

    hello: Sequence[float]
    figures: Sequence[float]
    first: Sequence[float]
    warm: Sequence[float]
    after: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        """Figures, in hellos."""
        return [ours / bare for ours, bare in zip(self.figures, self.hello, strict=True)]

    @property
    def first_ratios(self) -> list[float]:
        """Figures that nobody asked for before, in hellos."""
        pairs = zip(self.first, self.hello, strict=True)
        return [A_ROUND * ours / bare for ours, bare in pairs]


def ask(made: Deployment, app: Flask, scope: str) -> Asked:
    """Measure for a key with this scope, on a deployment whose months are sealed and counted."""
    secret = key(app, scope)
    hello, asked = get("/hello"), parse(many.PERIOD)
    figures, *others = (
        question(Period(asked.first - earlier, asked.last - earlier), secret)
        for earlier in range(ROUNDS + 1)
    )
    with (
        serving(made, "benchmarks.bare", more=(made.plain_database,)) as (bare, _),
        serving(made, "survey", "web", "--port") as (ours, process),
    ):
        _seconds(bare, hello, WARM)
        # Over several connections, so that each worker gets some.
        for _ in repeat(None, CONNECTIONS):
            _seconds(ours, figures, WARM // CONNECTIONS)
        rounds = [
            (
                _seconds(bare, hello, A_ROUND),
                _seconds(ours, figures, A_ROUND),
                _seconds(ours, other, 1),
            )
            for other in others
        ]
        warm = memory(process)
        for _ in repeat(None, CONNECTIONS):
            _seconds(ours, figures, REQUESTS // CONNECTIONS)
        bare_seconds, our_seconds, first = zip(*rounds, strict=True)
        return Asked(bare_seconds, our_seconds, first, warm, memory(process))


def question(period: Period, secret: str) -> bytes:
    """The request for a period's figures, by the holder of a key."""
    authorized = f"\r\nAuthorization: Bearer {secret}\r\n\r\n".encode()
    return get(QUESTION.format(period=period.text)).replace(b"\r\n\r\n", authorized)


def key(app: Flask, scope: str) -> str:
    """The secret of a new key for all partners."""
    with app.app_context():
        secret = api_keys.mint()
        api_keys.create(secret[4:12], secret, (scope,), (), ())
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return secret


@contextmanager
def serving(
    made: Deployment, module: str, *arguments: str, more: Sequence[str] = ()
) -> Iterator[tuple[int, int]]:
    """A gunicorn that listens on a port named between these arguments: the port, its process."""
    port = free_port()
    with running(made, module, module, *arguments, str(port), *more) as process:
        wait_for(port)
        yield port, process


def memory(process: int, what: str = "VmRSS") -> list[float]:
    """MiB that each child of a process holds; `VmHWM`: that it ever held."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [_mebibytes(Path(f"/proc/{child}/status").read_text(), what) for child in children]


def _mebibytes(status: str, what: str) -> float:
    line = next(line for line in status.splitlines() if line.startswith(f"{what}:"))
    return int(line.split()[1]) / 1024


def _seconds(port: int, request: bytes, times: int) -> float:
    """Send a request so many times over one connection, each once the last one is answered.

    Raises:
        WrongAnswer: an answer was not 200.
    """
    connection = Connection(port)
    with connection.socket:
        started = time.perf_counter()
        for _ in repeat(None, times):
            connection.ask(request)
            while (answer := connection.answer()) is None:
                pass
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise WrongAnswer(answer.decode("latin-1"))
        return time.perf_counter() - started


def print_asked(what: str, asked: Asked) -> None:
    """Print the table."""
    title = f"Figures over HTTP, {what}: {ROUNDS} rounds of {A_ROUND} requests, one at a time"
    each = 1000 / A_ROUND
    print_table(
        title,
        ("", "median", "from", "to"),
        [
            ("bare hello, milliseconds", *spread([each * s for s in asked.hello], ".2f")),
            ("figures, milliseconds", *spread([each * s for s in asked.figures], ".2f")),
            ("figures/hello, within each round", *spread(asked.ratios, ".1f")),
            ("asked for the first time, ms", *spread([1000 * s for s in asked.first], ".2f")),
            ("the first time/hello", *spread(asked.first_ratios, ".1f")),
        ],
    )
    grown = [after - warm for warm, after in zip(asked.warm, asked.after, strict=True)]
    print(
        "Memory of the workers by then, MiB: "
        f"{', '.join(f'{one:.1f}' for one in asked.warm)}; after {REQUESTS} more: "
        f"{', '.join(f'{one:+.1f}' for one in grown)}\n",
        flush=True,
    )
