"""How e-mail is written down: header lines (RFC 5322, 2047) and bodies (RFC 2045), in plain ASCII.

Written here and not by the standard library's `EmailMessage`, since that costs as much for each
letter as sending it. Tests hold what is written to what the standard library builds and reads.
Whatever a letter is made of came from somebody, so nothing in it may add a header or a receiver.
"""

import re
from collections.abc import Iterable
from email.header import Header
from email.headerregistry import Address, AddressHeader, HeaderRegistry
from functools import lru_cache
from typing import cast

MAILBOX = re.compile(
    r"(?=.{3,254}\Z)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*"
    r"@[a-z0-9]([a-z0-9.-]*[a-z0-9])?\Z",
    re.ASCII | re.IGNORECASE,
)
HEADER_NAME = re.compile(r"[A-Za-z0-9-]+\Z")
# Surrogates are bytes that the standard library could not decode, and will not write.
UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
# What an encoded word (RFC 2047) begins with: whoever reads the letter decodes it, and so may come
# by a line break that was not there.
ENCODED = "=?"
LONGEST_LINE = 998
# Of a line that holds an encoded word.
LONGEST_ENCODED = 76
# "=_" stands in no quoted-printable text, so this can end no part but where we put it.
BOUNDARY = b"=_letter"
SOFT_BREAK = b"=\r\n"
# What quoted-printable leaves as it is, where it fits into a line.
PLAIN = re.compile(r"[!-<>-~]([ -<>-~]{0,73}[!-<>-~])?\Z")
LINE_BREAK = re.compile(rb"\r\n?|\n")
# A blank is at risk at the end of a line alone.
TO_ESCAPE = re.compile(rb"[^ -<>-~]|[ ](?=\Z)")
# As much as fits beside the soft break, and no escaped byte cut in two.
FITTING = re.compile(rb".{1,75}(?<!=)(?<!=.)")


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


def header(name: str, value: str) -> bytes:
    """One header, its lines ending as on the wire. What is plain stays in one line: programs do
    not put together again a long link, as in List-Unsubscribe, that was broken.

    Raises:
        ValueError: it has a name or a value that could make another.
    """
    writable = HEADER_NAME.match(name) and not UNWRITABLE.search(value) and ENCODED not in value
    if not writable or len(value) > LONGEST_LINE - len(name) - 2:
        raise ValueError(f"the header {name!r} has a name or a value that could make another")
    return f"{name}: {value if value.isascii() else _encoded(name, value)}\r\n".encode("ascii")


@lru_cache(maxsize=256)
def sender_of(sender: str) -> tuple[bytes, str]:
    """The From header, and the bare address in it, to which servers return letters.

    Raises:
        ValueError: it does not hold one address, or could make another header.
    """
    if UNWRITABLE.search(sender) or ENCODED in sender:
        raise ValueError("the header 'From' has a value that could make another")
    addresses = cast(AddressHeader, HeaderRegistry()("From", sender)).addresses
    if len(addresses) != 1:
        raise ValueError("the sender must be one address")
    name, bare = addresses[0].display_name, mailbox(addresses[0].addr_spec)
    if name.isascii():
        return header("From", str(Address(name, addr_spec=bare))), bare
    return f"From: {_encoded('From', name)}\r\n <{bare}>\r\n".encode("ascii"), bare


def quoted(text: str) -> bytes:
    """A text, or a piece of one, as quoted-printable in UTF-8: every server can take that."""
    if PLAIN.match(text):
        return text.encode("ascii")
    return b"\r\n".join(_quoted_line(line) for line in LINE_BREAK.split(text.encode()))


def alternatives(headers: Iterable[bytes], text: bytes, html: bytes) -> bytes:
    """A whole message: its headers, and a quoted text with the same as HTML."""
    return b"".join(
        (
            *headers,
            b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="',
            *(BOUNDARY, b'"\r\n\r\n'),
            *_part(b"plain", text),
            *_part(b"html", html),
            *(b"--", BOUNDARY, b"--\r\n"),
        )
    )


def _part(kind: bytes, body: bytes) -> tuple[bytes, ...]:
    return (
        *(b"--", BOUNDARY, b"\r\nContent-Type: text/", kind, b'; charset="utf-8"\r\n'),
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
        *(body, b"\r\n"),
    )


def _quoted_line(line: bytes) -> bytes:
    escaped = TO_ESCAPE.sub(lambda found: b"=%02X" % ord(found[0]), line)
    return SOFT_BREAK.join(FITTING.findall(escaped))


def _encoded(name: str, value: str) -> str:
    words = Header(value, "utf-8", maxlinelen=LONGEST_ENCODED, header_name=name)
    return words.encode(linesep="\r\n")
