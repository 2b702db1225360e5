"""A letter to one person, and how it is written down as e-mail (RFC 5322).

Whatever a letter is made of came from somebody, so nothing in it may add a header or a receiver.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from survey.foundation.clock import now
from survey.post.outcome import Refused, unwritable

MAILBOX = re.compile(
    r"(?=.{3,254}\Z)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*"
    r"@[a-z0-9]([a-z0-9.-]*[a-z0-9])?\Z",
    re.ASCII | re.IGNORECASE,
)
HEADER_NAME = re.compile(r"[A-Za-z0-9-]+\Z")
# Surrogates are bytes that the standard library could not decode, and will not write.
UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
# What an encoded word (RFC 2047) begins with: the standard library decodes it when told a header,
# and so may come by a line break that was not there.
ENCODED = "=?"
# Lines of up to 998 characters are legal. At the customary 78 the standard library breaks a long
# URL, as in List-Unsubscribe, into pieces that mail programs do not put together again.
POLICY = SMTP.clone(max_line_length=998)


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


@dataclass(frozen=True)
class Packed:
    """A letter ready for the wire: from whom and to whom, as servers are told, and the content."""

    sender: str
    receiver: str
    content: bytes


def pack(letter: Letter) -> Packed:
    """Write a letter down as e-mail, its lines ending as on the wire.

    Raises:
        Refused: the receiver's address is none.
        Delayed: it is ill-formed through our own fault.
    """
    try:
        receiver = mailbox(letter.to)
    except ValueError as error:
        raise Refused(str(error)) from None
    try:
        message = as_message(letter)
        sender = mailbox(letter.return_path) if letter.return_path else envelope_sender(message)
        return Packed(sender, receiver, message.as_bytes())
    except Exception as error:
        raise unwritable(error) from None


def mailbox(address: str) -> str:
    """The address as mail servers know it: the domain in ASCII (IDNA).

    Raises:
        ValueError: it is no address of one mailbox. The text does not repeat it.
    """
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        plain = ""
    if not MAILBOX.match(plain) or ENCODED in plain:
        raise ValueError("not an address of one mailbox")
    return plain


def as_message(letter: Letter) -> EmailMessage:
    """The letter as an e-mail: text with an HTML alternative, in UTF-8, dated now.

    Raises:
        ValueError: an address is none, or something meant for one header would make another.
    """
    message = EmailMessage(POLICY)
    named = {
        "From": letter.sender,
        "To": mailbox(letter.to),
        "Subject": letter.subject.replace(ENCODED, "= ?"),
        "Date": format_datetime(now()),
        "Message-ID": letter.message_id,
    }
    # Quoted-printable keeps the content within ASCII, which every server on the way can take.
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for name, value in (*named.items(), *letter.headers.items()):
        _add(message, name, value)
    envelope_sender(message)
    return message


def _add(message: EmailMessage, name: str, value: str) -> None:
    """Add a header, if neither what it was told nor what it made of that could make another."""
    if HEADER_NAME.match(name) and not UNWRITABLE.search(value):
        message[name] = value
        # The newest is the last: `message[name]` would be the first of several.
        if not UNWRITABLE.search(str(message.get_all(name, [])[-1])):
            return
    raise ValueError(f"the header {name!r} has a name or a value that could make another")


def envelope_sender(message: EmailMessage) -> str:
    """The bare address in From, to which servers return what they could not deliver.

    Raises:
        ValueError: From does not hold one address.
    """
    addresses = message["From"].addresses
    if len(addresses) != 1:
        raise ValueError("the sender must be one address")
    return mailbox(addresses[0].addr_spec)
