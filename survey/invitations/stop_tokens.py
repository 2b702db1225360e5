"""The token in the link by which somebody stops all further letters.

It carries the person's hash and a keyed digest that only this deployment can make. So it works for
ever, also when the invitation it came with is long erased, and it opens nothing else: the link to
answer has a token of another kind.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hmac import compare_digest

from survey.foundation.keys import keys

PERSON_BYTES, PROOF_BYTES = 32, 19
TOKEN_CHARACTERS = (PERSON_BYTES + PROOF_BYTES) // 3 * 4


def stop_token(person: bytes) -> str:
    """The token of one person: 68 characters of URL-safe text."""
    return urlsafe_b64encode(person + _proof(person)).decode()


def person_of(token: str) -> bytes | None:
    """Whose token it is; None if we did not make it."""
    if len(token) != TOKEN_CHARACTERS or not token.isascii():
        return None
    try:
        content = urlsafe_b64decode(token)
    except ValueError:
        return None
    person, proof = content[:PERSON_BYTES], content[PERSON_BYTES:]
    return person if compare_digest(proof, _proof(person)) else None


def _proof(person: bytes) -> bytes:
    return keys().content_digest(f"stop/{person.hex()}")[:PROOF_BYTES]
