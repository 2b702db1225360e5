"""The mailbox shows what was sent, runs nothing of it, and leads nowhere else."""

import os
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.app import create_app
from survey.post.letter import Letter
from survey.post.maildir import MaildirOffice
from tests.databases import config_for


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def reader(demo_app: Flask) -> FlaskClient:
    return demo_app.test_client()


def _send(maildir: Path, number: int = 1, html: str = "<p>Hello</p>", text: str = "Hello") -> None:
    letter = Letter(
        to="ann.other@hants.example.org",
        subject=f"Payroll enquiry {number}",
        text=text,
        html=html,
        sender="survey@survey.test",
        message_id=f"<{number}@survey.test>",
    )
    with MaildirOffice(maildir) as office:
        office.send(letter)


def _address_of_the_only_letter(maildir: Path) -> str:
    (file,) = (maildir / "new").iterdir()
    return f"/demo/mailbox/{file.name}"


def test_without_the_demo_there_is_no_mailbox(tmp_path: Path) -> None:
    app = create_app(config_for(f"sqlite:///{tmp_path / 'unused.db'}", tmp_path))
    assert app.test_client().get("/demo/mailbox").status_code == 404


def test_an_empty_mailbox_says_so(reader: FlaskClient) -> None:
    page = reader.get("/demo/mailbox")
    assert page.status_code == 200
    assert "No letter has been sent yet" in page.text


def test_letters_are_listed_newest_first(reader: FlaskClient, maildir: Path) -> None:
    for number in (1, 2, 3):
        _send(maildir, number)
    for file in (maildir / "new").iterdir():
        number = int(file.read_text().split("Payroll enquiry ")[1][0])
        os.utime(file, (number, number))
    text = reader.get("/demo/mailbox").text
    places = [text.index(f"Payroll enquiry {number}") for number in (3, 2, 1)]
    assert places == sorted(places)


def test_a_letter_shows_both_parts_with_links_that_leave_the_frame(
    reader: FlaskClient, maildir: Path
) -> None:
    link = "http://survey.test/a/token"
    _send(maildir, html=f'<p><a href="{link}">Answer</a></p>', text=f"Answer: {link}")
    page = reader.get(_address_of_the_only_letter(maildir)).text
    frame = page.split('srcdoc="')[1].split('"')[0]
    assert unescape(frame).startswith(f'<base target="_top"><p><a href="{link}">Answer</a></p>')
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page
    assert f'<a href="{link}"' in page.split("<pre")[1]


def test_nothing_in_a_letter_escapes_its_frame_or_runs(reader: FlaskClient, maildir: Path) -> None:
    evil = '"><script>alert(1)</script>'
    _send(maildir, html=evil, text=evil)
    answer = reader.get(_address_of_the_only_letter(maildir))
    assert "<script" not in answer.text
    assert "allow-scripts" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_links_of_letters_sent_on_another_port_lead_to_this_one(
    reader: FlaskClient, maildir: Path
) -> None:
    _send(maildir, text="http://127.0.0.1:8123/a/token")
    page = reader.get(_address_of_the_only_letter(maildir)).text
    assert "http://survey.test/a/token" in page
    assert "8123" not in page


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "..", "%2e%2e%2fsecret", "..%2fsecret", "secret", "a%00b", "."]
)
def test_no_path_leads_out_of_the_mailbox(reader: FlaskClient, maildir: Path, path: str) -> None:
    _send(maildir)
    (maildir / "secret").write_text("Subject: secret\n\nsecret")
    assert reader.get(f"/demo/mailbox/{path}").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00 no letter",
        b"Content-Type: text/plain; charset=no-such\n\ntext",
        b"Content-Type: multipart/mixed; boundary=x\n\nnever closed",
        b"To: \xff\xff@@<<\nSubject: =?utf-8?b?!!!?=\nContent-Type: image/png\n\nx",
    ],
)
def test_a_broken_letter_is_shown_as_such(
    reader: FlaskClient, maildir: Path, content: bytes
) -> None:
    (maildir / "new").mkdir(parents=True)
    (maildir / "new" / "broken").write_bytes(content)
    for path in ("/demo/mailbox", "/demo/mailbox/broken"):
        page = reader.get(path)
        assert page.status_code == 200
        assert "A letter that cannot be read" in page.text


def test_a_letter_seen_by_a_mail_program_keeps_its_address(
    reader: FlaskClient, maildir: Path
) -> None:
    _send(maildir)
    address = _address_of_the_only_letter(maildir)
    (file,) = (maildir / "new").iterdir()
    file.rename(maildir / "cur" / f"{file.name}:2,S")
    assert reader.get(address).status_code == 200
