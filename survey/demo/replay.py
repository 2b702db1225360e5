"""What the service would have decided, had it run for the two years of the made-up history.

Pure. The real rules of eligibility are applied to each closure in turn, with the clock put back to
minutes after it; the quiet period, which the service keeps with a conditional update, is kept here
by remembering when each person was last asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from survey.demo.answers import Answer
from survey.demo.history import Enquiry
from survey.invitations.eligibility import QUIET_PERIOD, Facts, decide
from survey.partnership.settings import Asking

CHANCE_OF_OPTING_OUT = 0.004


@dataclass
class Acquaintance:
    """What the service knows of one person at a time of the replay."""

    address: str
    last_asked_at: datetime | None = None
    opted_out_at: datetime | None = None
    bounced_at: datetime | None = None


@dataclass(frozen=True)
class Decided:
    """One closure and what became of it: asked, or the reason why not.

    `refused_at` is when the mail server refused the letter for good.
    """

    enquiry: Enquiry
    received_at: datetime
    decided_at: datetime
    reason: str | None
    refused_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def asked(self) -> bool:
        """Whether the person was asked."""
        return self.reason is None

    @property
    def answer(self) -> Answer | None:
        """What the person answered, if anything."""
        return self.enquiry.answer if self.answered_at else None


@dataclass
class Replay:
    """Decides about closures in the order in which they happened, until `until`.

    Attributes:
        rng: for what people do with their letters.
        asking: when people are asked.
        off: codes of the partners and services whose enquiries are not asked about.
        until: nothing has happened yet that would happen later.
        people: everybody who was thought of being asked, by address.
    """

    rng: Random
    asking: Asking
    off: frozenset[str]
    until: datetime
    people: dict[str, Acquaintance] = field(default_factory=dict)

    def run(self, closures: Sequence[Enquiry]) -> Iterator[Decided]:
        """Each closure with its decision."""
        for enquiry in closures:
            received_at = enquiry.closed_at + timedelta(minutes=self.rng.randint(1, 20))
            delay = timedelta(minutes=self.asking.delay_minutes)
            decided_at = max(received_at, enquiry.closed_at + delay) + timedelta(seconds=30)
            reason = self._reason(enquiry, decided_at)
            if reason is not None:
                yield Decided(enquiry, received_at, decided_at, reason)
            else:
                yield self._asked(enquiry, received_at, decided_at)

    def _reason(self, enquiry: Enquiry, now: datetime) -> str | None:
        person = self._person(enquiry)
        facts = Facts(
            closed_at=enquiry.closed_at,
            ripe_at=now,
            outcome=enquiry.outcome,
            has_address=enquiry.gives_address,
            partner_asks=enquiry.partner not in self.off,
            service_asks=enquiry.service not in self.off,
            opted_out=_has_happened(person.opted_out_at, now),
            bounced=_has_happened(person.bounced_at, now),
        )
        reason = decide(facts, self.asking, now).reason
        if reason is not None:
            return reason
        self.people[person.address] = person
        asked, quiet = person.last_asked_at, timedelta(days=self.asking.quiet_days)
        return QUIET_PERIOD if asked is not None and asked > now - quiet else None

    def _asked(self, enquiry: Enquiry, received_at: datetime, decided_at: datetime) -> Decided:
        person = self._person(enquiry)
        person.last_asked_at = decided_at
        if enquiry.asker.dead_address:
            person.bounced_at = refused_at = decided_at + timedelta(minutes=1)
            return Decided(enquiry, received_at, decided_at, None, refused_at=refused_at)
        if self.rng.random() < CHANCE_OF_OPTING_OUT:
            opted_out_at = decided_at + timedelta(hours=self.rng.randint(1, 72))
            person.opted_out_at = opted_out_at if opted_out_at < self.until else None
            return Decided(enquiry, received_at, decided_at, None)
        answered_at = self._answered_at(enquiry, decided_at)
        return Decided(enquiry, received_at, decided_at, None, answered_at=answered_at)

    def _answered_at(self, enquiry: Enquiry, decided_at: datetime) -> datetime | None:
        if enquiry.answer is None:
            return None
        answered_at = decided_at + enquiry.answer.after
        expires_at = decided_at + timedelta(days=self.asking.expires_days)
        return answered_at if answered_at < min(expires_at, self.until) else None

    def _person(self, enquiry: Enquiry) -> Acquaintance:
        address = enquiry.asker.address
        return self.people.get(address) or Acquaintance(address)


def _has_happened(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
