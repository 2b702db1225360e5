"""Working hours between two moments, and the month a moment falls in, by the partnership's clock.

A million enquiries are measured at one import, so the opening hours of every working day of this
century are laid out once, as seconds since 1970, beside the sum of what was worked before each.
A measurement is then two bisections, and no time zone is looked at any more: opening and closing
were turned into UTC, each with the offset of its own day.

Holidays come from the copy of the list at https://www.gov.uk/bank-holidays that govuk-bank-holidays
carries, never from the network. Before its first year (2012) and after its last, no holiday is
known, and every day of the week that is worked counts. Outside 2000 to 2099 nothing counts.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

from survey.partnership.settings import Opening, Settings

YEARS = range(2000, 2100)


@dataclass(frozen=True)
class WorkingCalendar:
    """Opening times and months of one partnership, as seconds since 1970, laid out to be searched.

    Attributes:
        zone: the time zone they were made for.
        opens: when each working day begins.
        lengths: the seconds it is open for.
        before: the seconds worked before it since the calendar began.
        month_starts: when each month begins.
        months: their names, as `YYYY-MM`.
    """

    zone: ZoneInfo
    opens: tuple[float, ...]
    lengths: tuple[float, ...]
    before: tuple[float, ...]
    month_starts: tuple[float, ...]
    months: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings, partner: str | None = None) -> "WorkingCalendar":
        """The calendar for these settings. Made once for equal ones, in about a tenth of a second.

        Whoever measures many enquiries asks once and keeps it.

        Args:
            settings: of the partnership.
            partner: by whose opening times, by its code; by those for all unless given.
        """
        opening = settings.opening if partner is None else settings.opening_of(partner)
        return _calendar(settings.time_zone, opening)

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Working hours from `start` to `end`, both aware; 0.0 where the centre was closed between.

        Where the clocks change while it is open, the time that really passed counts. `end` before
        `start` gives the hours from the one to the other, negative.
        """
        return (self._worked(end.timestamp()) - self._worked(start.timestamp())) / 3600

    def after(self, start: datetime, hours: float) -> datetime:
        """The moment at which so many working hours have passed since `start`, in UTC.

        Always while the centre is open, at the earliest possible moment; for 0 it is `start`
        itself, as it is where the calendar ends before.
        """
        due = self._worked(start.timestamp()) + hours * 3600
        if hours <= 0 or due > self.before[-1]:
            return start
        day = bisect_left(self.before, due) - 1
        return datetime.fromtimestamp(self.opens[day] + due - self.before[day], UTC)

    def days_after(self, start: datetime, days: int) -> datetime:
        """The moment so many working days later, in UTC, counted in hours of opening."""
        return self.after(start, days * self.hours_a_day)

    @property
    def hours_a_day(self) -> float:
        """How long a working day is, but for those on which the clocks change."""
        return self.lengths[0] / 3600

    def local_month(self, moment: datetime) -> str:
        """The month of an aware moment by the local clock, as `YYYY-MM`."""
        seconds = moment.timestamp()
        if self.month_starts[0] <= seconds < self.month_starts[-1]:
            return self.months[bisect_right(self.month_starts, seconds) - 1]
        # The first and the last year there are leave no room for the offset of a zone.
        edge = moment.year in (MINYEAR, MAXYEAR)
        local = moment if edge else moment.astimezone(self.zone)
        return f"{local.year:04}-{local.month:02}"

    def _worked(self, seconds: float) -> float:
        day = bisect_right(self.opens, seconds) - 1
        if day < 0:
            return 0.0
        return self.before[day] + min(seconds - self.opens[day], self.lengths[day])


def month_start(month: str, zone: ZoneInfo) -> datetime:
    """The first moment of a month such as `2026-07` by the local clock, in UTC."""
    year, number = map(int, month.split("-"))
    return datetime(year, number, 1, tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=8)
def _calendar(time_zone: str, opening: Opening) -> WorkingCalendar:
    zone = ZoneInfo(time_zone)
    opens_after, closes_after = _since_midnight(opening.opens), _since_midnight(opening.closes)
    midnights = _working_days(opening, zone)
    # To add to a moment with a zone is to turn the clock on the wall, whatever its offset becomes.
    opens = tuple((midnight + opens_after).timestamp() for midnight in midnights)
    closes = ((midnight + closes_after).timestamp() for midnight in midnights)
    lengths = tuple(end - start for start, end in zip(opens, closes, strict=True))
    firsts = [datetime(year, month, 1, tzinfo=zone) for year in YEARS for month in range(1, 13)]
    return WorkingCalendar(
        zone=zone,
        opens=opens,
        lengths=lengths,
        before=tuple(accumulate(lengths, initial=0.0)),
        month_starts=tuple(first.timestamp() for first in firsts),
        months=tuple(f"{first:%Y-%m}" for first in firsts),
    )


def _working_days(opening: Opening, zone: ZoneInfo) -> list[datetime]:
    """The midnights at which working days begin."""
    known = BankHolidays(use_cached_holidays=True).get_holidays(division=opening.holidays)
    holidays = {holiday["date"] for holiday in known}
    first = datetime(YEARS[0], 1, 1, tzinfo=zone)
    count = (datetime(YEARS[-1] + 1, 1, 1, tzinfo=zone) - first).days
    days = (first + timedelta(days=number) for number in range(count))
    return [d for d in days if d.isoweekday() in opening.weekdays and d.date() not in holidays]


def _since_midnight(clock: str) -> timedelta:
    hours, minutes = map(int, clock.split(":"))
    return timedelta(hours=hours, minutes=minutes)
