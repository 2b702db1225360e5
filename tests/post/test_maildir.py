"""Letters in a Maildir: one file a letter, whatever happens in between."""

import mailbox
import os
from pathlib import Path

import pytest

from survey.post.maildir import MaildirOffice
from survey.post.office import Delayed, Refused
from tests.post.letters import LETTER, letter


def subjects(path: Path) -> list[str]:
    return sorted(message["X-Try"] for message in mailbox.Maildir(path))


def test_any_mail_program_can_read_what_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "mail"
    with MaildirOffice(path) as office:
        office.send(LETTER)
        office.send(letter(message_id="<2.letter@example.net>"))
    box = mailbox.Maildir(path, create=False)
    assert {m["Message-ID"] for m in box} == {LETTER.message_id, "<2.letter@example.net>"}
    assert not list((path / "tmp").iterdir())


def test_a_repeat_after_a_crash_replaces_the_letter(tmp_path: Path) -> None:
    for attempt in ("first", "second"):
        with MaildirOffice(tmp_path) as office:
            office.send(letter(headers={"X-Try": attempt}))
    assert subjects(tmp_path) == ["second"]


def test_a_repeat_replaces_a_letter_already_read_and_keeps_its_flags(tmp_path: Path) -> None:
    with MaildirOffice(tmp_path) as office:
        office.send(letter(headers={"X-Try": "first"}))
        (file,) = (tmp_path / "new").iterdir()
        read = tmp_path / "cur" / f"{file.name}:2,S"
        file.rename(read)
        office.send(letter(headers={"X-Try": "second"}))
    assert subjects(tmp_path) == ["second"]
    assert read.exists()


def test_a_message_id_never_leads_out_of_the_maildir(tmp_path: Path) -> None:
    with MaildirOffice(tmp_path / "mail") as office:
        office.send(letter(message_id="<../../escape@example.net>"))
    assert [p.name for p in tmp_path.iterdir()] == ["mail"]
    assert len(list((tmp_path / "mail" / "new").iterdir())) == 1


def test_a_crash_before_the_letter_is_whole_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_descriptor: int) -> None:
        raise KeyboardInterrupt

    with MaildirOffice(tmp_path) as office:
        office.send(LETTER)
        monkeypatch.setattr(os, "fsync", die)
        with pytest.raises(KeyboardInterrupt):
            office.send(letter(message_id="<2.letter@example.net>"))
    assert len(mailbox.Maildir(tmp_path)) == 1
    assert not list((tmp_path / "tmp").iterdir())


def test_a_place_that_cannot_be_written_delays_the_letter(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with MaildirOffice(tmp_path / "file") as office, pytest.raises(Delayed, match="maildir"):
        office.send(LETTER)


def test_no_address_is_final_but_our_own_fault_is_not(tmp_path: Path) -> None:
    with MaildirOffice(tmp_path) as office:
        with pytest.raises(Refused):
            office.send(letter(to="nobody"))
        with pytest.raises(Delayed):
            office.send(letter(sender="nobody"))
    assert not list(tmp_path.iterdir())
