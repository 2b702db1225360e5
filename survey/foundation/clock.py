"""The one clock. Everything that asks what time it is asks here, so that tests can set it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)
