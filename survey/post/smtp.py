"""Sends letters over one kept SMTP connection (RFC 5321).

What a failure means depends on how far the letter had come:

- connecting, signing in, MAIL FROM: about us, not about the receiver, so it is never final;
- RCPT TO and DATA: about this letter, final if the code is 5xx; one receiver put off at RCPT TO, as
  by greylisting, says nothing of the next;
- a connection lost before the content went out: nothing happened yet, so a kept connection, which
  servers drop when it idles, is replaced once and the letter begun again;
- a connection lost after: nobody knows. The letter is delayed, and sent again with the same
  Message-ID, by which the receiver's side can tell a repeat. One that was accepted never is.
"""

import contextlib
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from typing import Self

from survey.post.letter import Letter, pack
from survey.post.outcome import Delayed, Refused

TIMEOUT = 10.0
CLOSING = 421
NOT_SIGNED_IN = (530, 534, 535, 538)
ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class Server:
    """Where letters are handed over. `tls` is from the first byte (smtps)."""

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: str = field(default="", repr=False)


class _Dropped(Exception):
    """The server ended the connection before it had the letter."""


class SmtpOffice:
    """Hands letters to one server. Connects when the first one is sent, and stays connected."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Say goodbye, if the connection still stands."""
        if self._line:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._line.quit()
        self._hang_up()

    def send(self, letter: Letter) -> None:
        """Hand over one letter; when this returns, the server has accepted it.

        Raises:
            Refused: the server will never take this letter, or its receiver's address is none.
            Delayed: try again later.
        """
        packed = pack(letter)
        self._hand_over(self._announce(packed.sender, packed.receiver), packed.content)

    def _announce(self, sender: str, receiver: str) -> smtplib.SMTP:
        """Name sender and receiver, on a new connection if the kept one is gone."""
        if self._line:
            with contextlib.suppress(_Dropped):
                return self._name(self._line, sender, receiver)
        self._line = self._connect()
        try:
            return self._name(self._line, sender, receiver)
        except _Dropped:
            raise Delayed("the server closed the connection") from None

    def _name(self, line: smtplib.SMTP, sender: str, receiver: str) -> smtplib.SMTP:
        try:
            self._expect("MAIL", *line.mail(sender), ours=True)
            self._expect("RCPT", *line.rcpt(receiver))
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise _Dropped from error
        return line

    def _hand_over(self, line: smtplib.SMTP, content: bytes) -> None:
        try:
            code, reply = line.data(content)
        except smtplib.SMTPDataError as error:
            code, reply = error.smtp_code, _as_bytes(error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise Delayed("the connection was lost while the letter went out") from error
        try:
            self._expect("DATA", code, reply)
        except _Dropped:
            raise Delayed(f"DATA: {code}") from None

    def _expect(self, command: str, code: int, reply: bytes, *, ours: bool = False) -> None:
        """Go on if the server agreed; else make the connection fit for the next letter.

        Raises:
            Refused, Delayed: what its code means; with `ours`, never final.
            _Dropped: it is closing the connection.
        """
        if 200 <= code < 300:
            return
        if code == CLOSING:
            self._hang_up()
            raise _Dropped
        try:
            if self._line:
                self._line.rset()
        except (smtplib.SMTPException, OSError):
            self._hang_up()
        final = code >= 500 and not ours and code not in NOT_SIGNED_IN
        told = _told(command, code, reply)
        if final:
            raise Refused(told)
        raise Delayed(told, for_all=command != "RCPT" or code in NOT_SIGNED_IN)

    def _connect(self) -> smtplib.SMTP:
        line: smtplib.SMTP | None = None
        try:
            line = self._dial()
            self._sign_in(line)
        except (smtplib.SMTPException, OSError) as error:
            if line:
                line.close()
            raise Delayed(_connecting(error)) from error
        return line

    def _dial(self) -> smtplib.SMTP:
        server = self.server
        if server.tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)

    def _sign_in(self, line: smtplib.SMTP) -> None:
        line.ehlo_or_helo_if_needed()
        if self.server.user is None:
            return
        if not self.server.tls:
            # Raises when it is not offered: a password never travels in the clear.
            line.starttls(context=ssl.create_default_context())
        line.login(self.server.user, self.server.password)

    def _hang_up(self) -> None:
        if self._line:
            self._line.close()
        self._line = None


def _told(command: str, code: int, reply: bytes) -> str:
    """Command and code (with the enhanced one, RFC 3463), without the server's own words."""
    enhanced = ENHANCED.match(reply)
    return f"{command}: {code}{f' {enhanced[0].decode()}' if enhanced else ''}"


def _connecting(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _told("connecting", error.smtp_code, _as_bytes(error.smtp_error))
    return f"no connection: {type(error).__name__}"


def _as_bytes(reply: bytes | str) -> bytes:
    return reply.encode() if isinstance(reply, str) else reply
