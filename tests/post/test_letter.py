"""A letter becomes an e-mail that says what it should and nothing that was smuggled in."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.post.letter import pack
from survey.post.mime import mailbox
from survey.post.outcome import Delayed, Refused
from tests.post.letters import LETTER, letter


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_standard_parser_reads_back_what_was_written() -> None:
    message = parsed(pack(LETTER).content)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    assert text.get_content().splitlines() == LETTER.text.splitlines()
    assert html.get_content().strip() == LETTER.html
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == LETTER.message_id
    assert message["From"].addresses[0].display_name == "Survey Team"
    assert message["Date"].datetime.tzinfo is not None
    assert message.get_content_type() == "multipart/alternative"


def test_a_long_unsubscribe_link_stays_in_one_piece() -> None:
    assert LETTER.headers["List-Unsubscribe"].encode() in pack(LETTER).content


def test_no_line_is_longer_than_mail_may_have() -> None:
    content = pack(letter(subject="ŵ" * 60, text="ŵ" * 500 + "\n" + "x" * 500 + " ")).content
    headers, _, bodies = content.partition(b"\r\n\r\n")
    assert max(map(len, bodies.split(b"\r\n"))) <= 76
    assert all(len(line) <= 76 for line in headers.split(b"\r\n") if b"=?" in line)


def test_a_long_name_of_the_sender_in_any_script_is_read_back() -> None:
    name = "Arolwg Cyngor Sir Gaerfyrddin a’r Cylch ŵŷ " * 2
    content = pack(letter(sender=f'"{name.strip()}" <survey@example.net>')).content
    # The older parser: the newer one puts a blank between any two encoded words of a name.
    read = str(make_header(decode_header(message_from_bytes(content)["From"])))
    assert parseaddr(read) == (name.strip(), "survey@example.net")


def test_the_content_is_ascii_for_servers_that_take_no_more() -> None:
    assert pack(LETTER).content.isascii()


@pytest.mark.parametrize(
    "over",
    [
        {"subject": "Hello\r\nBcc: eve@example.org"},
        {"subject": "Hello\nBcc: eve@example.org"},
        {"subject": "Hello\x00"},
        {"subject": "Hello\udce9"},
        {"to": "=?utf-8?q?a=0D=0ABcc:_eve?=@example.org"},
        {"sender": "=?utf-8?q?a=0D=0ABcc:_eve?= <survey@example.net>"},
        {"headers": {"X-Kind": "a", "x-kind": "=?utf-8?q?a=0D=0ABcc:_eve?="}},
        {"sender": "Survey <survey@example.net>\r\nBcc: eve@example.org"},
        {"sender": "survey@example.net, eve@example.org"},
        {"sender": "nobody"},
        {"message_id": "<1@example.net>\r\nBcc: eve@example.org"},
        {"to": "ada@example.org\r\nBcc: eve@example.org"},
        {"to": "ada@example.org, eve@example.org"},
        {"headers": {"X-Kind": "a\r\nBcc: eve@example.org"}},
        {"headers": {"Bcc: eve@example.org\r\nX-Kind": "a"}},
        {"headers": {"To": "eve@example.org"}},
        {"headers": {"Content-Type": "text/plain"}},
    ],
)
def test_nothing_can_be_smuggled_into_the_headers(over: dict[str, object]) -> None:
    with pytest.raises((Refused, Delayed)):
        pack(letter(**over))


@pytest.mark.parametrize(
    "subject", ["=?utf-8?q?a=0D=0ABcc:_eve@example.org?=", "=?ascii?q?=E9?=é", "==?=?utf-8?q?=0A?="]
)
def test_an_encoded_word_in_a_subject_stays_as_it_was_typed(subject: str) -> None:
    message = parsed(pack(letter(subject=subject)).content)
    assert message["Subject"] == subject.replace("=?", "= ?")
    assert message["Bcc"] is None


@given(st.text(), st.text())
def test_no_subject_adds_a_header_and_no_text_is_lost(subject: str, text: str) -> None:
    try:
        content = pack(letter(subject=subject, text=text)).content
    except Delayed:
        return
    message = parsed(content)
    assert message.keys() == parsed(pack(LETTER).content).keys()
    assert message.defects == []
    body = message.get_body(("plain",))
    assert body
    # As bytes, lines end at CR and LF only, as they do in e-mail.
    assert body.get_content().encode().splitlines() == text.encode().splitlines()


@pytest.mark.parametrize(
    ("address", "known_as"),
    [
        ("o'brien+it@hants.gov.uk", "o'brien+it@hants.gov.uk"),
        ("Ada@Example.ORG", "Ada@Example.ORG"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_spelt_as_mail_servers_know_it(address: str, known_as: str) -> None:
    assert mailbox(address) == known_as


@pytest.mark.parametrize(
    "address",
    [
        *("", "ada", "@example.org", "ada@", "a b@example.org", "Ada <ada@example.org>", "ada@-."),
        *("é@x.fr", "ada@example.org\n", "a\x00@example.org"),
        *(f"{'a' * 250}@example.org", f"a@{'b' * 80}.org"),
    ],
)
def test_what_is_no_address_is_said_without_repeating_it(address: str) -> None:
    with pytest.raises(ValueError, match=r"^not an address of one mailbox$"):
        mailbox(address)
