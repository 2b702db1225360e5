"""Which answer of an invitation counted at a moment: told from its revisions and their holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

# While a month is sealed, answers come in: what counted then is what counted before or after.
SEALING_TAKES = timedelta(hours=1)


class Look(NamedTuple):
    """How it may have looked: which holds stood by a moment, and the last response there was.

    Without `last` it goes by the moment which responses were there.
    """

    moment: datetime
    last: int | None = None


@dataclass(frozen=True)
class Sealing:
    """When a month was sealed.

    Attributes:
        month: the month.
        at: when, by the clock of then.
        last: the number of the last revision there was; None: nobody noted it.
        last_closure: that of the last closure, likewise.
        set_back: the first moment afterwards, if that lies well before: a clock had run ahead.
    """

    month: str
    at: datetime
    last: int | None
    last_closure: int | None
    set_back: datetime | None = None

    @property
    def begins(self) -> datetime:
        """The moment after which things happened later, as far as clocks tell."""
        return min(self.at, self.set_back or self.at)

    @property
    def ends(self) -> datetime:
        """The moment before which things happened earlier."""
        return self.at + SEALING_TAKES

    @property
    def looks(self) -> tuple[Look, ...]:
        """As it may have looked: before and after, and by a clock that was set right."""
        return Look(self.at, self.last), Look(self.ends), Look(self.begins, self.last)


# By their months, in their order.
Sealings = Mapping[str, Sealing]


@dataclass(frozen=True)
class Revision:
    """One response.

    Attributes:
        number: its place in the order in which they came, of whatever invitation.
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

    def counts(self, look: Look) -> bool:
        """Whether it was there then, and not on hold."""
        there = self.at <= look.moment if look.last is None else self.number <= look.last
        return there and not any(
            held <= look.moment and (released is None or released > look.moment)
            for held, released in self.holds
        )

    def counted_surely(self, sealing: Sealing) -> bool:
        """Whether it was there when a month was sealed, and on hold at no moment that may be."""
        there = self.at <= sealing.at if sealing.last is None else self.number <= sealing.last
        return there and not any(
            held <= sealing.ends and (released is None or released > sealing.begins)
            for held, released in self.holds
        )


def counted(revisions: Sequence[Revision], look: Look) -> Revision | None:
    """The one that counted: the last that was not on hold."""
    there = [each for each in revisions if each.counts(look)]
    return max(there, key=lambda each: each.number, default=None)


def counts_now(revisions: Sequence[Revision]) -> Revision | None:
    """The one that counts by now."""
    standing = [each for each in revisions if all(released for _, released in each.holds)]
    return max(standing, key=lambda each: each.number, default=None)


def first_month(revisions: Sequence[Revision], look: Look) -> str | None:
    """The month of the first that counted, with which the answer is copied at the earliest."""
    return min((each.month for each in revisions if each.counts(look)), default=None)


def due_with(revisions: Sequence[Revision], sealings: Iterable[Sealing]) -> str | None:
    """The first month with which an answer was to be copied for sure; None while there is none.

    Args:
        revisions: those of its invitation.
        sealings: of all months, in their order.
    """
    return next((each.month for each in sealings if _was_due(revisions, each)), None)


def _was_due(revisions: Sequence[Revision], sealing: Sealing) -> bool:
    return any(each.month <= sealing.month and each.counted_surely(sealing) for each in revisions)
