"""The audit: who did what to what. Rows are only ever added; the database refuses anything else."""

import getpass
from typing import Any

from flask import g

from survey.access.model import AuditEntry
from survey.foundation import clock
from survey.foundation.database import db
from survey.partnership.loading import partnership_changed

# Names in the partnership file may be longer than the column.
LONGEST_ACTOR = 80


def record(action: str, subject: str, **detail: Any) -> None:
    """Note an act, in the transaction that does it.

    No personal data but the names of those who act in a role: it can never be erased.
    """
    who = g.get("survey_caller")
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor=who.name[:LONGEST_ACTOR] if who else "command line",
            action=action,
            subject=subject,
            detail=detail,
        )
    )


def local_user() -> str:
    """Whose session on this machine runs a command; not everything that runs has a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@partnership_changed.connect
def _partnership_changed(_sender: object, changes: int) -> None:
    record("partnership loaded", "the partnership", changes=changes)
