"""How fast letters may go to one mail system: a token bucket that takes a hint.

One letter, one token. Tokens come at a steady pace and at most ten seconds' worth are held, so that
neither a month's end nor the end of an outage becomes a burst. Whoever puts off more than one
letter in ten is written to half as fast, and then a tenth of the full pace faster each minute: a
few are put off at any pace, by full mailboxes or by servers that want to be asked twice. Paces are
letters a minute.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SECONDS_HELD = 10
GROWTH = 0.1
SLOWEST = 1.0
BORNE = 0.1
MOST_BORNE = 10.0
# Letters on the wire at the same time are put off for the same cause: that is one hint, not many.
ONE_HINT = timedelta(seconds=10)


@dataclass(frozen=True)
class Bucket:
    """So many tokens at `refilled_at`; the full pace, or slowed to another at `slowed_at`.

    `borne`: so many letters may yet be put off before it is a hint.
    """

    tokens: float
    refilled_at: datetime
    slowed_to: float | None = None
    slowed_at: datetime | None = None
    borne: float = 0.0

    def pace(self, full: float, now: datetime) -> float:
        """How many letters a minute, where the full pace is so many."""
        if self.slowed_to is None or self.slowed_at is None:
            return full
        minutes = max(now - self.slowed_at, timedelta(0)) / timedelta(minutes=1)
        return min(full, self.slowed_to + GROWTH * full * minutes)

    def refilled(self, full: float, now: datetime) -> "Bucket":
        """What it holds now. A clock that was put back takes nothing away."""
        pace = self.pace(full, now)
        minutes = max(now - self.refilled_at, timedelta(0)) / timedelta(minutes=1)
        tokens = min(self.tokens + pace * minutes, most_held(pace))
        slowed = (None, None) if pace >= full else (self.slowed_to, self.slowed_at)
        return Bucket(tokens, max(now, self.refilled_at), *slowed, self.borne)

    def without(self, letters: int) -> "Bucket":
        """What is left of it when so many letters go out."""
        borne = min(self.borne + BORNE * letters, MOST_BORNE)
        return replace(self, tokens=self.tokens - letters, borne=borne)

    def put_off(self, full: float, now: datetime) -> "Bucket":
        """After one more was put off: half as fast, and of a token there is none, if it is a hint.

        It is none where so few are borne, or where it was slowed just now.
        """
        if self.borne >= 1:
            return replace(self, borne=self.borne - 1)
        if self.slowed_at is not None and now - self.slowed_at < ONE_HINT:
            return self
        pace = max(self.pace(full, now) / 2, SLOWEST)
        return Bucket(min(self.tokens, 0.0), max(now, self.refilled_at), pace, now, self.borne)

    def next_token(self, full: float, now: datetime) -> timedelta:
        """How long until it holds a whole one."""
        now_held = self.refilled(full, now)
        missing = max(1.0 - now_held.tokens, 0.0)
        return timedelta(minutes=missing / now_held.pace(full, now))


def most_held(pace: float) -> float:
    """Ten seconds' worth, but never less than the one that is needed to send at all."""
    return max(pace * SECONDS_HELD / 60, 1.0)


def full_bucket(full: float, now: datetime) -> Bucket:
    """The bucket of a system that was never written to."""
    return Bucket(most_held(full), now)
