"""Telling the same from different without keeping what was sent: keyed digests of enquiries."""

from datetime import datetime
from typing import Literal

from survey.enquiries.check import Checked
from survey.foundation.keys import keys, normalise_address

Verdict = Literal["accepted", "already_known", "differs"]
# No text of an enquiry can hold it: control characters are refused.
SEPARATOR = "\x1f"
# Of what is there though whoever sends may not see it, since it is another partner's.
ANOTHERS = b""


def sent_digest(enquiry: Checked) -> bytes:
    """A digest of what was sent, so that the partnership's defaults may change and it stays.

    Only what was given counts: a field that enquiries gain one day changes no digest of today.
    """
    given = (
        ("source", enquiry.source.code),
        ("reference", enquiry.reference),
        ("partner", enquiry.partner.code),
        ("directorate", enquiry.directorate and enquiry.directorate.code),
        ("service", enquiry.service.code),
        ("topic", enquiry.topic),
        ("team", enquiry.team),
        ("channel", enquiry.channel),
        ("opened_at", enquiry.opened_at.isoformat()),
        ("first_reply_at", enquiry.first_reply_at and enquiry.first_reply_at.isoformat()),
        ("closed_at", enquiry.closed_at and enquiry.closed_at.isoformat()),
        ("reopened_at", enquiry.reopened_at and enquiry.reopened_at.isoformat()),
        ("outcome", enquiry.outcome),
        ("target_hours", enquiry.target_hours),
        ("email", enquiry.email and normalise_address(enquiry.email)),
        ("language", enquiry.language),
        ("deliver", enquiry.deliver),
    )
    said = (f"{name}={value}" for name, value in given if value is not None)
    return keys().content_digest(SEPARATOR.join(("sent", *said)))


def forgotten_digest(source: str, reference: str, closed_at: datetime) -> bytes:
    """What is left of an erased closure: enough to know it by when it is sent again."""
    parts = ("forgotten", source, reference, closed_at.isoformat())
    return keys().content_digest(SEPARATOR.join(parts))


def compare(sent: bytes, known: bytes | None) -> Verdict:
    """What to answer about something known already; nothing to compare with is no difference."""
    return "already_known" if known in (None, sent) else "differs"
