"""A letter to one person, and how it becomes what mail servers take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime

from survey.foundation.clock import now
from survey.post.mime import ENCODED, alternatives, header, mailbox, quoted, sender_of
from survey.post.outcome import Refused, unwritable

OURS = frozenset(
    {"from", "to", "subject", "date", "message-id", "mime-version", "cc", "bcc", "sender"}
)


@dataclass(frozen=True)
class Letter:
    """What is sent to one person, as text and as HTML.

    Attributes:
        to: a bare address.
        subject: one line.
        text: the body for whoever reads plain text.
        html: the same for whoever does not.
        sender: the From header; may have a display name.
        message_id: with its angle brackets. The same letter sent again keeps it.
        headers: further headers by name.
        return_path: a bare address to which servers return the letter; the sender's unless given.
        again: whether it may have been handed over before, which only some post offices can find
            out.
    """

    to: str
    subject: str
    text: str
    html: str
    sender: str
    message_id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    return_path: str = ""
    again: bool = False

    def bodies(self) -> tuple[bytes, bytes]:
        """Text and HTML as quoted-printable."""
        return quoted(self.text), quoted(self.html)


@dataclass(frozen=True)
class Packed:
    """A letter ready for the wire: from whom and to whom, as servers are told, and the content."""

    sender: str
    receiver: str
    content: bytes


def pack(letter: Letter) -> Packed:
    """Write a letter down as e-mail, its lines ending as on the wire, dated now.

    Raises:
        Refused: the receiver's address is none.
        Delayed: it is ill-formed through our own fault.
    """
    try:
        receiver = mailbox(letter.to)
    except ValueError as error:
        raise Refused(str(error), nobody_there=True) from None
    try:
        return _packed(letter, receiver)
    except Exception as error:
        raise unwritable(error) from None


def _packed(letter: Letter, receiver: str) -> Packed:
    first, bare = sender_of(letter.sender)
    if not letter.message_id.isascii():
        raise ValueError("the header 'Message-ID' has a value that no server takes")
    headers = [
        first,
        header("To", receiver),
        header("Subject", letter.subject.replace(ENCODED, "= ?")),
        header("Date", format_datetime(now())),
        header("Message-ID", letter.message_id),
        *(_further(name, value) for name, value in letter.headers.items()),
    ]
    sender = mailbox(letter.return_path) if letter.return_path else bare
    return Packed(sender, receiver, alternatives(headers, *letter.bodies()))


def _further(name: str, value: str) -> bytes:
    if name.lower() in OURS or name.lower().startswith("content-"):
        raise ValueError(f"the header {name!r} is written with every letter")
    return header(name, value)
