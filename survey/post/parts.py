"""The parts of a message that somebody else wrote: its headers decoded, its text, by whatever rules
it was written.
"""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from html import unescape

TAG = re.compile(r"<[^<>]*>")
LONGEST_HEADER = 2000
LINE_END = re.compile(r"<(br|/p|/div|/tr|/h\d)\b[^<>]*>", re.IGNORECASE)


def decoded(header: object) -> str:
    """The beginning of a header's value, in letters, on one line; empty where there is none."""
    value = " ".join(str(header or "")[:LONGEST_HEADER].split())
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value


def part_of_type(message: Message, content_type: str) -> Message | None:
    """The first part of this type, at whatever depth."""
    return next((p for p in message.walk() if p.get_content_type() == content_type), None)


def own_parts(message: Message) -> Iterator[Message]:
    """The parts that were written for this message, not those of one that is carried in it."""
    yield message
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from own_parts(part)


def text_of(message: Message) -> str:
    """What a reader sees of it: its plain text, or else that of its HTML."""
    for kind in ("text/plain", "text/html"):
        texts = [_text(p) for p in own_parts(message) if p.get_content_type() == kind]
        if any(text.strip() for text in texts):
            joined = "\n".join(texts)
            return joined if kind == "text/plain" else _without_tags(joined)
    return ""


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeError):
        return content.decode("latin-1")


def _without_tags(html: str) -> str:
    return unescape(TAG.sub(" ", LINE_END.sub("\n", html)))
