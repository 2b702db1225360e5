"""Sends letters over one kept SMTP connection (RFC 5321).

What a failure means depends on how far the letter had come:

- connecting, signing in, MAIL FROM: about us, not about the receiver, so it is never final;
- RCPT TO and DATA: about this letter, final if the code is 5xx; one receiver put off at RCPT TO, as
  by greylisting, says nothing of the next, but perhaps that its system wants fewer letters;
- a connection lost before the content went out: nothing happened yet, so a kept connection, which
  servers drop when it idles, is replaced once and the letter begun again;
- a connection lost after: nobody knows. The letter is delayed, and sent again with the same
  Message-ID, by which the receiver's side can tell a repeat. One that was accepted never is.

Where the server offers PIPELINING (RFC 2920), the three commands before the content go out in one,
so that a letter waits for the server twice and not four times.
"""

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from survey.post.delivery_failure import tells_nobody_there
from survey.post.letter import Letter, pack
from survey.post.outcome import Delayed, Refused

TIMEOUT = 10.0
# Servers look a letter through before they accept it; whoever hangs up meanwhile sends it twice.
ACCEPTING_TIMEOUT = 60.0
GO_AHEAD, CLOSING = 354, 421
NOT_SIGNED_IN = (530, 534, 535, 538)
ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
Reply = tuple[int, bytes]


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
    """Hands letters to one server. Connects when the first one is sent, and stays connected.

    After `most` letters it says goodbye and connects anew, as some servers demand.
    """

    def __init__(self, server: Server, most: int = 500) -> None:
        self.server, self.most = server, most
        self._line: smtplib.SMTP | None = None
        self._carried = 0

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
        self._carried += 1
        if self._carried >= self.most:
            self.__exit__()

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
        commands = (f"MAIL FROM:<{sender}>", f"RCPT TO:<{receiver}>", "DATA")
        try:
            ask = _ask_at_once if line.has_extn("pipelining") else _ask_in_turn
            mail, *others = ask(line, commands)
            self._expect("MAIL", *mail, ours=True)
            for name, reply in zip(("RCPT", "DATA"), others, strict=False):
                self._expect(name, *reply)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise _Dropped from error
        return line

    def _hand_over(self, line: smtplib.SMTP, content: bytes) -> None:
        try:
            line.send(_on_the_wire(content))
            if line.sock:
                line.sock.settimeout(ACCEPTING_TIMEOUT)
            code, reply = line.getreply()
            if line.sock:
                line.sock.settimeout(TIMEOUT)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            lost = "the connection was lost while the letter went out"
            raise Delayed(lost, perhaps_sent=True) from error
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
        if _agreed((code, reply)):
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
            nobody = command == "RCPT" and tells_nobody_there(
                f"{code} {reply.decode(errors='replace')}"
            )
            raise Refused(told, nobody_there=nobody)
        receivers_own = command == "RCPT" and code not in NOT_SIGNED_IN
        raise Delayed(told, for_all=not receivers_own, by_receiver=receivers_own)

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
        self._line, self._carried = None, 0


def _ask_in_turn(line: smtplib.SMTP, commands: Iterable[str]) -> list[Reply]:
    """The replies to commands, up to the first that was not agreed to."""
    replies: list[Reply] = []
    for command in commands:
        replies.append(line.docmd(command))
        if not _agreed(replies[-1]):
            break
    return replies


def _ask_at_once(line: smtplib.SMTP, commands: Sequence[str]) -> list[Reply]:
    """The same in one go. All replies are read, as each must be before the next command."""
    line.send("".join(f"{command}\r\n" for command in commands))
    replies: list[Reply] = []
    for _ in commands:
        replies.append(line.getreply())
        if replies[-1][0] == CLOSING:
            return replies
    if replies[-1][0] == GO_AHEAD and not all(map(_agreed, replies)):
        # It would take the content although it refused what comes before: it gets an empty one.
        line.docmd(".")
    return replies


def _agreed(reply: Reply) -> bool:
    return 200 <= reply[0] < 300 or reply[0] == GO_AHEAD


def _on_the_wire(content: bytes) -> bytes:
    """The content up to the lone dot that ends it, with a dot more where a line begins with one."""
    lines = content if content.endswith(b"\r\n") else content + b"\r\n"
    return (b"\r\n" + lines).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"


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
