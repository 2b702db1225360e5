"""Letters over SMTP, against a real server that refuses, delays and hangs up."""

import smtplib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from survey.post.office import Delayed, PostOffice, Refused, open_office
from tests.post.letters import LETTER, letter
from tests.post.server import PASSWORD, USER, Desk, certified, serving
from tests.post.test_letter import parsed

LOGIN = f"{USER}:{quote(PASSWORD, safe='')}"


@pytest.fixture(params=["in turn", "at once"])
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(pipelining=request.param == "at once")


@pytest.fixture
def office(desk: Desk) -> Iterator[PostOffice]:
    with serving(desk) as port, open_office(f"smtp://127.0.0.1:{port}") as office:
        yield office


def test_a_letter_arrives_as_text_and_html(desk: Desk, office: PostOffice) -> None:
    office.send(LETTER)
    message = parsed(desk.received[0])
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    assert text.get_content().splitlines() == LETTER.text.splitlines()
    assert LETTER.html in html.get_content()
    assert message["Message-ID"] == LETTER.message_id
    assert (desk.senders, desk.receivers) == (["survey@example.net"], [LETTER.to])


def test_several_letters_go_over_one_connection(desk: Desk, office: PostOffice) -> None:
    for _ in range(3):
        office.send(LETTER)
    assert (desk.connects, len(desk.received)) == (1, 3)


@pytest.mark.parametrize(
    ("command", "reply", "outcome"),
    [
        ("RCPT", "550 5.1.1 <ada@example.org> unknown", Refused),
        ("RCPT", "450 4.2.1 <ada@example.org> busy", Delayed),
        ("RCPT", "530 5.7.0 sign in first", Delayed),
        ("DATA", "554 5.6.0 <ada@example.org> will not have it", Refused),
        ("DATA", "451 4.3.0 try later", Delayed),
        ("DATA", "421 4.3.2 going down", Delayed),
        ("MAIL", "550 5.7.1 you may not send", Delayed),
        ("MAIL", "451 4.7.1 greylisted", Delayed),
    ],
)
def test_the_reply_code_says_whether_trying_again_can_help(
    desk: Desk, office: PostOffice, command: str, reply: str, outcome: type[Exception]
) -> None:
    desk.replies = {command: [reply]}
    with pytest.raises(outcome, match=rf"^{command}: {reply[:3]}") as failure:
        office.send(LETTER)
    assert type(failure.value) is outcome
    assert LETTER.to not in str(failure.value)
    office.send(letter(to="bob@example.org"))
    assert desk.receivers == ["bob@example.org"]
    assert desk.connects == (2 if reply.startswith("421") else 1)


@pytest.mark.parametrize(
    ("command", "reply", "for_all"),
    [
        ("RCPT", "450 4.2.0 greylisted", False),
        ("RCPT", "421 4.3.2 going down", True),
        ("RCPT", "530 5.7.0 sign in first", True),
        ("MAIL", "451 4.7.1 greylisted", True),
        ("DATA", "451 4.3.0 try later", True),
    ],
)
def test_only_one_receiver_put_off_says_nothing_of_the_others(
    desk: Desk, office: PostOffice, command: str, reply: str, for_all: bool
) -> None:
    desk.replies = {command: [reply]}
    with pytest.raises(Delayed) as failure:
        office.send(LETTER)
    assert failure.value.for_all == for_all


