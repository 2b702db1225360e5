"""Whether the person behind a closure is asked, and if not, why not: rules over plain values.

The rules stand in the order in which they are tried, and the first that applies gives the reason:
what makes asking impossible, what the partnership switched off, what the enquiry itself rules out,
what the person said or their mailbox told. The rules about the address come last, so that it is
opened only where nothing else has decided (`Facts.mailbox` is None until then). One more reason,
`quiet_period`, is not here: only the conditional update of the person's row can tell it without a
race (`people.ask`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from survey.partnership.settings import Asking

Outcome = Literal["ask", "wait", "not"]
QUIET_PERIOD = "quiet_period"
REOPENED = "reopened"
# While another enquiry of the person is open. Its closing is not told at once to those that wait.
LOOK_AGAIN = timedelta(hours=2)


@dataclass(frozen=True)
class Mailbox:
    """What the address tells: outside the partner, read by several, or by who answers enquiries."""

    foreign: bool
    shared: bool
    answering: bool


@dataclass(frozen=True)
class Facts:
    """What is known about one closure when it is decided. Moments are aware.

    `ripe_at`: when the delay after closing is over. `draw`: the enquiry's lot, 0 to 99.
    `reopened`: after this closing. `opted_out`: of everything or of this partner. `mailbox`: None
    where the address was not looked at. `waits_until`: where another enquiry of the person is open,
    how long that is waited for at the most.
    """

    closed_at: datetime
    ripe_at: datetime
    outcome: str
    has_address: bool
    partner_asks: bool
    service_asks: bool
    opted_out: bool
    bounced: bool
    draw: int = 0
    reopened: bool = False
    mailbox: Mailbox | None = None
    waits_until: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """What to do about a closure; a `reason` exactly where "not", `until` exactly where "wait"."""

    outcome: Outcome
    reason: str | None = None
    until: datetime | None = None


Rule = Callable[[Facts, Asking, datetime], bool]

RULES: tuple[tuple[str, Rule], ...] = (
    ("no_address", lambda facts, asking, now: not facts.has_address),
    ("partner_off", lambda facts, asking, now: not facts.partner_asks),
    ("service_off", lambda facts, asking, now: not facts.service_asks),
    ("outcome_off", lambda facts, asking, now: facts.outcome not in asking.outcomes),
    ("sampled_out", lambda facts, asking, now: facts.draw >= asking.share),
    (REOPENED, lambda facts, asking, now: facts.reopened),
    ("too_old", lambda facts, asking, now: facts.closed_at < too_old_before(asking, now)),
    ("opted_out", lambda facts, asking, now: facts.opted_out),
    ("bounced", lambda facts, asking, now: facts.bounced),
    ("foreign_address", lambda facts, asking, now: bool(facts.mailbox and facts.mailbox.foreign)),
    ("shared_mailbox", lambda facts, asking, now: bool(facts.mailbox and facts.mailbox.shared)),
    ("answering_team", lambda facts, asking, now: bool(facts.mailbox and facts.mailbox.answering)),
)

REASONS = (*(reason for reason, _ in RULES), QUIET_PERIOD)
# What only an address tells.
ADDRESS_REASONS = frozenset({"foreign_address", "shared_mailbox", "answering_team"})


def mailbox_of(address: str, domains: Collection[str], asking: Asking) -> Mailbox:
    """What a normalised address tells a partner with staff in these domains (none: in any)."""
    box, _, domain = address.rpartition("@")
    team = {entry.lower() for entry in asking.answering_team}
    return Mailbox(
        foreign=bool(domains) and not any(f".{domain}".endswith(f".{own}") for own in domains),
        shared=box in asking.shared_mailboxes,
        answering=address in team or f"@{domain}" in team,
    )


def too_old_before(asking: Asking, now: datetime) -> datetime:
    """Closures before this moment are past asking: nobody remembers how it went."""
    return now - timedelta(days=asking.too_old_days)


def decide(facts: Facts, asking: Asking, now: datetime) -> Decision:
    """Wait until the closure is ripe; then the first rule that applies says why not.

    Where none does, wait while another enquiry of the person is open, and then ask: to leave out
    who has had several would flatter the figures.
    """
    if facts.ripe_at > now:
        return Decision("wait", until=facts.ripe_at)
    for reason, applies in RULES:
        if applies(facts, asking, now):
            return Decision("not", reason)
    if facts.waits_until is not None and facts.waits_until > now:
        return Decision("wait", until=min(now + LOOK_AGAIN, facts.waits_until))
    return Decision("ask")
