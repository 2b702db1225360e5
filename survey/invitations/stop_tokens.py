"""The tokens in the links by which somebody stops all further letters, and has them sent again.

A token carries the person's hash and a keyed digest that only this deployment can make. So it works
for ever, also when the invitation it came with is long erased, and it opens nothing else: the link
to answer has a token of another kind, and so has the link to be asked again.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hmac import compare_digest
from typing import Literal

from survey.foundation.keys import keys

Purpose = Literal["stop", "again"]
PERSON_BYTES = 32
# Nobody gets to try so many, and a link in a plain text is better short. Letters of old have 19.
PROOF_BYTES, OLD_PROOF_BYTES = 10, 19
TOKEN_CHARACTERS = {56: PROOF_BYTES, 68: OLD_PROOF_BYTES}


def stop_token(person: bytes) -> str:
    """The token by which a person stops letters: 56 characters of URL-safe text."""
    return _token("stop", person)


def again_token(person: bytes) -> str:
    """The token by which a person who stopped them has letters sent again."""
    return _token("again", person)


def person_of(token: str, purpose: Purpose = "stop") -> bytes | None:
    """Whose token for this purpose it is; None if we did not make it."""
    if len(token) not in TOKEN_CHARACTERS or not token.isascii():
        return None
    try:
        content = urlsafe_b64decode(token)
    except ValueError:
        return None
    person, proof = content[:PERSON_BYTES], content[PERSON_BYTES:]
    expected = _proof(purpose, person)[: TOKEN_CHARACTERS[len(token)]]
    return person if compare_digest(proof, expected) else None


def _token(purpose: Purpose, person: bytes) -> str:
    return urlsafe_b64encode(person + _proof(purpose, person)[:PROOF_BYTES]).decode()


def _proof(purpose: Purpose, person: bytes) -> bytes:
    return keys().content_digest(f"{purpose}/{person.hex()}")
