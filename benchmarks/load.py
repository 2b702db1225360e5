"""The load client: a few kept connections, each with one request in flight, in one thread.

It is the same for whatever is measured, and so light that it does not set the pace: raw sockets,
requests put together beforehand, and of an answer only its status and its length are read, unless
somebody wants to see it whole.
"""

import re
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

CONNECTIONS = 16
STARTS_WITHIN = 30.0
ONE_READ = 65536
# However long it takes.
NO_END = float("inf")
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Round:
    """One stretch of load: answers that came, how long it took, and the client's own CPU time."""

    answered: int
    seconds: float
    client_seconds: float

    @property
    def rate(self) -> float:
        """Requests answered per second."""
        return self.answered / self.seconds

    @property
    def client_share(self) -> float:
        """How much of a core the client needed."""
        return self.client_seconds / self.seconds


# Is shown each request with its answer, head and body.
See = Callable[[bytes, bytes], object]


class WrongAnswer(Exception):
    """An answer that was not expected, so that the round measured something else."""


class Connection:
    """A connection that is kept, with at most one request in flight."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.asked = self._received = b""

    def ask(self, request: bytes) -> None:
        """Send a request."""
        self.asked, self._received = request, b""
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """Read what is there: the answer once all of it came, None until then."""
        part = self.socket.recv(ONE_READ)
        if not part:
            raise WrongAnswer("the server hung up")
        self._received += part
        head, found, body = self._received.partition(END_OF_HEAD)
        length = LENGTH.search(head)
        if not found or length is None:
            return None
        return self._received if len(body) >= int(length[1]) else None


def post(path: str, body: str, headers: str = "") -> bytes:
    """A form being sent by a browser, as bytes: a program's is looked at more closely."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nUser-Agent: Mozilla/5.0\r\n{headers}"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode("ascii")


def get(path: str) -> bytes:
    """A page being asked for, as bytes."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode("ascii")


def wait_for(port: int) -> None:
    """Wait until somebody listens; the first answer then waits for the app behind.

    Raises:
        TimeoutError: nobody did.
    """
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")


def _look_away(_asked: bytes, _answer: bytes) -> None:
    """Nobody wants to see the answers."""


def drive(
    port: int, requests: Sequence[bytes], status: int, seconds: float, see: See = _look_away
) -> Round:
    """Send requests in order for so many seconds, or until there are none left.

    Every request sent is waited for, so that the answers can be counted against stored rows.

    Raises:
        WrongAnswer: an answer had another status.
    """
    left = iter(requests)
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        connections = [Connection(port) for _ in range(CONNECTIONS)]
        for connection in connections:
            stack.enter_context(connection.socket)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        started, cpu_before = time.perf_counter(), time.process_time()
        for connection in connections:
            connection.ask(next(left))
        expected = f"HTTP/1.1 {status} ".encode()
        answered = _exchange(selector, left, expected, started + seconds, see)
        return Round(answered, time.perf_counter() - started, time.process_time() - cpu_before)


def _exchange(
    selector: selectors.BaseSelector,
    left: Iterator[bytes],
    expected: bytes,
    end: float,
    see: See,
) -> int:
    answered = 0
    while selector.get_map():
        for key, _ in selector.select(timeout=STARTS_WITHIN):
            connection: Connection = key.data
            answer = connection.answer()
            if answer is None:
                continue
            if not answer.startswith(expected):
                raise WrongAnswer(answer.decode("latin-1"))
            see(connection.asked, answer)
            answered += 1
            request = next(left, None) if time.perf_counter() < end else None
            if request is None:
                selector.unregister(connection.socket)
            else:
                connection.ask(request)
    return answered
