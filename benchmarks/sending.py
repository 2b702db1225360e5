"""How fast letters leave, against a bare loop that builds and sends the same letter.

(a) the loop: an `EmailMessage` built and sent over one kept smtplib connection; (b) `survey work
--until-idle` with one connection, which claims, decrypts, writes, sends and notes each letter; (c)
the same with four. By turns, against a sink in a process of its own, which tells how long it took
from the first connection to the last letter. Then how much memory more and more letters take.
"""

import smtplib
import sys
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import count
from uuid import uuid4

from flask import Flask

from benchmarks.deployment import DATABASES, Deployment, deployment
from benchmarks.letters import make_due
from benchmarks.measured import measured
from benchmarks.sink import rate_at, sinking
from benchmarks.tables import print_table
from benchmarks.turns import spread
from survey.app import create_app
from survey.foundation.clock import now
from survey.invitations.letter import Addressee, Drafts, write
from survey.partnership.directory import directory
from survey.post.letter import Letter

ROUNDS = 5
LETTERS = 2_000
SIZES = (2_000, 20_000, 100_000)
NAMES = {
    "a": "bare loop, one connection",
    "b": "survey work, one connection",
    "c": "survey work, four connections",
}
RATIOS = (("b", "a"), ("c", "a"))
Rates = dict[str, list[float]]


class Bench:
    """A deployment whose letters go to a sink, and a letter like those that it sends."""

    def __init__(self, made: Deployment, port: int) -> None:
        self.port = port
        url = f"smtp://127.0.0.1:{port}"
        self.made = replace(made, config=replace(made.config, mail_url=url))
        self.app = create_app(self.made.config)
        self.numbers = count(1)
        self.letter = _letter(self.app)

    def bare(self) -> float:
        """Send by the plain loop; letters a second."""
        with smtplib.SMTP("127.0.0.1", self.port) as line:
            for number in range(LETTERS):
                line.send_message(_message(self.letter, f"person{number}@oxon.example"))
        return self._rate(LETTERS)

    def ours(self, connections: int, letters: int = LETTERS) -> tuple[float, float]:
        """Send what is due by the worker; letters a second, and the most MiB it held."""
        first = next(self.numbers)
        make_due(self.app, first, letters)
        self.numbers = count(first + letters)
        fast = "1000000"
        environment = self.made.environment | {
            "SURVEY_MAIL_CONNECTIONS": str(connections),
            "SURVEY_MAIL_PER_CONNECTION": fast,
            "SURVEY_MAIL_PER_MINUTE": fast,
            "SURVEY_MAIL_PER_MINUTE_AND_SYSTEM": fast,
        }
        command = [sys.executable, "-m", "survey", "work", "--until-idle"]
        usage = measured(command, environment)
        return self._rate(letters), usage.mebibytes

    def _rate(self, letters: int) -> float:
        taken, rate = rate_at(self.port)
        if taken != letters:
            raise SystemExit(f"{letters} letters were sent, {taken} arrived")
        return rate


def run() -> None:
    """Measure on each database and print the tables."""
    for kind in DATABASES:
        with deployment(kind) as made, sinking(made) as port:
            bench = Bench(made, port)
            _print_rates(kind, _by_turns(bench))
            _print_memory(kind, [bench.ours(4, size) for size in SIZES])


def _by_turns(bench: Bench) -> Rates:
    cases: dict[str, Callable[[], float]] = {
        "a": bench.bare,
        "b": lambda: bench.ours(1)[0],
        "c": lambda: bench.ours(4)[0],
    }
    rates: Rates = {name: [] for name in cases}
    for turn in range(ROUNDS):
        for name in sorted(cases, reverse=bool(turn % 2)):
            rates[name].append(cases[name]())
    return rates


def _letter(app: Flask) -> Letter:
    """A letter as the worker writes it; the loop sends its text and HTML."""
    with app.test_request_context():
        partner, service = directory().partners["OCC"], directory().services["payroll"]
        draft = Drafts().about(partner.id, service.id, "en")
        some = Addressee(uuid4(), "person@oxon.example", b"p" * 32, "BENCH-1", now(), now())
        return write(draft, some)


def _message(letter: Letter, to: str) -> EmailMessage:
    """The letter as a plain program would build it."""
    message = EmailMessage(SMTP.clone(max_line_length=998))
    named = {"From": letter.sender, "To": to, "Subject": letter.subject}
    dated = {"Date": format_datetime(now()), "Message-ID": letter.message_id}
    for name, value in {**named, **dated, **letter.headers}.items():
        message[name] = value
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message


def _print_rates(kind: str, rates: Rates) -> None:
    print_table(
        f"Sending on {kind}: median of {ROUNDS} rounds of {LETTERS:,} letters, lowest and highest",
        ("", "letters/s", "from", "to"),
        [(f"({n}) {NAMES[n]}", *spread(each, ".0f")) for n, each in rates.items()],
    )
    ratios = {
        f"{over}/{under}": [x / y for x, y in zip(rates[over], rates[under], strict=True)]
        for over, under in RATIOS
    }
    print_table(
        f"Ratios on {kind}, within each round",
        ("", "median", "from", "to"),
        [(name, *spread(each, ".2f")) for name, each in ratios.items()],
    )


def _print_memory(kind: str, results: list[tuple[float, float]]) -> None:
    print_table(
        f"Letters due on {kind}, four connections",
        ("letters", "letters/s", "peak memory, MiB"),
        [(f"{n:,}", f"{r:.0f}", f"{m:.0f}") for n, (r, m) in zip(SIZES, results, strict=True)],
    )
