"""Tickets: a signed address that opens a page as the holder of a key would see it.

It carries the key's prefix, never its secret, and dies with the key or after `VALID_FOR`.
"""

from itsdangerous import BadSignature
from sqlalchemy import select

from survey.access.api_keys import recognise_prefix
from survey.access.caller import Caller
from survey.access.model import ApiKey
from survey.foundation.database import db
from survey.foundation.keys import keys

# What a key must have to see the board page.
PAGE_SCOPES = frozenset({"figures:read", "figures:explore"})
VALID_FOR = 30 * 24 * 3600


def ticket_for(key_name: str) -> str:
    """A ticket for the key of that name, valid for thirty days.

    Raises:
        LookupError: there is no such key, or it opens no page.
    """
    key = db.session.scalar(
        select(ApiKey).where(ApiKey.name == key_name, ApiKey.revoked_at.is_(None))
    )
    if key is None:
        raise LookupError(f"there is no key named {key_name}")
    if not PAGE_SCOPES.intersection(key.scopes):
        raise LookupError(f"{key_name} has neither scope {' nor '.join(sorted(PAGE_SCOPES))}")
    return keys().sign("ticket", key.prefix)


def recognise_ticket(ticket: str) -> Caller | None:
    """Whose ticket it is; None when it is nobody's, or no longer valid."""
    try:
        prefix = keys().unsign("ticket", ticket, max_age=VALID_FOR)
    except BadSignature:
        return None
    return recognise_prefix(prefix)
