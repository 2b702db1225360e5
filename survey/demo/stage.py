"""Where the demo's history plays: the days, the opening hours and the lines of business.

Time runs in working minutes, counted through the working days from the first opening on, so that
every enquiry is worked on while the centre is open, and a duration is a plain sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Stage:
    """Everything outside the made-up people.

    Attributes:
        days: the days the centre was open, in order; the last one ends the history.
        opens: local opening time.
        minutes: how long the centre is open on a day.
        zone: the local time zone.
        targets: working hours by service code.
        directorates: codes by partner code.
    """

    days: Sequence[date]
    opens: time
    minutes: int
    zone: ZoneInfo
    targets: Mapping[str, float]
    directorates: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def moment(self, position: int) -> datetime:
        """When so many working minutes had passed since the first opening, in UTC."""
        day, minute = divmod(position, self.minutes)
        opening = datetime.combine(self.days[day], self.opens, self.zone)
        return (opening + timedelta(minutes=minute)).astimezone(UTC)

    @property
    def end(self) -> int:
        """All working minutes there are."""
        return len(self.days) * self.minutes
