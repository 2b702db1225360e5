"""Which letters a returned message may be about: every address and Message-ID that it names.

Servers name them in many places: in the headers of the message that came, in the fields of its
report, in the letter it carries back, or in its copy within the text (qmail, Exim).
"""

import re
from collections.abc import Sequence
from email.message import Message
from email.utils import getaddresses

from survey.post.parts import decoded, own_parts

MOST = 50
TO = (
    *("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Resent-To"),
    *("Return-Path", "X-Return-Path", "Original-Mail-From", "X-Postfix-Sender"),
    *("Final-Recipient", "Original-Recipient", "Original-Rcpt-To"),
)
FAILED = ("Final-Recipient", "Original-Recipient")
ABOUT = ("In-Reply-To", "References", "Message-ID", "X-Original-Message-ID")
ADDRESS_TYPE = re.compile(r"^\s*[\w-]+\s*;")
ID = re.compile(r"<([^<>\s]{3,250})>")
COPIED = re.compile(r"^[> \t]*(return-path|message-id)\s*:\s*<([^<>\s]{3,250})>", re.I | re.M)


def addresses(message: Message) -> tuple[str, ...]:
    """Each once, the nearest first: at most `MOST`."""
    return _few(_under(message, TO) + _copied(message, "return-path"))


def failed(message: Message) -> tuple[str, ...]:
    """To which a report says that something could not be delivered: at most `MOST`."""
    return _few(_under(message, FAILED))


def message_ids(message: Message) -> tuple[str, ...]:
    """Each once, without angle brackets: at most `MOST`. Its own is not among them."""
    found = [
        told
        for part in message.walk()
        for name in ABOUT
        if part is not message or name != "Message-ID"
        for value in part.get_all(name, [])
        for told in ID.findall(str(value))
    ]
    return _few(found + _copied(message, "message-id"))


def _under(message: Message, names: Sequence[str]) -> list[str]:
    return [
        address
        for part in message.walk()
        for name in names
        for address in _addresses(part.get_all(name, []))
    ]


def _addresses(values: Sequence[object]) -> list[str]:
    plain = [ADDRESS_TYPE.sub("", decoded(value)).strip() for value in values]
    return [address for _, address in getaddresses(plain) if "@" in address]


def _copied(message: Message, name: str) -> list[str]:
    texts = [
        str(part.get_payload())
        for part in own_parts(message)
        if part.get_content_maintype() == "text" and not part.is_multipart()
    ]
    return [value for text in texts for key, value in COPIED.findall(text) if key.lower() == name]


def _few(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:MOST]
