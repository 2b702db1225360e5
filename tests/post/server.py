"""A real SMTP server on a free loopback port, whose answers a test can script."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "mailer", "s p@ss/:%word"


class Desk:
    """aiosmtpd's handler. `replies` are given out, one for each command they name.

    Told to, it offers PIPELINING (RFC 2920), and turns connections away while `most_live` stand.
    """

    def __init__(self, *, pipelining: bool = False) -> None:
        self.pipelining = pipelining
        self.connects = 0
        self.logins = 0
        self.senders: list[str] = []
        self.received: list[bytes] = []
        self.receivers: list[str] = []
        self.replies: dict[str, list[str]] = {}
        self.hang_up_at: set[str] = set()
        self.live: list[Any] = []
        self.most_live = 1000

    def _scripted(self, command: str, server: Any) -> str | None:
        if command in self.hang_up_at:
            self.hang_up_at.remove(command)
            server.transport.abort()
        return self.replies[command].pop(0) if self.replies.get(command) else None

    def authenticate(self, _s: Any, _session: Any, _e: Any, _kind: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        self.logins += right
        return AuthResult(success=right, handled=False)

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.live = [each for each in self.live if not each.is_closing()]
        if len(self.live) >= self.most_live:
            return ["421 4.7.0 too many connections"]
        if not session.ssl:
            self.connects += 1
        self.live.append(server.transport)
        if self.pipelining:
            responses.insert(1, "250-PIPELINING")
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.senders.append(address)
        if reply := self._scripted("MAIL", server):
            return reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if reply := self._scripted("RCPT", server):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if reply := self._scripted("DATA", server):
            return reply
        self.received.append(envelope.content)
        self.receivers.extend(envelope.rcpt_tos)
        return "250 OK"


@contextmanager
def serving(desk: Desk, **options: Any) -> Iterator[int]:
    """Run the server; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    options = {"authenticator": desk.authenticate, **options}
    controller = Controller(desk, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def certified(folder: Path) -> ssl.SSLContext:
    """A server's TLS context for 127.0.0.1; its certificate is left in `folder` as cert.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
