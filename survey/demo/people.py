"""The made-up people who ask: staff of the four partners, some of whom ask far more than others.

Pure. Their addresses lie under example.org, which is reserved, so no letter can ever reach anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from survey.demo.comments import full_name

DOMAINS = {
    "HCC": "hants.example.org",
    "HFRS": "fire.example.org",
    "HC": "police.example.org",
    "OCC": "oxon.example.org",
}
STAFF = {"HCC": 5000, "OCC": 2350, "HC": 1700, "HFRS": 330}
CHANCE_OF_WELSH = 0.012
CHANCE_OF_A_DEAD_ADDRESS = 0.006
SHARE_OF_FREQUENT = 0.05
CHANCE_OF_FREQUENT = 0.22


@dataclass(frozen=True)
class Asker:
    """Somebody who sends enquiries. `dead_address`: letters to it come back."""

    address: str
    directorate: str | None
    language: str | None
    dead_address: bool


@dataclass(frozen=True)
class Staff:
    """The people of one partner: `frequent` ones, managers and school offices, ask all the time."""

    everybody: Sequence[Asker]
    frequent: Sequence[Asker]

    def one(self, rng: Random) -> Asker:
        """Whoever asks next."""
        return rng.choice(self.frequent if rng.random() < CHANCE_OF_FREQUENT else self.everybody)


def staff_of(rng: Random, partner: str, directorates: Sequence[str], scale: float) -> Staff:
    """The people of one partner, at a scale of 1 as many as the founding partnership needs."""
    count = max(20, round(STAFF.get(partner, 500) * scale))
    everybody = [_asker(rng, partner, directorates, n) for n in range(count)]
    return Staff(everybody, everybody[: max(1, round(count * SHARE_OF_FREQUENT))])


def _asker(rng: Random, partner: str, directorates: Sequence[str], number: int) -> Asker:
    first, last = full_name(rng)
    domain = DOMAINS.get(partner, "partner.example.org")
    return Asker(
        address=f"{first}.{last}.{number + 1}@{domain}".lower(),
        directorate=rng.choice(directorates) if directorates else None,
        language="cy" if rng.random() < CHANCE_OF_WELSH else None,
        dead_address=rng.random() < CHANCE_OF_A_DEAD_ADDRESS,
    )
