"""Whether a message says that a letter could not be delivered, and whether it ever will be.

A report in the form of RFC 3464 says so in status codes (RFC 3463). What has another form,
flufl.bounce recognises; then the codes and words in its text decide. Only a mailbox or domain that
does not exist is a failure for good: a full mailbox, a greylist and a server that minds us or our
letter (policy) are not about the person.
"""

import logging
import re
from collections.abc import Iterator
from email.message import Message
from enum import Enum, auto

from flufl.bounce import all_failures

from survey.post.parts import decoded, part_of_type

# It would log what it trips over, and that is somebody's message.
logging.getLogger("flufl.bounce").disabled = True


class Failure(Enum):
    """How final it is."""

    FOR_GOOD = auto()
    FOR_NOW = auto()
    STILL_TRYING = auto()


CODE = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
# Destination mailbox or system does not exist, moved, takes no mail; disabled; no such domain.
GONE = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4", "4.310"})
# "Other" of its class: the server knew no better code, so its words have to tell.
VAGUE = frozenset({"0.0", "1.0", "2.0", "3.0", "4.0", "5.0"})
NO_SUCH_MAILBOX = re.compile(
    r"(?:user|recipient|mailbox|address|account|addressee)\b.{0,40}\b(?:unknown|not found"
    r"|(?:does|do) ?n[o']t exist|not exist|invalid|disabled|inactive|no longer (?:valid|active))"
    r"|(?:unknown|no such|invalid|nonexistent)\s+(?:local\s+)?"
    r"(?:user|recipient|mailbox|address|account|person|domain)"
    r"|no mailbox here by that name|unrouteable address|(?:host|domain) (?:name )?not found"
    r"|does ?n[o']t have an? .{0,30}account|recipient address rejected: access denied"
    r"|email address .{0,120}could ?n[o']t be found",
    re.IGNORECASE | re.DOTALL,
)
NOT_ABOUT_THE_PERSON = re.compile(
    r"\bfull\b|quota|over ?size|exceeded storage|spam|blocked|block ?list|blacklist|reputation"
    r"|polic(?:y|ies)|dmarc|spf\b|greylist|gr[ae]y-?listed|try again later|temporar",
    re.IGNORECASE,
)


def of(message: Message, text: str) -> Failure | None:
    """What it says of the delivery; None where it is no bounce.

    Args:
        message: as it came.
        text: its own text, decoded.
    """
    recipients = list(_recipients(message))
    if recipients:
        told = (_of_recipient(fields, text) for fields in recipients)
        found = [failure for failure in told if failure]
        # A letter has one receiver; where a server sent it on to several, one may still get it.
        return max(found, key=lambda failure: failure.value, default=None)
    try:
        temporary, permanent = all_failures(message)
    except Exception:
        # It trips over messages without a sender, and those are no bounces that it knows.
        temporary = permanent = frozenset()
    if permanent or temporary or message["X-Failed-Recipients"]:
        for_now = bool(temporary) and not permanent
        return Failure.STILL_TRYING if for_now else _by_words(text)
    return None


def tells_nobody_there(reply: str) -> bool:
    """Whether a server's reply to a receiver's name says that there is no such mailbox."""
    return _by_words(reply) is Failure.FOR_GOOD


def _recipients(message: Message) -> Iterator[Message]:
    """The fields of each receiver in a report."""
    report = part_of_type(message, "message/delivery-status")
    groups = report.get_payload() if report is not None else None
    for fields in groups if isinstance(groups, list) else ():
        if isinstance(fields, Message) and fields["Action"]:
            yield fields


def _of_recipient(fields: Message, text: str) -> Failure | None:
    action = decoded(fields["Action"]).strip().lower()
    if action == "delayed":
        return Failure.STILL_TRYING
    if action != "failed":
        return None
    diagnostic = decoded(fields["Diagnostic-Code"])
    return _by_codes(decoded(fields["Status"]), diagnostic) or _by_words(diagnostic or text)


def _by_codes(*told: str) -> Failure | None:
    """What the first code that is not vague says; None if there is none."""
    for kind, subject, detail in CODE.findall("\n".join(told)):
        status = f"{subject}.{detail}"
        if status not in VAGUE:
            gone = kind == "5" and (status in GONE or _of_microsoft(status, told))
            return Failure.FOR_GOOD if gone else Failure.FOR_NOW
    return None


def _of_microsoft(status: str, told: tuple[str, ...]) -> bool:
    """Exchange Online's edge says 5.4.1, by the standard an unreachable host, of unknown people."""
    return status == "4.1" and "recipient address rejected: access denied" in told[-1].lower()


def _by_words(text: str) -> Failure:
    if failure := _by_codes(text):
        return failure
    mild = NOT_ABOUT_THE_PERSON.search(text)
    return Failure.FOR_GOOD if NO_SUCH_MAILBOX.search(text) and not mild else Failure.FOR_NOW
