"""Forgetting: every room's rule in one list, from the last room of the journey to the first.

`forget_person` is what somebody may ask for; `forget_expired` is what the worker does as time goes
by. Counts in figures stay as they are: ratings, dimensions and months are kept, unlinked.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from survey.access import forgetting as access
from survey.access.audit import record
from survey.comments import forgetting as comments
from survey.enquiries import forgetting as enquiries
from survey.foundation import clock
from survey.foundation.keys import keys
from survey.invitations import forgetting as invitations
from survey.reports.blocks.voices import forgetting as voices
from survey.reports.pack import forgetting as packs
from survey.responses import forgetting as responses

# A room further on is linked to a person through the rooms before it, so it comes first.
PERSON_RULES: dict[str, Callable[[bytes], int]] = {
    "comments for boards": voices.forget_person,
    # After the comments in them, or one that is asked for meanwhile would hold them still.
    "packs": packs.forget_person,
    "readings": comments.forget_person,
    "answers": responses.forget_person,
    "invitations": invitations.forget_person,
    "enquiries": enquiries.forget_person,
    "sign-ins": access.forget_person,
}

EXPIRY_RULES: tuple[Callable[[datetime], int], ...] = (
    packs.forget_expired,
    responses.forget_expired,
    # What was told of a comment goes after its original, so that a crash between leaves no more.
    comments.forget_expired,
    invitations.forget_expired,
    enquiries.forget_expired,
    access.forget_expired,
)


def forget_person(address: str) -> dict[str, int]:
    """Erase one person; how many rows each room changed, by what they hold."""
    person = keys().person_hash(address)
    # A worker may be deciding about this person right now: wait for it, and keep others away.
    enquiries.hold_person(person)
    erased = {what: rule(person) for what, rule in PERSON_RULES.items()}
    # Not even the hash: an entry of the audit can never be erased.
    record("person forgotten", "a person", **erased)
    return erased


def forget_expired() -> Iterator[int]:
    """The step that erases what has been kept long enough."""
    for rule in EXPIRY_RULES:
        yield rule(clock.now())
