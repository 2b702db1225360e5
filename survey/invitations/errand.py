"""What a run of sending is about: first letters, the same again, or reminders.

They differ in this and no more. The first letters are `survey.invitations.sending`. What is sent to
somebody who may have a letter already must know who has answered, so it stands further down, in
`survey.responses.sending_again` and `survey.responses.reminding`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row

Parcel = Row[*tuple[Any, ...]]
Values = Mapping[str, Any]


class Errand(Protocol):
    """Which letters are due, and what is written down about each.

    Attributes:
        name: as logs call one of them.
        reminder: whether the letter says that it is one.
        due_at: when one is due; the longest due goes first.
        over: true of a letter that nobody needs any more, looked at right before it goes out.
    """

    name: str
    reminder: bool
    due_at: ColumnElement[Any]
    over: ColumnElement[bool]

    def due(self, now: datetime) -> ColumnElement[bool]:
        """What is left to send, held by somebody or not."""
        ...

    def gives_way(self) -> bool:
        """Whether something else should go out first."""
        ...

    def sent(self, parcel: Parcel, now: datetime) -> Values:
        """Accepted by the mail server."""
        ...

    def refused(self, now: datetime) -> Values:
        """No server will ever take it."""
        ...

    def put_off(self, until: datetime, *, perhaps_sent: bool) -> Values:
        """To be tried again; `perhaps_sent`: nobody knows whether it arrived."""
        ...

    def called_off(self, reason: str) -> Values:
        """Not to be sent after all."""
        ...
