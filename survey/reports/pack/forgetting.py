"""What is forgotten of packs: all of them, some days after they were last asked for."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from survey.foundation.database import change
from survey.reports.pack.model import Pack

# A secretary sends the file round; who wants it again presses the button again.
KEPT = timedelta(days=7)


def forget_expired(now: datetime) -> int:
    """Delete what was asked for long enough ago; how many."""
    return change(delete(Pack).where(Pack.asked_at <= now - KEPT))
