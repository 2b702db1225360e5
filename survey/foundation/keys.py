"""Keys: what is hashed, signed and encrypted, and with what.

`SURVEY_DATA_KEY` is for life. By HKDF (RFC 5869) it gives one key a purpose: hashing people, making
links, drawing samples, encrypting. `SURVEY_SECRET_KEY` signs forms and sign-ins; it is a list, of
which the first signs and all verify, so that it can be changed without breaking an open form.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from unicodedata import normalize
from uuid import UUID

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode

TOKEN_BYTES = 18


def derive(data_key: str, purpose: str) -> bytes:
    """The 32-byte key for one purpose, by HKDF-SHA256 from the key for life."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"survey/{purpose}".encode())
    return kdf.derive(data_key.encode())


def normalise_address(address: str) -> str:
    """One spelling per mailbox: no outer blanks, lower case, the domain as DNS spells it (IDNA)."""
    box, at, domain = normalize("NFKC", address.strip()).lower().rpartition("@")
    # What is no domain that mail could go to keeps its own spelling.
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"{box}{at}{domain}"


@dataclass(frozen=True)
class Keys:
    """All keys of one deployment. Hashes are 32 bytes, tokens 24 characters of URL-safe text."""

    secrets: tuple[str, ...]
    person: bytes
    link: bytes
    digest: bytes
    lots: bytes
    visitor: bytes
    vault: Fernet

    @classmethod
    def of(cls, secret_keys: Sequence[str], data_key: str) -> "Keys":
        """Derive everything from the two settings."""
        return cls(
            secrets=tuple(secret_keys),
            person=derive(data_key, "person"),
            link=derive(data_key, "link"),
            digest=derive(data_key, "digest"),
            lots=derive(data_key, "draw"),
            visitor=derive(data_key, "visitor"),
            vault=Fernet(urlsafe_b64encode(derive(data_key, "vault"))),
        )

    def person_hash(self, address: str) -> bytes:
        """Who somebody is, without saying who: a keyed hash of the normalised address."""
        return hmac.digest(self.person, normalise_address(address).encode(), "sha256")

    def link_token(self, invitation: UUID) -> str:
        """The secret part of an invitation's link. Rebuilt when needed, never stored."""
        mac = hmac.digest(self.link, invitation.bytes, "sha256")
        return urlsafe_b64encode(mac[:TOKEN_BYTES]).decode()

    def content_digest(self, content: str) -> bytes:
        """A keyed fingerprint of content: tells the same from different, reveals nothing."""
        return hmac.digest(self.digest, content.encode(), "sha256")

    def visitor_hash(self, visitor: str) -> bytes:
        """Tells one visitor's address from another's, and not which it is: 16 bytes."""
        return hmac.digest(self.visitor, visitor.encode(), "sha256")[:16]

    def draw(self, content: str) -> int:
        """A lot from 0 to 99: always the same for the same content, and nobody can steer it."""
        return int.from_bytes(hmac.digest(self.lots, content.encode(), "sha256")) % 100

    def encrypt(self, text: str) -> bytes:
        """Seal a text (Fernet)."""
        return self.vault.encrypt(text.encode())

    def decrypt(self, sealed: bytes) -> str:
        """Open what `encrypt` sealed.

        Raises:
            cryptography.fernet.InvalidToken: it was sealed with another key, or altered.
        """
        return self.vault.decrypt(sealed).decode()

    def sign(self, purpose: str, value: object) -> str:
        """A signed, dated, URL-safe text that carries `value`, for one purpose."""
        return self._serializer(purpose).dumps(value)

    def unsign(self, purpose: str, text: str, max_age: int | None = None) -> Any:
        """The value that `sign` put in.

        Args:
            purpose: as given to `sign`.
            text: what came back.
            max_age: seconds it stays valid; None is for ever.

        Raises:
            itsdangerous.BadSignature: altered, for another purpose, or too old.
        """
        return self._serializer(purpose).loads(text, max_age=max_age)

    def _serializer(self, purpose: str) -> "_Serializer":
        return _serializer(self.secrets, purpose)


class _Serializer(URLSafeTimedSerializer):
    """The usual one, but it does not try to compress: ours are too short, and it takes its time."""

    def dump_payload(self, obj: Any) -> bytes:
        """As URL-safe text."""
        return base64_encode(json.dumps(obj, separators=(",", ":")))


# One a purpose, since making one costs more than signing.
@cache
def _serializer(secrets: tuple[str, ...], purpose: str) -> _Serializer:
    # itsdangerous signs with the last of its keys and verifies with all.
    return _Serializer(
        list(reversed(secrets)), salt=purpose, signer_kwargs={"digest_method": hashlib.sha256}
    )


def token_hash(token: str) -> bytes:
    """What is stored of a link token. It is random enough that a plain hash protects it."""
    return hashlib.sha256(token.encode()).digest()


def install_keys(app: Flask, secret_keys: Sequence[str], data_key: str) -> None:
    """Give the app its keys."""
    app.extensions["survey.keys"] = Keys.of(secret_keys, data_key)


def keys() -> Keys:
    """The keys of the current app."""
    return cast(Keys, current_app.extensions["survey.keys"])
