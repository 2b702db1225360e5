"""Guessing links: whoever asks for many that do not exist is told to stop.

Only unknown links count, by address and minute, so that an office behind one address is never in
anybody's way: a link that exists is always answered. What is counted stays in the memory of the
process, as keyed hashes, for a minute; the proxy in front limits the rate besides (`deploy/`).
"""

from threading import Lock
from time import monotonic

from flask import Flask, Response, current_app, make_response, request

from survey.foundation.keys import keys
from survey.foundation.visitors import address_in, place_of

# More than people follow broken links from one office, and nothing against 144 random bits.
UNKNOWN_A_MINUTE = 100
MINUTE = 60.0
# Of more places than this, those that come last in a minute are not counted, to bound memory.
MOST_PLACES = 10_000


class Guesses:
    """How many unknown links each place has asked for in this minute."""

    def __init__(self) -> None:
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
        return count > UNKNOWN_A_MINUTE


def install_guesses(app: Flask) -> None:
    """Give the app its counters."""
    app.extensions["survey.guesses"] = Guesses()


def unknown_link(html: str) -> Response:
    """The answer where there is no such link: 404, and 429 for whoever asked for too many.

    The page is the same for everybody and says what to do.
    """
    guesses: Guesses = current_app.extensions["survey.guesses"]
    place = keys().visitor_hash(place_of(address_in(request.remote_addr)))
    if not guesses.too_many(place, monotonic()):
        return make_response(html, 404)
    answer = make_response(html, 429)
    answer.headers["Retry-After"] = str(int(MINUTE))
    return answer
