"""Several things measured by turns, in many rounds, so that other work falls on all of them alike.

What the machine does besides is not ours to stop. So a ratio is taken within a round, between
stretches of load that lie seconds apart, and of the rounds the median.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from typing import Protocol

from benchmarks.load import Round


class Case(Protocol):
    """One of them. It is sent to the client's process, so it holds what can be pickled."""

    def part(self, turn: int, turns: int) -> "Case":
        """What of it is done in one of so many turns."""

    def drive(self) -> Round:
        """Do it."""


Rounds = dict[str, list[Round]]


def by_turns(cases: Mapping[str, Case], turns: int) -> Rounds:
    """Drive each case once a turn, forwards and backwards in turn, from a process of its own."""
    rounds: Rounds = {name: [] for name in cases}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as client:
        for turn in range(turns):
            for name in sorted(cases, reverse=bool(turn % 2)):
                done = client.submit(cases[name].part(turn, turns).drive)
                rounds[name].append(done.result())
    return rounds


def part(requests: Sequence[bytes], turn: int, turns: int) -> Sequence[bytes]:
    """The requests of one of so many turns."""
    each = len(requests) // turns
    return requests[turn * each : (turn + 1) * each]


def rates(rounds: Sequence[Round]) -> tuple[str, str, str]:
    """What was done a second: median, lowest, highest."""
    return spread([one.rate for one in rounds], ".0f")


def ratios(over: Sequence[Round], under: Sequence[Round]) -> tuple[str, str, str]:
    """The one's pace as a multiple of the other's, within each round: median, lowest, highest."""
    return spread([one.rate / other.rate for one, other in zip(over, under, strict=True)], ".2f")


def client_share(rounds: Sequence[Round]) -> str:
    """The most of a core that the client needed."""
    return f"{max(one.client_share for one in rounds):.2f}"


def spread(values: Sequence[float], form: str) -> tuple[str, str, str]:
    """Median, lowest and highest, written in this form."""
    return format(median(values), form), format(min(values), form), format(max(values), form)
