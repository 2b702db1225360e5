"""An SMTP server that takes every letter and keeps none, in a process of its own.

It speaks the protocol and offers what real servers do, but does as little as possible for a letter:
it must not set the pace of whoever is measured. It tells, to the command XTOLD, how many letters it
took since it was last asked, and in how many seconds from the first connection to the last letter.
`python -m benchmarks.sink PORT`.
"""

import asyncio
import smtplib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.deployment import Deployment, free_port, running
from benchmarks.load import wait_for

OFFERS = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
END = b"\r\n.\r\n"
REPLIES = {
    b"EHLO": OFFERS,
    b"HELO": b"250 sink\r\n",
    b"DATA": b"354 go ahead\r\n",
    b"QUIT": b"221 bye\r\n",
}


@dataclass
class Tally:
    """What was taken since somebody last asked."""

    letters: int = 0
    began: float = 0.0
    ended: float = 0.0

    def take(self) -> None:
        """One more letter."""
        self.letters += 1
        self.ended = time.perf_counter()

    def told(self) -> bytes:
        """Say it, and begin anew."""
        line = b"250 %d %f\r\n" % (self.letters, self.ended - self.began)
        self.letters, self.began = 0, 0.0
        return line


tally = Tally()


class Sink(asyncio.Protocol):
    """One connection: lines are commands, until DATA; then a letter, until its lone dot."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.left = b""
        self.in_letter = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer all commands that are complete, in one go."""
        self.left += data
        replies = b"".join(self._answers())
        if replies:
            self.transport.write(replies)

    def _answers(self) -> Iterator[bytes]:
        while True:
            before, end, after = self.left.partition(END if self.in_letter else b"\r\n")
            if not end:
                return
            self.left = after
            if self.in_letter:
                self.in_letter = False
                tally.take()
                yield b"250 2.0.0 taken\r\n"
            else:
                yield self._answer(before[:4].upper())

    def _answer(self, command: bytes) -> bytes:
        if command == b"XTOL":
            return tally.told()
        if command in (b"EHLO", b"HELO"):
            tally.began = tally.began or time.perf_counter()
        self.in_letter = command == b"DATA"
        return REPLIES.get(command, b"250 2.1.0 ok\r\n")


@contextmanager
def sinking(made: Deployment) -> Iterator[int]:
    """A running sink; gives its port."""
    port = free_port()
    with running(made, "sink", "benchmarks.sink", str(port)):
        wait_for(port)
        yield port


def rate_at(port: int) -> tuple[int, float]:
    """How many letters the sink took since it was last asked, and how many a second."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        letters, seconds = line.docmd("XTOLD")[1].split()
    return int(letters), int(letters) / float(seconds)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
