"""Which letters were accepted: taken by the mail server, and not bounced within seven days.

A letter that its source sends itself never passes us: it counts as accepted once we decided to ask.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, extract, or_

from survey.enquiries.model import Closure
from survey.invitations.model import Invitation

# What comes back later was delivered first, or its mailbox ended meanwhile.
TOO_SOON = timedelta(days=7)


def accepted() -> ColumnElement[bool]:
    """The condition on an invitation that was asked, joined with its closure."""
    # Seconds since 1970, since the two databases have no other way to subtract in common.
    stood = extract("epoch", Invitation.bounced_at) - extract("epoch", Invitation.sent_at)
    stays = or_(Invitation.bounced_at.is_(None), stood > TOO_SOON.total_seconds())
    # What is to be sent again came back, or nobody knows.
    taken = and_(Invitation.sent_at.is_not(None), Invitation.next_attempt_at.is_(None))
    return or_(Closure.deliver == "link", and_(taken, Invitation.refused_at.is_(None), stays))


def bounced_too_soon(sent_at: datetime | None, bounced_at: datetime | None) -> bool:
    """Whether a letter came back so soon that it does not count as accepted."""
    return bool(sent_at and bounced_at and bounced_at - sent_at <= TOO_SOON)
