"""Understands a message that came back: a bounce, an automatic reply, a complaint, or neither.

Everything in it was written by somebody else, so it is never more than a hint, it is looked at to a
limit only, and whatever it holds, reading it does not fail. What is in doubt is taken for the
milder: a letter too many does less harm than somebody never asked again. Whether it is about a
letter of ours at all is for the caller to find out, from `addresses` and `message_ids`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from survey.foundation.clock import now
from survey.post import automatic_reply, delivery_failure, named
from survey.post.parts import decoded, part_of_type, text_of

# Pictures in a signature may go beyond it; what tells one kind from another stands before them.
LIMIT = 256 * 1024
# A report of a hundred thousand empty lines would take a minute to take apart.
MOST_LINES = 5000
# Reckoning with moments farther off may go beyond the calendar.
YEARS = range(2000, 2100)
COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})


class Kind(StrEnum):
    """What a message that came back is; the words go into metrics and answers."""

    HARD = "hard bounce"
    SOFT = "soft bounce"
    LEFT = "has left"
    AWAY = "out of office"
    COMPLAINT = "complaint"
    AUTOMATIC = "automatic reply"
    DELIVERED = "delivered"
    UNKNOWN = "not understood"


@dataclass(frozen=True)
class Returned:
    """What was understood of a message.

    Attributes:
        kind: what it is.
        addresses: to which it may have been returned, bare.
        message_ids: of the letters it may be about, without their angle brackets.
        back_on: the day on which somebody out of office returns, where it says one.
        written_at: by its own Date, which may be wrong.
        failed: the addresses to which it says that something could not be delivered.
    """

    kind: Kind
    addresses: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    back_on: date | None = None
    written_at: datetime | None = None
    failed: tuple[str, ...] = ()


def classify(raw: bytes) -> Returned:
    """Understand a message as it came; never fails, whatever the bytes."""
    try:
        lines = raw[:LIMIT].split(b"\n", MOST_LINES)[:MOST_LINES]
        return _understand(message_from_bytes(b"\n".join(lines)))
    except Exception:
        # The standard library and flufl.bounce both trip over some of what is no e-mail.
        return Returned(Kind.UNKNOWN)


def _understand(message: Message) -> Returned:
    written_at = _date(message)
    kind, back_on = _kind(message, (written_at or now()).date())
    return Returned(
        kind=kind,
        addresses=named.addresses(message),
        message_ids=named.message_ids(message),
        failed=named.failed(message),
        back_on=back_on,
        written_at=written_at,
    )


def _kind(message: Message, today: date) -> tuple[Kind, date | None]:
    if _complains(message):
        return Kind.COMPLAINT, None
    subject, text = decoded(message["Subject"]), text_of(message)
    if failure := delivery_failure.of(message, text):
        return _bounce(failure, text), None
    if not automatic_reply.is_one(message, subject):
        return Kind.UNKNOWN, None
    words = f"{subject}\n{automatic_reply.own_words(text)}"
    back_on = automatic_reply.day_of_return(words, today)
    if back_on or automatic_reply.tells_absence(words):
        # A colleague who left may be named in a note that says when its writer returns.
        gone = back_on is None and automatic_reply.tells_departure(words)
        return (Kind.LEFT if gone else Kind.AWAY), back_on
    return (Kind.LEFT if automatic_reply.tells_departure(words) else Kind.AUTOMATIC), None


def _bounce(failure: delivery_failure.Failure, text: str) -> Kind:
    if failure is delivery_failure.Failure.STILL_TRYING:
        return Kind.AUTOMATIC
    if failure is delivery_failure.Failure.FOR_GOOD:
        return Kind.LEFT if automatic_reply.tells_departure(text) else Kind.HARD
    return Kind.SOFT


def _complains(message: Message) -> bool:
    """A feedback report (RFC 5965), or what Outlook.com sends in its place."""
    report = part_of_type(message, "message/feedback-report")
    if report is not None:
        fields: Any = report.get_payload()
        # The standard library makes a message of the fields in places, and else leaves them text.
        told = fields[0] if isinstance(fields, list) else message_from_string(fields)
        return decoded(told["Feedback-Type"]).strip().lower() in COMPLAINTS
    subject = decoded(message["Subject"]).lower()
    returned = part_of_type(message, "message/rfc822")
    return subject.startswith("complaint about message from") and returned is not None


def _date(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(decoded(message["Date"]))
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.year in YEARS else None
