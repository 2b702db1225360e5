"""One address says which post office it is; a wrong one is told in a line without the password."""

from pathlib import Path

import pytest

from survey.post.maildir import MaildirOffice
from survey.post.office import open_office
from survey.post.smtp import Server, SmtpOffice


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://relay", Server("relay", 25)),
        ("smtp://relay:2525/", Server("relay", 2525)),
        ("smtp://me:p%40ss%2F@relay", Server("relay", 587, False, "me", "p@ss/")),
        ("smtps://m%40x:pw@relay", Server("relay", 465, True, "m@x", "pw")),
    ],
)
def test_an_smtp_address_names_host_port_and_percent_decoded_credentials(
    url: str, server: Server
) -> None:
    office = open_office(url)
    assert isinstance(office, SmtpOffice)
    assert office.server == server


@pytest.mark.parametrize(
    ("url", "path"), [("maildir:instance/mail", "instance/mail"), ("maildir:/mail", "/mail")]
)
def test_a_maildir_address_names_a_folder(url: str, path: str) -> None:
    office = open_office(url)
    assert isinstance(office, MaildirOffice)
    assert office.path == Path(path)


@pytest.mark.parametrize(
    "url",
    [
        *("", "maildir:", "relay", "http://relay", "smtp:", "smtp://", "smtp://:25"),
        *("notify:secret", "imap://me:secret@relay"),
        *("smtp://relay:port", "smtp://relay:99999", "smtp://me@relay", "smtp://relay/in?a=b"),
        *("smtp://me:sec/secret@relay:25", "smtp://me:12/secret@relay", "smtp://[me:secret@relay"),
        *("smtp://:secret@relay", "smtp://me:sécret@relay", "smtp://me:secret@re..lay"),
    ],
)
def test_any_other_address_is_refused_in_one_line_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"^mail address: ") as refused:
        open_office(url)
    assert "sec" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_password_is_not_shown_by_the_office_that_knows_it() -> None:
    office = open_office("smtp://me:secret@relay")
    assert isinstance(office, SmtpOffice)
    assert "secret" not in repr(office.server)