def test_commands_go_out_in_one_where_the_server_offers_it(
    office: PostOffice, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.send(LETTER)
    writes: list[bytes] = []
    plain = smtplib.SMTP.send

    def send(line: smtplib.SMTP, data: bytes) -> None:
        writes.append(data)
        plain(line, data)

    monkeypatch.setattr(smtplib.SMTP, "send", send)
    office.send(LETTER)
    assert len(writes) == (2 if desk.pipelining else 4)
    assert len(desk.received) == 2


def test_a_server_that_takes_content_for_nobody_gets_none(
    office: PostOffice, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def take_anything(server: Any, arg: str) -> None:
        await server.push("354 go ahead")
        while await server._reader.readline() != b".\r\n":
            raise AssertionError("content came")
        await server.push("554 5.5.1 no receivers")

    office.send(LETTER)
    with monkeypatch.context() as patch:
        patch.setattr("aiosmtpd.smtp.SMTP.smtp_DATA", take_anything)
        desk.replies = {"RCPT": ["550 5.1.1 unknown"]}
        with pytest.raises(Refused, match=r"^RCPT: 550 5\.1\.1$"):
            office.send(LETTER)
    office.send(letter(to="bob@example.org"))
    assert (desk.connects, len(desk.received)) == (1, 2)


def test_a_line_that_begins_with_a_dot_arrives_as_it_was(desk: Desk, office: PostOffice) -> None:
    office.send(letter(text=".\n..\n.hidden\nend"))
    text = parsed(desk.received[0]).get_body(("plain",))
    assert text
    assert text.get_content().splitlines() == [".", "..", ".hidden", "end"]


def test_a_connection_is_replaced_after_so_many_letters(desk: Desk) -> None:
    with serving(desk) as port, open_office(f"smtp://127.0.0.1:{port}", 2) as office:
        for _ in range(5):
            office.send(LETTER)
    assert (desk.connects, len(desk.received)) == (3, 5)


def test_no_address_is_final_and_never_reaches_the_server(desk: Desk, office: PostOffice) -> None:
    with pytest.raises(Refused):
        office.send(letter(to="ada@example.org\r\nRCPT TO:<eve@example.org>"))
    assert desk.connects == 0


def test_a_letter_ill_formed_through_our_fault_is_kept(desk: Desk, office: PostOffice) -> None:
    with pytest.raises(Delayed, match=r"written: ValueError$") as failure:
        office.send(letter(subject="a\r\nBcc: eve@example.org"))
    assert not failure.value.for_all
    assert desk.connects == 0


def test_a_kept_connection_that_was_dropped_is_replaced(desk: Desk, office: PostOffice) -> None:
    office.send(LETTER)
    for transport in desk.live:
        transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
    office.send(LETTER)
    assert (desk.connects, len(desk.received)) == (2, 2)


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_a_letter_begun_when_the_connection_dropped_is_begun_again(
    desk: Desk, office: PostOffice, command: str
) -> None:
    office.send(LETTER)
    desk.hang_up_at = {command}
    office.send(LETTER)
    assert (desk.connects, len(desk.received)) == (2, 2)


def test_a_server_that_says_it_is_closing_is_called_again(desk: Desk, office: PostOffice) -> None:
    office.send(LETTER)
    desk.replies = {"MAIL": ["421 4.4.2 idle for too long"]}
    office.send(LETTER)
    assert (desk.connects, len(desk.received)) == (2, 2)


def test_a_server_that_keeps_hanging_up_is_called_only_twice(
    desk: Desk, office: PostOffice
) -> None:
    office.send(LETTER)
    desk.replies = {"MAIL": ["421 4.4.2 no", "421 4.4.2 no"]}
    with pytest.raises(Delayed):
        office.send(LETTER)
    assert (desk.connects, len(desk.received)) == (2, 1)


def test_a_connection_lost_in_mid_letter_delays_and_never_repeats_it(
    desk: Desk, office: PostOffice
) -> None:
    office.send(LETTER)
    desk.hang_up_at = {"DATA"}
    with pytest.raises(Delayed, match="lost while the letter went out"):
        office.send(LETTER)
    # The server had taken it before it hung up: only the next attempt may repeat it.
    assert (desk.connects, len(desk.received)) == (1, 2)
    office.send(LETTER)
    assert len({parsed(content)["Message-ID"] for content in desk.received}) == 1


def test_nobody_at_the_other_end_delays() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        open_office(f"smtp://127.0.0.1:{port}") as office,
        pytest.raises(Delayed, match="no connection: ConnectionRefusedError"),
    ):
        office.send(LETTER)


def test_an_unknown_host_delays() -> None:
    with open_office("smtp://relay.invalid") as office, pytest.raises(Delayed):
        office.send(LETTER)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_credentials_are_used_over_tls(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    context = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    kind = (
        {"tls_context": context, "require_starttls": True, "auth_required": True}
        if scheme == "smtp"
        # aiosmtpd takes only STARTTLS for TLS.
        else {"ssl_context": context, "auth_require_tls": False}
    )
    with (
        serving(desk, **kind) as port,
        open_office(f"{scheme}://{LOGIN}@127.0.0.1:{port}") as office,
    ):
        office.send(LETTER)
        office.send(LETTER)
    assert (desk.logins, len(desk.received)) == (1, 2)


def test_a_wrong_password_is_not_the_receivers_fault(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with (
        serving(desk, tls_context=context, auth_required=True) as port,
        open_office(f"smtp://{USER}:wrong@127.0.0.1:{port}") as office,
        pytest.raises(Delayed, match=r"^connecting: 535 5\.7\.8$"),
    ):
        office.send(LETTER)


def test_a_certificate_nobody_vouches_for_ends_it(desk: Desk, tmp_path: Path) -> None:
    with (
        serving(desk, tls_context=certified(tmp_path)) as port,
        open_office(f"smtp://{LOGIN}@127.0.0.1:{port}") as office,
        pytest.raises(Delayed, match="SSLCertVerificationError"),
    ):
        office.send(LETTER)


def test_a_password_never_travels_in_the_clear(desk: Desk) -> None:
    with (
        serving(desk) as port,
        open_office(f"smtp://{LOGIN}@127.0.0.1:{port}") as office,
        pytest.raises(Delayed, match="SMTPNotSupportedError"),
    ):
        office.send(LETTER)
    assert desk.received == []
