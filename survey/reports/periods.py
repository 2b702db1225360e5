"""Periods a figure may be for: whole calendar months, quarters, halves, years, and ranges of them.

Months travel as text, "2026-07", which is how closures and answers store theirs: a month was
decided once, in the partnership's time zone, when the row was written. So nothing here or in SQL
asks what time it is somewhere, except for which month we are in now.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

LONGEST = 120
# Nothing that comes in is from before; and who plans further ahead has mistyped.
FIRST_YEAR, LAST_YEAR = 2000, 2099
FORMS = "2026, 2026-H1, 2026-Q3, 2026-07, or a range of those such as 2025-Q3..2026-Q2"
_PART = re.compile(r"([0-9]{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")


class UnknownPeriod(ValueError):
    """The text names no period that figures can be for; the message says which ones it could."""


@dataclass(frozen=True)
class Period:
    """Whole months from `first` to `last`, both included, counted from January of year 0."""

    first: int
    last: int

    @property
    def from_day(self) -> date:
        """Its first day."""
        return date(self.first // 12, self.first % 12 + 1, 1)

    @property
    def to_day(self) -> date:
        """Its last day."""
        year, month = self.last // 12, self.last % 12 + 1
        return date(year, month, monthrange(year, month)[1])

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Its months in order, as "2026-07"."""
        return tuple(_month(ordinal) for ordinal in range(self.first, self.last + 1))

    @property
    def text(self) -> str:
        """As it may be asked for, in the form that fits every period: "2025-11..2026-10"."""
        return f"{_month(self.first)}..{_month(self.last)}"

    @property
    def whole_quarters(self) -> "Period | None":
        """The calendar quarters that lie within it; None where none does."""
        first, last = -(-self.first // 3) * 3, (self.last + 1) // 3 * 3 - 1
        return Period(first, last) if first < last else None

    @property
    def before(self) -> "Period | None":
        """The period just before it, as many months long; None where it cannot be asked for."""
        first = 2 * self.first - self.last - 1
        return Period(first, self.first - 1) if first >= FIRST_YEAR * 12 else None


def parse(text: str) -> Period:
    """The period that `text` names.

    Raises:
        UnknownPeriod: of another form, out of reach, reversed, or of more than ten years.
    """
    ends = [_part(text, part) for part in text.split("..")]
    if len(ends) > 2:
        raise _unknown(text)
    (first, left_end), (right_start, last) = ends[0], ends[-1]
    if right_start < first or last < left_end:
        raise UnknownPeriod(f"the period '{text}' ends before it begins: put the earlier first")
    if last - first >= LONGEST:
        raise UnknownPeriod(f"the period '{text}' is too long: {LONGEST // 12} years at most")
    return Period(first, last)


def last_twelve_full_months(now: datetime, zone: ZoneInfo) -> Period:
    """The twelve months before the one that `now` falls in, as the calendar in `zone` has it."""
    local = now.astimezone(zone)
    this_month = local.year * 12 + local.month - 1
    return Period(this_month - 12, this_month - 1)


def next_month(month: str) -> str:
    """The month after one such as "2026-12"."""
    return _month(parse(month).last + 1)


def quarter_of(month: str) -> str:
    """The calendar quarter of a month: "2026-Q3" for "2026-07"."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def last_quarters(month: str, many: int) -> list[str]:
    """The names of so many calendar quarters, from that of a month backwards."""
    last = parse(month).last // 3
    return [f"{quarter // 4:04d}-Q{quarter % 4 + 1}" for quarter in range(last, last - many, -1)]


# What a month belongs to, by the name of the dimension.
PARTS: dict[str, Callable[[str], str]] = {
    "month": str,
    "quarter": quarter_of,
    "year": lambda month: month[:4],
}


def _part(text: str, part: str) -> tuple[int, int]:
    found = _PART.fullmatch(part)
    if found is None:
        raise _unknown(text)
    year = int(found[1])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnknownPeriod(
            f"the period '{text}' is out of reach: years go from {FIRST_YEAR} to {LAST_YEAR}"
        )
    january = year * 12
    if found[2]:
        return _span(january, int(found[2]), 6)
    if found[3]:
        return _span(january, int(found[3]), 3)
    if found[4]:
        return _span(january, int(found[4]), 1)
    return january, january + 11


def _span(january: int, nth: int, length: int) -> tuple[int, int]:
    start = january + (nth - 1) * length
    return start, start + length - 1


def _month(ordinal: int) -> str:
    return f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}"


def _unknown(text: str) -> UnknownPeriod:
    return UnknownPeriod(f"'{text[:40]}' is not a period: give {FORMS}")
