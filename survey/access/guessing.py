"""Guessing links: whoever asks for many that do not exist, or to sign in often, is told to stop.

Of links only unknown ones count, by address and minute, so that an office behind one address is
never in anybody's way: a link that exists is always answered. What is counted stays in the memory
of the process, as keyed hashes, for a minute; the proxy in front limits the rate besides
(`deploy/`).
"""

from threading import Lock
from time import monotonic

from flask import Flask, Response, current_app, make_response, request

from survey.foundation.keys import keys
from survey.foundation.visitors import address_in, place_of

# More than people follow broken links from one office, and nothing against 144 random bits.
UNKNOWN_A_MINUTE = 100
MINUTE = 60.0
# Of people who ask to be sent a link to sign in, far more than an office has in a minute.
ASKED_A_MINUTE = 30
# Of more places than this, those that come last in a minute are not counted, to bound memory.
MOST_PLACES = 10_000


class Guesses:
    """How many times each place has tried something in this minute, and how often it may."""

    def __init__(self, most: int = UNKNOWN_A_MINUTE) -> None:
        self._most = most
        self._lock = Lock()
        self._minute = -1
        self._counts: dict[bytes, int] = {}

    def too_many(self, place: bytes, moment: float) -> bool:
        """Count one more; whether that is more than a place may ask for in a minute."""
        minute = int(moment // MINUTE)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            count = self._counts.get(place, 0) + 1
            if count > 1 or len(self._counts) < MOST_PLACES:
                self._counts[place] = count
        return count > self._most


def install_guesses(app: Flask) -> None:
    """Give the app its counters."""
    app.extensions["survey.guesses"] = Guesses()
    app.extensions["survey.askings"] = Guesses(ASKED_A_MINUTE)


def unknown_link(html: str) -> Response:
    """The answer where there is no such link: 404, and 429 for whoever asked for too many.

    The page is the same for everybody and says what to do.
    """
    if not _too_many("survey.guesses"):
        return make_response(html, 404)
    return later(html)


def asks_too_often() -> bool:
    """Whether the place that the request comes from asks for more links to sign in than it may."""
    return _too_many("survey.askings")


def later(html: str) -> Response:
    """The answer to whoever tried too often: 429, and when to try again."""
    answer = make_response(html, 429)
    answer.headers["Retry-After"] = str(int(MINUTE))
    return answer


def _too_many(counters: str) -> bool:
    guesses: Guesses = current_app.extensions[counters]
    place = keys().visitor_hash(place_of(address_in(request.remote_addr)))
    return guesses.too_many(place, monotonic())
