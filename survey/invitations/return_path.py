"""The address to which a mail server returns a letter: it says which invitation the letter was.

`survey+CODE@example.org`, where our sender is `survey@example.org`: the code holds the invitation's
public id and a keyed proof, so that nobody can make one up and stop us from asking somebody. Its
letters are of one case, since servers may change it.
"""

from base64 import b32decode, b32encode
from hmac import compare_digest
from uuid import UUID

from flask import current_app

from survey.foundation.keys import keys

ID_BYTES, PROOF_BYTES = 16, 9
CODE_CHARACTERS = (ID_BYTES + PROOF_BYTES) * 8 // 5


def return_path(invitation: UUID) -> str:
    """Where the letters of an invitation are returned to."""
    box, _, domain = current_app.config["SURVEY_MAIL_FROM"].rpartition("@")
    code = b32encode(invitation.bytes + _proof(invitation)).decode().lower()
    return f"{box}+{code}@{domain}"


def invitation_of(address: str) -> UUID | None:
    """Whose letter was returned to this address; None where we did not make it."""
    code = address.rpartition("@")[0].rpartition("+")[2]
    if len(code) != CODE_CHARACTERS or not code.isascii():
        return None
    try:
        content = b32decode(code.upper())
    except ValueError:
        return None
    invitation = UUID(bytes=content[:ID_BYTES])
    return invitation if compare_digest(content[ID_BYTES:], _proof(invitation)) else None


def _proof(invitation: UUID) -> bytes:
    return keys().content_digest(f"return/{invitation.hex}")[:PROOF_BYTES]
