"""The two ways in which a letter does not go out, told apart by whether trying again can help.

Their texts may go to a log: they carry reply codes and kinds of error, never what a server wrote,
since servers like to repeat the receiver's address.
"""

from datetime import datetime


class Refused(Exception):
    """Final for this letter: nobody will take it for this receiver, now or later.

    Attributes:
        nobody_there: whether that is since the receiver's address leads to nobody; else the server
            minds the letter or us, or the mailbox is full.
    """

    def __init__(self, reason: str, *, nobody_there: bool = False) -> None:
        super().__init__(reason)
        self.nobody_there = nobody_there


class Delayed(Exception):
    """Not now: try the same letter, with the same Message-ID, again later.

    Attributes:
        for_all: whether any other letter would fare the same now, so that trying it is no use.
        by_receiver: whether the receiver's mail system put it off, which may want fewer letters.
        until: before when trying again is no use, where that is known.
        perhaps_sent: whether the letter may have been accepted all the same.
    """

    def __init__(
        self,
        reason: str,
        *,
        for_all: bool = True,
        by_receiver: bool = False,
        until: datetime | None = None,
        perhaps_sent: bool = False,
    ) -> None:
        super().__init__(reason)
        self.for_all, self.by_receiver, self.until = for_all, by_receiver, until
        self.perhaps_sent = perhaps_sent


def is_for_all(trouble: Exception | None) -> bool:
    """Whether any other letter would fare the same now, so that trying it is no use."""
    return isinstance(trouble, Delayed) and trouble.for_all


def reason_for_logs(trouble: Exception) -> str:
    """Why a letter did not go out. An error that we do not know may hold an address: its name."""
    return str(trouble) if isinstance(trouble, Delayed | Refused) else type(trouble).__name__


def unwritable(error: Exception) -> Delayed:
    """One letter cannot be written as e-mail, through our own fault: only its kind of error."""
    return Delayed(f"the letter cannot be written: {type(error).__name__}", for_all=False)
