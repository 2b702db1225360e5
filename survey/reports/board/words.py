"""How days, months and numbers are written for boards: as people say them.

Filters for templates, the same for the page and for whatever else shows a board's view.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _

from survey.reports.bands import BANDS, EDGES
from survey.reports.dimensions import MET
from survey.reports.measures import Estimate, share
from survey.reports.periods import parse

NOTHING = "–"
UNBROKEN = "\u00a0"
_LONGEST = EDGES[-1]
CHANNELS = {
    "contact-centre": _("Contact centre"),
    "online-form": _("Online form"),
    "e-mail": _("E-mail"),
    "portal": _("Portal"),
}


def day(iso: str) -> str:
    """ "2026-07-01" as "1 July 2026"; of a moment, its day."""
    return format_date(date.fromisoformat(iso[:10]), "d MMMM y", locale=_locale())


def month(text: str) -> str:
    """ "2026-07" as "July 2026"."""
    return format_date(date.fromisoformat(f"{text}-01"), "MMMM y", locale=_locale())


def short_month(text: str) -> str:
    """ "2026-07" as "Jul"."""
    return format_date(date.fromisoformat(f"{text}-01"), "MMM", locale=_locale())


def number(count: float | None) -> str:
    """Thousands apart; a dash for None."""
    return NOTHING if count is None else str(format_decimal(count, locale=_locale()))


def percent(part: float) -> str:
    """A share from 0 to 1 in whole percent, which no line breaks in two."""
    return f"{part * 100:.0f}{UNBROKEN}%"


def span(of: Mapping[str, float | None] | Estimate) -> str:
    """From where to where the interval of a share goes, in whole percent; nothing without one."""
    bounds = asdict(of) if isinstance(of, Estimate) else of
    low, high = bounds.get("low"), bounds.get("high")
    if low is None or high is None:
        return ""
    return f"{low * 100:.0f}–{high * 100:.0f}{UNBROKEN}%"


def share_of(part: int, n: int, effect: float) -> Estimate:
    """A part of so many, with its interval, widened by the design effect of their answers."""
    return share(part, n, effect)


def points(difference: float) -> str:
    """A difference of two shares in percentage points, to one decimal, with its sign."""
    # Whatever rounds to nothing has no sign.
    return f"{difference * 100:+z.1f}".replace("-", "−").replace("+0.0", "0.0")


def hours(value: float | None) -> str:
    """Working hours told from bands, to one decimal; the last band has no end."""
    if value is None:
        return NOTHING
    if value >= _LONGEST:
        return str(gettext("%(hours)s or more", hours=number(value)))
    return str(format_decimal(round(value, 1), "#,##0.0", locale=_locale()))


def quarter(text: str) -> str:
    """ "2026-Q3" as "July to September 2026"."""
    months = parse(text).months
    first, last = (date.fromisoformat(f"{one}-01") for one in (months[0], months[-1]))
    names = (format_date(first, "MMMM", locale=_locale()), month(f"{last:%Y-%m}"))
    return str(gettext("%(first)s to %(last)s", first=names[0], last=names[1]))


def side_names(values: Iterable[str | None], side: str) -> dict[str | None, str]:
    """What the values of a side are called, such as bands of hours; others by themselves."""
    return {value: _side_name(side, value) for value in values if value is not None}


def _side_name(side: str, value: str) -> str:
    if side == "target":
        met = value == MET
        return str(gettext("Target met") if met else gettext("Target missed"))
    if side == "hours":
        if value == BANDS[0]:
            return str(gettext("Up to one hour"))
        lower, _, upper = value.rstrip("+").partition("-")
        if not upper:
            return str(gettext("More than %(lower)s hours", lower=lower))
        return str(gettext("%(lower)s to %(upper)s hours", lower=lower, upper=upper))
    return str(CHANNELS[value]) if side == "channel" else value


FILTERS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        day,
        month,
        short_month,
        number,
        percent,
        span,
        share_of,
        points,
        hours,
        quarter,
        side_names,
    )
}


def _locale() -> Any:
    return get_locale() or "en"
