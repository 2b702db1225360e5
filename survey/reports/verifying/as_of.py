"""Which answer of an invitation counted at a moment: told from its revisions and their holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Revision:
    """One response.

    Attributes:
        number: its place in the order in which they came.
        at: when it was given.
        month: in which, as it was stored.
        holds: from when and until when it was held; None: still is.
        said: all that it says, as a row.
    """

    number: int
    at: datetime
    month: str
    holds: tuple[tuple[datetime, datetime | None], ...]
    said: Any

    def counts(self, moment: datetime) -> bool:
        """Whether it was there then, and not on hold."""
        return self.at <= moment and not any(
            held <= moment and (released is None or released > moment)
            for held, released in self.holds
        )


def counted(revisions: Sequence[Revision], moment: datetime) -> Revision | None:
    """The one that counted at a moment: the last that was not on hold."""
    there = [each for each in revisions if each.counts(moment)]
    return max(there, key=lambda each: each.number, default=None)


def first_month(revisions: Sequence[Revision], moment: datetime) -> str | None:
    """The month of the first that counted at a moment, to which the answer belongs."""
    return min((each.month for each in revisions if each.counts(moment)), default=None)
