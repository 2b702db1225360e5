"""What made-up people answer: scores that follow from how the enquiry went, and a comment.

Pure. Contentment is a normal draw around what the plot says, less for a late, unresolved or
reopened enquiry; cut into five, it gives shares of the content that real surveys of staff report.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from survey.demo.comments import Occasion, write

# Contentment below the first bound is a 1, and so on; at or above the last it is a 5.
BOUNDS = (-1.75, -1.25, -0.65, 0.45)
LATE = 0.85
UNRESOLVED = 0.95
REOPENED = 0.5
RESPONDING = {"HCC": 0.3, "OCC": 0.29, "HC": 0.25, "HFRS": 0.34}
CHANCE_OF_COMMENT = {1: 0.92, 2: 0.88, 3: 0.72, 4: 0.62, 5: 0.66}
CHANCE_OF_A_GAP = 0.03
CHANCE_OF_A_MACHINE = 0.004
LONGEST_DELAY = timedelta(days=20)


@dataclass(frozen=True)
class Experience:
    """How an enquiry went, as far as it colours the answer."""

    partner: str
    service: str
    liking: float
    late: bool
    resolved: bool
    reopened: bool
    online: bool
    language: str | None


@dataclass(frozen=True)
class Answer:
    """What somebody answers, so long after being asked; `machine`: it looks like one's doing."""

    after: timedelta
    rating: int
    ease: int | None
    resolved: str | None
    comment: str | None
    machine: bool


def answer(rng: Random, experience: Experience) -> Answer | None:
    """What the person answers if asked; None where they would not."""
    liking = _liking(experience) + rng.gauss(0, 1)
    rating = _cut(liking)
    # The very cross and the delighted answer more readily.
    if rng.random() > RESPONDING.get(experience.partner, 0.3) + 0.04 * (rating in (1, 5)):
        return None
    return Answer(
        after=min(timedelta(hours=rng.lognormvariate(2.2, 1.4)), LONGEST_DELAY),
        rating=rating,
        ease=None if rng.random() < CHANCE_OF_A_GAP else _cut(liking + rng.gauss(-0.1, 0.6)),
        resolved=None if rng.random() < CHANCE_OF_A_GAP else _resolved(rng, experience, liking),
        comment=_comment(rng, experience, rating),
        machine=rng.random() < CHANCE_OF_A_MACHINE,
    )


def _liking(experience: Experience) -> float:
    return (
        experience.liking
        - LATE * experience.late
        - UNRESOLVED * (not experience.resolved)
        - REOPENED * experience.reopened
    )


def _cut(liking: float) -> int:
    return 1 + sum(liking >= bound for bound in BOUNDS)


def _resolved(rng: Random, experience: Experience, liking: float) -> str:
    drawn = liking + rng.gauss(0.0, 0.5)
    if not experience.resolved:
        return "partly" if drawn > 0 else "no"
    if drawn > -0.9:
        return "yes"
    return "partly" if drawn > -1.6 else "no"


def _comment(rng: Random, experience: Experience, rating: int) -> str | None:
    if rng.random() >= CHANCE_OF_COMMENT[rating]:
        return None
    occasion = Occasion(
        service=experience.service,
        rating=rating,
        late=experience.late,
        online=experience.online,
        language=experience.language or "en",
    )
    return write(rng, occasion)
