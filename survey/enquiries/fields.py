"""The fields of an enquiry, one at a time: what each may hold, and reading it from a raw item.

Plain functions that note in `errors` what is wrong, by field and in English, as all errors of the
API are. What one field asks of another is in `check.py`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar

from survey.foundation.characters import MISLEADING_FOUND, reads_as_written
from survey.foundation.spelling import nearest
from survey.partnership.taken import TAKEN_FOUND, is_taken

Item = Mapping[str, object]
Errors = dict[str, list[str]]
KnownT = TypeVar("KnownT")

CHANNELS = ("contact-centre", "online-form", "e-mail", "portal")
DELIVERIES = ("mail", "link")
# The most characters of each text, as its column holds.
LONGEST = {
    "source": 40,
    "reference": 120,
    "partner": 40,
    "directorate": 40,
    "service": 40,
    "topic": 100,
    "team": 100,
    "channel": 20,
    "outcome": 20,
    "email": 254,
    "language": 20,
    "deliver": 10,
}
MOMENTS = ("opened_at", "first_reply_at", "closed_at", "reopened_at")
FIELDS = frozenset({*LONGEST, *MOMENTS, "target_hours"})
REQUIRED = frozenset({"source", "reference", "partner", "service", "channel", "opened_at"})
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# More working hours than five years have: a mistake, not a target.
LONGEST_TARGET = 10_000
UNKNOWN_NAMED = 10

UNSEEN_FOUND = "must not contain control or invisible characters"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
# A dot-atom of RFC 5322 before the @, two labels or more, perhaps international, after it.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"(?:[A-Za-z0-9-]|[^\x00-\x7f\s])+"
EMAIL = re.compile(rf"{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})+")
_PATTERNS = {
    "email": (EMAIL, "must be an e-mail address, such as jo@example.org"),
    "language": (LANGUAGE, "must be a language tag of BCP 47, such as en-GB"),
}


def may_hold(name: str, written: str) -> bool:
    """Whether a text field may hold these characters; an enquiry is looked for by the same rule.

    A reference is copied and compared by eye, so it has nothing that cannot be seen: no odd space,
    no mark of zero width or of direction.
    """
    return written.isprintable() if name == "reference" else reads_as_written(written)


def mistake_in(name: str, written: str) -> str | None:
    """What is wrong with the characters of a text field, or with all of them; None: nothing."""
    if not may_hold(name, written):
        return UNSEEN_FOUND if name == "reference" else MISLEADING_FOUND
    return TAKEN_FOUND if name == "topic" and is_taken(written) else None


def text(item: Item, name: str, errors: Errors) -> str | None:
    """The stripped text of a field; None where it is missing, blank or wrong."""
    value = item.get(name)
    if value is not None and not isinstance(value, str):
        errors[name] = ["must be text"]
        return None
    # Blank says no more than null does.
    stripped = value.strip() if value else None
    if not stripped:
        if name in REQUIRED:
            errors[name] = ["missing"]
        return None
    if len(stripped) > LONGEST[name]:
        errors[name] = [f"must not be longer than {LONGEST[name]} characters"]
    elif mistake := mistake_in(name, stripped):
        errors[name] = [mistake]
    else:
        return stripped
    return None


def known(item: Item, name: str, codes: Mapping[str, KnownT], errors: Errors) -> KnownT | None:
    """What the code in a field stands for."""
    code = text(item, name, errors)
    if code is None:
        return None
    thing = codes.get(code)
    if thing is None:
        errors[name] = [f'unknown {name} "{code}"{_hint(code, tuple(codes))}']
    return thing


def patterned(item: Item, name: str, errors: Errors) -> str | None:
    """The text of a field that has a form of its own: `email` or `language`."""
    value = text(item, name, errors)
    pattern, complaint = _PATTERNS[name]
    if value and not pattern.fullmatch(value):
        errors[name] = [complaint]
    return value


def moment(item: Item, name: str, latest: datetime, errors: Errors) -> datetime | None:
    """The moment in a field, as sent: ISO 8601 with an offset, up to `latest`."""
    value = item.get(name)
    if value is None:
        if name in REQUIRED:
            errors[name] = ["missing"]
        return None
    try:
        if not isinstance(value, str) or not MOMENT.fullmatch(value):
            raise ValueError
        when = datetime.fromisoformat(value)
    except ValueError:
        errors[name] = ["must be a moment with its offset, such as 2026-07-01T09:30:00+01:00"]
        return None
    if EARLIEST <= when <= latest:
        return when
    errors[name] = ["lies in the future" if when > latest else f"lies before {EARLIEST.year}"]
    return None


def target_hours(item: Item, errors: Errors) -> float | None:
    """The working hours in which this one enquiry was to be closed."""
    value = item.get("target_hours")
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    # The comparison also refuses NaN and the infinities.
    if number and 0 < value <= LONGEST_TARGET:  # type: ignore[operator]
        return float(value)  # type: ignore[arg-type]
    errors["target_hours"] = [f"must be a number above 0, at most {LONGEST_TARGET}"]
    return None


def name_unknown(item: Item, errors: Errors) -> None:
    """Name the fields that no enquiry has, and what was probably meant."""
    # Some are enough to see the mistake; an item may carry a hundred thousand.
    for name in sorted(item.keys() - FIELDS)[:UNKNOWN_NAMED]:
        short = name[:40]
        errors[short] = [f"unknown field{_hint(short, tuple(FIELDS))}"]


# The same mistake tends to stand in every row of a batch.
@lru_cache(maxsize=1024)
def _hint(name: str, codes: tuple[str, ...]) -> str:
    return f"; nearest known: {nearest(name, codes)}" if codes else ""
