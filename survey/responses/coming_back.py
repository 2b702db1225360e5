"""What comes back is read here, by whatever way it came, since only here it is known who answered.

What a message means for an invitation is decided in `invitations`. Here its ways in meet: the step
that empties a maildir, the command a mail server pipes into, the calls of a mail provider.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

import structlog
from flask import current_app

from survey.foundation.metrics import RETURNED
from survey.invitations.returns import take_back
from survey.post.inbox import Inbox
from survey.post.returned import Kind, Returned, classify
from survey.responses.counted import ANSWERED

NOT_OURS = "not ours"

log = structlog.get_logger()


def read(raw: bytes, partners: Collection[int] | None = None) -> tuple[Kind, bool]:
    """Understand a message as it came, and do what it means: its kind, and if it is of ours.

    Args:
        raw: the message.
        partners: the ids of those whose invitations may be touched; None is all.
    """
    returned = classify(raw)
    return returned.kind, act_on(returned, partners)


def act_on(returned: Returned, partners: Collection[int] | None = None) -> bool:
    """Do what a message means and count it; whether it is about a letter of ours."""
    ours = take_back(returned, ~ANSWERED, partners)
    RETURNED.labels(kind=returned.kind.value if ours else NOT_OURS).inc()
    return ours


def empty_inbox() -> Iterator[int]:
    """Read all that waits in the maildir, if there is one.

    A message is removed when what it meant is committed: a worker killed between leaves it to be
    read again, which changes nothing.
    """
    inbox = _inbox()
    if inbox is None:
        return
    for held in inbox.claims():
        understood = _read(inbox, held)
        yield 1
        if understood:
            inbox.done(held)
        else:
            inbox.keep(held)


def oldest_due() -> datetime | None:
    """Since when the message that waits longest in the maildir does."""
    inbox = _inbox()
    return inbox.oldest() if inbox else None


def _read(inbox: Inbox, held: Path) -> bool:
    try:
        raw = inbox.read(held)
    except OSError as error:
        log.warning("mail.unreadable", reason=error.strerror)
        return False
    kind, ours = read(raw)
    return ours and kind is not Kind.UNKNOWN


def _inbox() -> Inbox | None:
    place = current_app.config["SURVEY_MAIL_RETURNED"]
    return Inbox(Path(place.removeprefix("maildir:"))) if place else None
