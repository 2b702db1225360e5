"""A good enquiry to spoil, and a small partnership in plain values: no database is needed."""

from datetime import UTC, datetime
from typing import Any

from survey.partnership.directory import (
    Directorate,
    Directory,
    Everything,
    Partner,
    Service,
    Source,
)
from survey.partnership.settings import Settings

NOW = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)

DIRECTORY = Directory(
    name="A partnership",
    provider="HCC",
    settings=Settings(),
    partners={
        "HCC": Partner(1, "HCC", "Hampshire", asks=True),
        "OCC": Partner(2, "OCC", "Oxfordshire", asks=True),
    },
    directorates={
        ("HCC", "children"): Directorate(1, "children", "Children", "HCC"),
        ("OCC", "resources"): Directorate(2, "resources", "Resources", "OCC"),
    },
    services={"payroll": Service(1, "payroll", "Payroll", 17.0, asks=True)},
    sources={
        "portal": Source(1, "portal", "Portal", "second"),
        "servicenow": Source(2, "servicenow", "ServiceNow", "minute"),
        "archive": Source(3, "archive", "Archive", "day"),
    },
    everything=Everything(),
)


def enquiry(**given: Any) -> dict[str, Any]:
    """A closed enquiry that is accepted, but for what is named."""
    return {
        "source": "portal",
        "reference": "R-1",
        "partner": "HCC",
        "directorate": "children",
        "service": "payroll",
        "topic": "payslip",
        "team": "Payroll 2",
        "channel": "portal",
        "opened_at": "2026-07-01T09:30:00+01:00",
        "first_reply_at": "2026-07-01T10:00:00+01:00",
        "closed_at": "2026-07-02T16:45:00+01:00",
        "reopened_at": None,
        "outcome": "resolved",
        "target_hours": 8,
        "email": "jo@example.org",
        "language": "en-GB",
        "deliver": "mail",
    } | given


def without(*names: str, **given: Any) -> dict[str, Any]:
    """The same with these fields left out."""
    return {name: value for name, value in enquiry(**given).items() if name not in names}
