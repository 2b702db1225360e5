"""What every answer says of itself: its period, when it was asked for, and its fingerprint."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from survey.foundation.clock import now
from survey.foundation.keys import keys
from survey.reports.periods import Period

INSIDERS_ONLY = "insiders only, not for onward release"


def stamped(content: Mapping[str, Any], as_of: datetime | None = None) -> dict[str, Any]:
    """The content with the moment it is of (None: now) and its keyed fingerprint before it."""
    # When it was asked for says nothing about the figures, so the fingerprint leaves it out.
    fingerprint = fingerprint_of(canonical(content))
    return {"as_of": moment_as_shown(as_of or now()), "fingerprint": fingerprint} | dict(content)


def moment_as_shown(moment: datetime) -> str:
    """A moment in UTC, to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def canonical(content: Mapping[str, Any]) -> str:
    """The one text that says this content: the same content, the same text."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def fingerprint_of(text: str) -> str:
    """The keyed fingerprint of a text, as hexadecimal."""
    return keys().content_digest(text).hex()


def as_shown(period: Period, time_zone: str) -> dict[str, str]:
    """A period by its days."""
    return {
        "from": period.from_day.isoformat(),
        "to": period.to_day.isoformat(),
        "time_zone": time_zone,
    }
