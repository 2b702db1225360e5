"""Where letters are handed in: one address says which kind of post office it is.

`maildir:PATH`, `smtp://user:password@host:port` (the user and its password only over
STARTTLS), `smtps://` (TLS from the first byte) and `notify://TEMPLATE_ID:API_KEY@host` (GOV.UK
Notify).
"""

from pathlib import Path
from typing import Protocol, Self
from urllib.parse import SplitResult, unquote, urlsplit

from survey.post.letter import Letter
from survey.post.maildir import MaildirOffice
from survey.post.notify import Account, NotifyOffice
from survey.post.outcome import Delayed, Refused
from survey.post.smtp import Server, SmtpOffice

__all__ = ["Delayed", "PostOffice", "Refused", "open_office"]

KINDS = "maildir:PATH, smtp://user:password@host:port, smtps://… or notify://…"
SMTP_PORT, SUBMISSION_PORT, SMTPS_PORT = 25, 587, 465


class PostOffice(Protocol):
    """Takes letters while it is open (`with open_office(url) as office`)."""

    def __enter__(self) -> Self:
        """Open."""
        ...

    def __exit__(self, *_: object) -> None:
        """Close, letting go of what was kept open."""
        ...

    def send(self, letter: Letter) -> None:
        """Hand over one letter; when this returns, it was accepted.

        Raises:
            Refused: final for this letter.
            Delayed: try the same letter again later.
        """
        ...


def open_office(url: str, per_connection: int = 500) -> PostOffice:
    """The post office that `url` names. Connects only when a letter is sent.

    Args:
        url: one of those kinds.
        per_connection: after so many letters an SMTP connection is replaced.

    Raises:
        ValueError: not such an address; one line that repeats no password.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "maildir" and rest:
        return MaildirOffice(Path(rest))
    if scheme in ("smtp", "smtps"):
        return SmtpOffice(_server(url), per_connection)
    if scheme in ("notify", "notify+http"):
        return NotifyOffice(Account.of(url))
    raise ValueError(f"mail address: expected {KINDS}")


def _server(url: str) -> Server:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        # What urlsplit says of a port may be the end of a password with a slash in it.
        host, port, parts = "", None, SplitResult("", "", "", "", "")
    if not host or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(f"mail address: expected {KINDS}, special characters percent-encoded")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("mail address: a user needs a password, and a password a user")
    if not (user + password).isascii():
        raise ValueError("mail address: user and password must be plain ASCII, as smtplib sends it")
    tls = parts.scheme == "smtps"
    usual = SMTPS_PORT if tls else SUBMISSION_PORT if user else SMTP_PORT
    return Server(host, port or usual, tls, user or None, password)
