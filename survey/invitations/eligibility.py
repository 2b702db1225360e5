"""Whether the person behind a closure is asked, and if not, why not: rules over plain values.

The rules stand in the order in which they are tried, and the first that applies gives the reason:
what makes asking impossible, what the partnership switched off, what the enquiry itself rules out,
and last what the person said or their mailbox told. One more reason, `quiet_period`, is not here:
only the conditional update of the person's row can tell it without a race (`people.ask`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from survey.partnership.settings import Asking

Outcome = Literal["ask", "wait", "not"]
QUIET_PERIOD = "quiet_period"


@dataclass(frozen=True)
class Facts:
    """What is known about one closure when it is decided. Moments are aware."""

    closed_at: datetime
    outcome: str
    has_address: bool
    partner_asks: bool
    service_asks: bool
    opted_out: bool
    bounced: bool


@dataclass(frozen=True)
class Decision:
    """What to do about a closure; a `reason` exactly where it is "not"."""

    outcome: Outcome
    reason: str | None = None


Rule = Callable[[Facts, Asking, datetime], bool]

RULES: tuple[tuple[str, Rule], ...] = (
    ("no_address", lambda facts, asking, now: not facts.has_address),
    ("partner_off", lambda facts, asking, now: not facts.partner_asks),
    ("service_off", lambda facts, asking, now: not facts.service_asks),
    ("outcome_off", lambda facts, asking, now: facts.outcome not in asking.outcomes),
    ("too_old", lambda facts, asking, now: facts.closed_at < too_old_before(asking, now)),
    ("opted_out", lambda facts, asking, now: facts.opted_out),
    ("bounced", lambda facts, asking, now: facts.bounced),
)

REASONS = (*(reason for reason, _ in RULES), QUIET_PERIOD)


def ripe_until(asking: Asking, now: datetime) -> datetime:
    """Closures up to this moment are old enough to be decided; later ones wait."""
    return now - timedelta(minutes=asking.delay_minutes)


def too_old_before(asking: Asking, now: datetime) -> datetime:
    """Closures before this moment are past asking: nobody remembers how it went."""
    return now - timedelta(days=asking.too_old_days)


def decide(facts: Facts, asking: Asking, now: datetime) -> Decision:
    """Wait until the closure is ripe; then the first rule that applies says why not, or we ask."""
    if facts.closed_at > ripe_until(asking, now):
        return Decision("wait")
    for reason, applies in RULES:
        if applies(facts, asking, now):
            return Decision("not", reason)
    return Decision("ask")
