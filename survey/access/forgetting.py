"""What is forgotten of signing in: links after an hour, sign-ins once they are over."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from survey.access import sign_ins
from survey.access.model import SignInLink
from survey.foundation.database import change

# Longer than any is sent, opens, or counts towards what one person is sent.
LINKS_KEPT = timedelta(hours=1)


def forget_expired(now: datetime) -> int:
    """Delete what is over; how many rows."""
    links = change(delete(SignInLink).where(SignInLink.asked_at <= now - LINKS_KEPT))
    return links + sign_ins.end_over()


def forget_person(person: bytes) -> int:
    """Sign a person out everywhere, and forget that they asked to sign in; how many rows."""
    asked = change(delete(SignInLink).where(SignInLink.person == person))
    return asked + sign_ins.end_all_of(person)
