"""What a mail filter would mind about a letter, as we write it or as it was received. Pure.

A received letter also tells what the server that took it noted of SPF, DKIM and DMARC.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default as modern
from urllib.parse import urlsplit

from survey.invitations.subject_lint import faults
from survey.post.finding import Finding

LONGEST_LINE = 998
# Gmail shows no more of a letter.
LARGEST = 102 * 1024
FETCHED = re.compile(rb"<(img|link|script|iframe|object|embed|video|audio|form)\b|url\(", re.I)
LINK = re.compile(r"https?://[^\s\"'<>]+")
ONE_CLICK = "List-Unsubscribe=One-Click"
NOTED = re.compile(r"\b(spf|dkim|dmarc)=(\w+)")


def look_at_letter(content: bytes, link_host: str, returned_to: str = "") -> list[Finding]:
    """All that there is to say of a letter.

    Args:
        content: the whole letter.
        link_host: the host that its links should lead to.
        returned_to: its return path; that of a received letter stands in it.
    """
    message = message_from_bytes(content, policy=modern)
    path = returned_to or str(message.get("Return-Path", "")).strip("<> ")
    return [
        *_form(content),
        *_headers(message),
        *_sender(message, path),
        *_stopping(message),
        *_bodies(message, link_host),
        *_noted(message),
    ]


def _form(content: bytes) -> Iterator[Finding]:
    longest = max(map(len, content.splitlines()), default=0)
    if longest > LONGEST_LINE:
        yield Finding("mend", "lines", f"one of {longest} characters, more than {LONGEST_LINE}")
    large = len(content) > LARGEST
    yield Finding("look" if large else "ok", "size", f"{len(content):,} bytes")


def _headers(message: EmailMessage) -> Iterator[Finding]:
    for name in ("Date", "Message-ID", "To"):
        if len(message.get_all(name, [])) != 1:
            yield Finding("mend", name, "is not there once")
    subject = str(message.get("Subject", ""))
    for fault in faults(subject):
        yield Finding("mend", "subject", f"{fault}: {subject!r}")
    if not faults(subject):
        yield Finding("ok", "subject", subject)
    if message.get("Auto-Submitted", "no").lower() == "no":
        yield Finding("look", "Auto-Submitted", "is missing, so automatic replies will come")


def _sender(message: EmailMessage, path: str) -> Iterator[Finding]:
    addresses: tuple[Address, ...] = getattr(message.get("From"), "addresses", ())
    if len(addresses) != 1:
        yield Finding("mend", "From", "is not one address")
        return
    ours, theirs = addresses[0].domain.lower(), path.rpartition("@")[2].lower()
    if not theirs:
        yield Finding("look", "From", f"{ours}; the letter does not tell its return path")
    elif theirs != ours and not theirs.endswith(f".{ours}") and not ours.endswith(f".{theirs}"):
        yield Finding("mend", "From", f"{ours} is not aligned with the return path, {theirs}")
    else:
        yield Finding("ok", "From", f"{ours}, aligned with the return path, {theirs}")


def _stopping(message: EmailMessage) -> Iterator[Finding]:
    about, link = "List-Unsubscribe", str(message.get("List-Unsubscribe", ""))
    if "https://" in link and message.get("List-Unsubscribe-Post") == ONE_CLICK:
        yield Finding("ok", about, "stops by one click")
    elif not link:
        yield Finding("mend", about, "is missing")
    elif "https://" not in link:
        yield Finding("mend", about, "holds no https:// link, so no program follows it (RFC 8058)")
    else:
        yield Finding(
            "mend", about, f"stops by no click without List-Unsubscribe-Post: {ONE_CLICK}"
        )
    signed = str(message.get("DKIM-Signature", "")).lower()
    if signed and "list-unsubscribe" not in signed:
        yield Finding("mend", about, "is not covered by the DKIM signature (RFC 8058)")


def _bodies(message: EmailMessage, link_host: str) -> Iterator[Finding]:
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    if text is None:
        yield Finding("mend", "text", "there is none beside the HTML")
    content = "\n".join(str(part.get_content()) for part in (text, html) if part)
    if any(part.get_content_maintype() not in ("text", "multipart") for part in message.walk()):
        yield Finding("mend", "parts", "holds a picture or another file")
    if found := FETCHED.search(content.encode()):
        yield Finding("mend", "HTML", f"holds what is fetched or runs: {found[0].decode()}")
    hosts = {urlsplit(link).hostname or "" for link in LINK.findall(content)}
    for host in sorted(hosts - {link_host}):
        yield Finding("mend", "links", f"one leads to {host}, not to {link_host}")
    if not hosts - {link_host}:
        yield Finding("ok", "links", f"all lead to {link_host}")


def _noted(message: EmailMessage) -> Iterator[Finding]:
    """What the last server noted; those before it may be anybody's."""
    results = message.get("Authentication-Results")
    if results is None:
        return
    noted = dict(reversed(NOTED.findall(str(results).lower())))
    for method in ("spf", "dkim", "dmarc"):
        result = noted.get(method, "not noted")
        yield Finding("ok" if result == "pass" else "mend", f"{method.upper()} on arrival", result)
