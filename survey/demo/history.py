"""Two years of made-up enquiries: what happened, and what people would answer if they were asked.

Pure: plain values from a random generator. Whether somebody *is* asked is not decided here; that is
for the service's own rules, which planting applies.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from survey.demo.answers import Answer, Experience, answer
from survey.demo.people import Asker, staff_of
from survey.demo.plot import ONLINE, Plot
from survey.demo.stage import Stage

CLOSURES = 36_000
FIRST_REFERENCE = 2_000_000
OUTCOMES = {"resolved": 0.9, "unresolved": 0.07, "withdrawn": 0.03}
# The source that sends what came in by a channel, and how its references begin.
SOURCES = {
    "contact-centre": ("contact-centre", "CC"),
    "e-mail": ("servicenow", "INC"),
    "online-form": ("portal", "WEB"),
    "portal": ("portal", "WEB"),
}
CHANCE_OF_REOPENING = {"resolved": 0.035, "unresolved": 0.15, "withdrawn": 0.0}
CHANCE_OF_NO_ADDRESS = {"contact-centre": 0.14}
CHANCE_OF_NO_REPLY_BEFORE = 0.08
CHANCE_OF_EVENING = 0.15
# The time to close, as a share of the target: its median, and its spread as a lognormal's sigma.
USUAL_SHARE_OF_TARGET = 0.48
SPREAD = 0.78
TOPICS = {
    "payroll": ("pay query", "tax and NI", "overpayment", "expenses", "starters and leavers"),
    "hr": ("absence", "contracts", "recruitment", "leave", "policy advice"),
    "purchasing": ("orders", "suppliers", "receipts", "catalogue"),
    "pensions": ("estimate", "transfer", "statement", "contributions"),
    "income": ("invoicing", "refunds", "debt recovery"),
    "finance": ("journals", "payments to suppliers", "reports", "system access"),
    "schools": ("supply staff", "bank reconciliation", "budget", "returns"),
}


@dataclass(frozen=True)
class Enquiry:
    """One closure, as a helpdesk would send it, and what the person would answer if asked."""

    source: str
    reference: str
    partner: str
    service: str
    topic: str
    channel: str
    outcome: str
    opened_at: datetime
    first_reply_at: datetime | None
    reopened_at: datetime | None
    closed_at: datetime
    asker: Asker
    gives_address: bool
    answer: Answer | None


@dataclass(frozen=True)
class _Case:
    """An enquiry before it is closed: `begun` is the first working minute it was open in."""

    reference: str
    partner: str
    service: str
    channel: str
    begun: int
    opened_at: datetime
    asker: Asker
    gives_address: bool


class History:
    """Draws the enquiries of one stage, at a scale of 1 about 36,000 of them."""

    def __init__(self, seed: int, stage: Stage, scale: float = 1.0) -> None:
        self._rng = Random(seed)  # noqa: S311 - made-up data, not a secret
        self._stage = stage
        self._plot = Plot(stage.days[-1])
        self._scale = scale
        self._staff = {
            partner: staff_of(self._rng, partner, stage.directorates[partner], scale)
            for partner in sorted(stage.directorates)
        }

    def closures(self) -> list[Enquiry]:
        """All closures in the order in which they happened."""
        happened = [
            enquiry
            for number, cell in enumerate(self._openings())
            for enquiry in self._lives(self._opened(number, *cell))
        ]
        return sorted(happened, key=lambda enquiry: (enquiry.closed_at, enquiry.reference))

    def _openings(self) -> list[tuple[int, str, str]]:
        """Day, partner and service of each enquiry: cells of the calendar, drawn by weight."""
        stage, plot = self._stage, self._plot
        cells = [
            (index, partner, service)
            for index in range(len(stage.days))
            for partner in self._staff
            for service in sorted(stage.targets)
        ]
        weights = [plot.volume(stage.days[day], *line) for day, *line in cells]
        return sorted(self._rng.choices(cells, weights, k=round(CLOSURES * self._scale)))

    def _opened(self, number: int, day: int, partner: str, service: str) -> _Case:
        rng, stage = self._rng, self._stage
        channels = self._plot.channels(stage.days[day])
        channel = rng.choices(list(channels), list(channels.values()))[0]
        begun = day * stage.minutes + int(rng.triangular(0, stage.minutes, stage.minutes / 4))
        opened_at = stage.moment(begun)
        if channel in ONLINE and rng.random() < CHANCE_OF_EVENING:
            # Filled in the evening before; nobody works on it until the centre opens.
            begun = day * stage.minutes
            opened_at = stage.moment(begun) - timedelta(minutes=rng.randrange(11 * 60, 14 * 60))
        return _Case(
            reference=f"{SOURCES[channel][1]}{FIRST_REFERENCE + number}",
            partner=partner,
            service=service,
            channel=channel,
            begun=begun,
            opened_at=opened_at,
            asker=self._staff[partner].one(rng),
            gives_address=rng.random() >= CHANCE_OF_NO_ADDRESS.get(channel, 0.01),
        )

    def _lives(self, case: _Case) -> Iterator[Enquiry]:
        """The closing of an enquiry, and the closing again of one that was reopened."""
        outcome = self._rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        closed = case.begun + self._minutes_to_close(case, outcome)
        reopened: int | None = None
        # Where time ends first, the enquiry is still open, and this history knows closures only.
        while closed < self._stage.end:
            yield self._closure(case, outcome, closed, reopened)
            if reopened is not None or self._rng.random() >= CHANCE_OF_REOPENING[outcome]:
                return
            reopened = closed + self._rng.randrange(self._stage.minutes, self._stage.minutes * 8)
            outcome = "resolved" if self._rng.random() < 0.85 else "unresolved"
            closed = reopened + self._minutes_to_close(case, outcome)

    def _minutes_to_close(self, case: _Case, outcome: str) -> int:
        if outcome == "withdrawn":
            return self._rng.randrange(10, self._stage.minutes)
        day = self._stage.days[case.begun // self._stage.minutes]
        slowness = self._plot.slowness(day, case.partner, case.service, case.channel)
        share = USUAL_SHARE_OF_TARGET * slowness * self._rng.lognormvariate(0, SPREAD)
        return max(5, int(share * self._stage.targets[case.service] * 60))

    def _closure(self, case: _Case, outcome: str, closed: int, reopened: int | None) -> Enquiry:
        replied = case.begun + int((closed - case.begun) * self._rng.random() ** 2)
        told_before = self._rng.random() >= CHANCE_OF_NO_REPLY_BEFORE
        return Enquiry(
            source=SOURCES[case.channel][0],
            reference=case.reference,
            partner=case.partner,
            service=case.service,
            topic=self._rng.choice(TOPICS.get(case.service, ("other",))),
            channel=case.channel,
            outcome=outcome,
            opened_at=case.opened_at,
            first_reply_at=self._stage.moment(replied) if told_before else None,
            reopened_at=None if reopened is None else self._stage.moment(reopened),
            closed_at=self._stage.moment(closed),
            asker=case.asker,
            gives_address=case.gives_address,
            answer=answer(self._rng, self._experience(case, outcome, closed, reopened)),
        )

    def _experience(
        self, case: _Case, outcome: str, closed: int, reopened: int | None
    ) -> Experience:
        day = self._stage.days[case.begun // self._stage.minutes]
        return Experience(
            partner=case.partner,
            service=case.service,
            liking=self._plot.liking(day, case.partner, case.service, case.channel),
            late=closed - case.begun > self._stage.targets[case.service] * 60,
            resolved=outcome == "resolved",
            reopened=reopened is not None,
            online=case.channel in ONLINE,
            language=case.asker.language,
        )
