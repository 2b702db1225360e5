"""API keys: made, shown once, kept as a hash, recognised, revoked.

A secret reads `svy_PREFIX_BODY_CHECK`, all hexadecimal: the prefix finds the row, the body has 192
random bits, the check (CRC-32) tells a mistyped key from an unknown one without asking the database
and lets secret scanners find a leaked one. So much randomness needs no slow hash.
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from hashlib import sha256
from zlib import crc32

from sqlalchemy import select

from survey.access.caller import Caller
from survey.access.last_use import note_use
from survey.access.model import ApiKey
from survey.foundation import clock
from survey.foundation.database import db

SECRET = re.compile(r"svy_([0-9a-f]{8})_[0-9a-f]{48}_([0-9a-f]{8})")
RANDOM_BYTES = 28

SCOPES = {
    "enquiries:write": "send enquiries",
    "enquiries:read": "see what became of an enquiry",
    "enquiries:correct": "correct what was sent",
    "links:read": "get answer links to send oneself",
    "figures:read": "read what boards may see: figures, themes, comments",
    "figures:explore": "query figures from current rows, not for onward release",
    "comments:read": "read redacted comments and themes",
    "releases:write": "freeze figures as reported",
    "operate": "operate the service",
}


def mint(randomness: bytes | None = None) -> str:
    """A new secret, from `RANDOM_BYTES` bytes of randomness."""
    drawn = (randomness or secrets.token_bytes(RANDOM_BYTES)).hex()
    unchecked = f"svy_{drawn[:8]}_{drawn[8:56]}"
    return f"{unchecked}_{_check(unchecked)}"


def create(
    name: str, secret: str, scopes: Sequence[str], partners: Sequence[str], sources: Sequence[str]
) -> ApiKey:
    """Store a key. Empty `partners` or `sources` mean all of them.

    Raises:
        ValueError: there is a key of that name already.
    """
    if db.session.scalar(select(ApiKey).where(ApiKey.name == name)):
        raise ValueError(f"there is a key named {name} already")
    key = ApiKey(
        name=name,
        prefix=_prefix(secret),
        secret_hash=sha256(secret.encode()).digest(),
        scopes=sorted(scopes),
        partners=sorted(partners),
        sources=sorted(sources),
        created_at=clock.now(),
    )
    db.session.add(key)
    return key


def recognise(secret: str) -> Caller | None:
    """Who holds this secret; None when nobody does, or no longer."""
    prefix = _prefix(secret)
    key = db.session.scalar(select(ApiKey).where(ApiKey.prefix == prefix)) if prefix else None
    known = key.secret_hash if key else bytes(32)
    right = hmac.compare_digest(known, sha256(secret.encode()).digest())
    return _admit(key) if key and right else None


def recognise_prefix(prefix: str) -> Caller | None:
    """Who the key with this prefix belongs to, for tickets that stand for a key."""
    key = db.session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
    return _admit(key) if key else None


def _admit(key: ApiKey) -> Caller | None:
    if key.revoked_at is not None:
        return None
    somebody = Caller(
        name=key.name,
        scopes=frozenset(key.scopes),
        partners=frozenset(key.partners) or None,
        sources=frozenset(key.sources) or None,
    )
    note_use(ApiKey, key.id, key.last_used_at)
    return somebody


def _prefix(secret: str) -> str:
    match = SECRET.fullmatch(secret)
    if not match or _check(secret[:-9]) != match[2]:
        return ""
    return match[1]


def _check(unchecked: str) -> str:
    return f"{crc32(unchecked.encode()):08x}"
