"""Finds the day that a few words name, in English or Welsh, as people write it.

`5 January`, `January 5th, 2027`, `05/01/27`, `2027-01-05`, `Monday`, `dydd Llun 5 Ionawr`. Days of
the month come first where it could be either, as is the custom here.
"""

import re
from datetime import date, timedelta

MONTHS = (
    ("jan", "ion"),
    ("feb", "chwe"),
    ("mar", "maw"),
    ("apr", "ebr"),
    ("may", "mai"),
    ("jun", "meh"),
    ("jul", "gor"),
    ("aug", "aws"),
    ("sep", "medi"),
    ("oct", "hyd"),
    ("nov", "tach"),
    ("dec", "rha"),
)
WEEKDAYS = (
    ("monday", "llun", "lun"),
    ("tuesday", "mawrth", "fawrth"),
    ("wednesday", "mercher", "fercher"),
    ("thursday", "iau"),
    ("friday", "gwener", "wener"),
    ("saturday", "sadwrn"),
    ("sunday", "sul"),
)
FURTHEST = timedelta(days=550)
NUMBER_OF = {name: n for n, names in enumerate(MONTHS, 1) for name in names}
MONTH = r"(?P<month>(?:{})[a-zôŷ]*)".format("|".join(NUMBER_OF))
YEAR = r"(?:,?\s+(?P<year>20\d\d))?"
SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"(?<!\d)(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)",
        r"(?<!\d)(?P<day>\d\d?)[/.](?P<number>\d\d?)(?:[/.](?P<year>(?:20)?\d\d))?(?!\d)",
        rf"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th|af|ail|ydd|fed|eg)?\s+(?:of\s+|o\s+)?{MONTH}{YEAR}",
        rf"\b{MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?(?!\d){YEAR}",
        rf"\b{MONTH}\s+(?P<year>20\d\d)",
    )
)
WEEKDAY = re.compile(
    r"\b(?:(?P<english>monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
    r"|(?:dydd|ddydd|nos)\s+(?P<welsh>\w+))\b",
    re.IGNORECASE,
)
TOMORROW = re.compile(r"\b(?:tomorrow|yfory)\b", re.IGNORECASE)


def day_named(words: str, today: date) -> date | None:
    """The day that is named first, if it is today or later, and not much more than a year off.

    Args:
        words: what may name a day.
        today: what a weekday, or a day without a year, is reckoned from.
    """
    found = [match for shape in SHAPES if (match := shape.search(words))]
    if found:
        day = _day(min(found, key=lambda match: match.start()).groupdict(), today)
    elif TOMORROW.search(words):
        day = today + timedelta(days=1)
    else:
        day = _next_weekday(words, today)
    return day if day and today <= day <= today + FURTHEST else None


def _day(told: dict[str, str | None], today: date) -> date | None:
    named = (told.get("month") or "").lower()
    month = next((n for name, n in NUMBER_OF.items() if named.startswith(name)), None)
    month, day = month or int(told["number"] or 0), int(told.get("day") or 1)
    if month > 12 >= day:
        month, day = day, month
    year = told.get("year")
    try:
        if year:
            return date(int(year) % 2000 + 2000, month, day)
        this_year = date(today.year, month, day)
        # Early in the year, "until 20 December" tells of a holiday over which nobody turned it off.
        past = (today - this_year).days
        return this_year.replace(year=today.year + 1) if past > 180 else this_year
    except ValueError:
        return None


def _next_weekday(words: str, today: date) -> date | None:
    match = WEEKDAY.search(words)
    if not match:
        return None
    name = (match["english"] or match["welsh"]).lower()
    number = next((n for n, names in enumerate(WEEKDAYS) if name in names), None)
    return (
        None if number is None else today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    )
