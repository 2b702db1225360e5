"""What is forgotten of packs: each some days after it was last asked for, all with a person.

A pack holds words that people wrote. Which it would be hard to tell, and a new one is soon made.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete

from survey.foundation.database import change
from survey.reports.pack.model import Pack

# A secretary sends the file round; who wants it again presses the button again.
KEPT = timedelta(days=7)


def forget_person(_person_hash: bytes) -> int:
    """Delete all packs; how many."""
    return change(delete(Pack))


def forget_expired(now: datetime) -> int:
    """Delete what was asked for long enough ago; how many."""
    return change(delete(Pack).where(Pack.asked_at <= now - KEPT))
