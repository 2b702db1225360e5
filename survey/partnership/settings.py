"""The partnership's settings as one frozen value, with the defaults a file may leave out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any


@dataclass(frozen=True)
class Asking:
    """When people are asked: `delay_minutes` after closing, to answer within `expires_days`."""

    delay_minutes: int = 60
    quiet_days: int = 30
    too_old_days: int = 14
    expires_days: int = 21


@dataclass(frozen=True)
class Keeping:
    """How long: addresses after an invitation has expired, comments after they were written."""

    address_days: int = 30
    comment_months: int = 12


@dataclass(frozen=True)
class Opening:
    """The working week: local opening times, ISO weekdays (1 Monday), and whose bank holidays."""

    opens: str = "08:30"
    closes: str = "17:00"
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    holidays: str = "england-and-wales"


@dataclass(frozen=True)
class Settings:
    """Everything that a partnership may set. `themes` are its own, by key: name and words."""

    time_zone: str = "Europe/London"
    minimum_base: int = 10
    asking: Asking = field(default_factory=Asking)
    keeping: Keeping = field(default_factory=Keeping)
    opening: Opening = field(default_factory=Opening)
    themes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def address_kept(self) -> timedelta:
        """How long after a person was asked their address goes: the life of the link, and more."""
        return timedelta(days=self.asking.expires_days + self.keeping.address_days)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Settings":
        """Build from what `to_document` gave, or from a valid file; what is not there is default.

        Keys that are not settings are passed over: a file also names partners and services.
        """
        given = {key: document[key] for key in ("time_zone", "minimum_base") if key in document}
        opening = dict(document.get("opening", {}))
        if "weekdays" in opening:
            opening["weekdays"] = tuple(opening["weekdays"])
        return cls(
            **given,
            asking=Asking(**document.get("asking", {})),
            keeping=Keeping(**document.get("keeping", {})),
            opening=Opening(**opening),
            themes=document.get("themes", {}),
        )

    def to_document(self) -> dict[str, Any]:
        """As plain JSON values, the same that the database gives back."""
        document = asdict(self)
        document["opening"]["weekdays"] = list(self.opening.weekdays)
        return document
