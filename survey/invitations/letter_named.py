"""Which letter of ours a message that came back is about: by its return path, or by Message-ID.

Both hold the invitation's public id, which nobody can guess. The return path proves itself; a
Message-ID is only worth something where there is such an invitation, and alone says which of its
letters it was: the first, one sent again, or the reminder.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import current_app

from survey.invitations.return_path import invitation_of
from survey.post.returned import Returned

ATTEMPT = re.compile(
    r"(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"(?P<reminder>\.reminder)?(?:\.(?P<returns>\d{1,3}))?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class LetterNamed:
    """A letter of ours. `returns` is None where the message does not say which of them it was."""

    invitation: UUID
    returns: int | None = None
    reminder: bool = False


def letter_named(returned: Returned) -> LetterNamed | None:
    """The letter that a message is about; None if it names none of ours."""
    proven = next(filter(None, map(invitation_of, returned.addresses)), None)
    for letter in _by_message_id(returned.message_ids):
        if proven is None or letter.invitation == proven:
            return letter
    return None if proven is None else LetterNamed(proven)


def _by_message_id(message_ids: Iterable[str]) -> Iterable[LetterNamed]:
    ours = current_app.config["SURVEY_MAIL_FROM"].rpartition("@")[2].lower()
    for message_id in message_ids:
        attempt, _, domain = message_id.rpartition("@")
        match = ATTEMPT.match(attempt)
        if match and domain.lower() == ours:
            again = int(match["returns"] or 0)
            yield LetterNamed(UUID(match["uuid"]), again, match["reminder"] is not None)
