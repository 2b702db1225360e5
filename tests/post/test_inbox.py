"""A maildir of what came back, emptied by several workers, each message read once."""

import time
from pathlib import Path
from threading import Barrier, Thread

import pytest

from survey.post.inbox import HOLD, Inbox


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    return tmp_path


def put(maildir: Path, name: str, content: bytes = b"hello") -> None:
    (maildir / "new" / name).write_bytes(content)


def test_each_message_is_claimed_read_and_removed(maildir: Path) -> None:
    put(maildir, "1.host", b"one")
    put(maildir, "2.host", b"two")
    inbox, read = Inbox(maildir), []
    assert inbox.oldest() is not None
    for held in inbox.claims():
        read.append(inbox.read(held))
        inbox.done(held)
    assert read == [b"one", b"two"]
    assert inbox.oldest() is None


def test_what_is_kept_lies_in_a_folder_that_mail_programs_show(maildir: Path) -> None:
    put(maildir, "1.host", b"one")
    inbox = Inbox(maildir)
    for held in inbox.claims():
        inbox.keep(held)
    assert (maildir / ".unknown" / "new" / "1.host").read_bytes() == b"one"
    assert inbox.oldest() is None


def test_two_workers_at_once_claim_each_message_once(maildir: Path) -> None:
    for n in range(200):
        put(maildir, f"{n}.host")
    start = Barrier(4)
    claimed: list[str] = []

    def work() -> None:
        start.wait()
        claimed.extend(held.name.partition(".")[2] for held in Inbox(maildir).claims())

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(f"{n}.host" for n in range(200))


def test_what_a_killed_worker_held_is_left_alone_for_a_minute_then_claimed_again(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(maildir, "1.host")
    inbox = Inbox(maildir)
    assert len(list(inbox.claims())) == 1
    assert list(inbox.claims()) == []
    assert inbox.oldest() is not None
    later = time.time() + HOLD + 1
    monkeypatch.setattr(time, "time", lambda: later)
    put(maildir, "2.host")
    names = [held.name.partition(".")[2] for held in inbox.claims()]
    assert names == ["2.host", "1.host"]


def test_a_maildir_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "nowhere")
    assert list(inbox.claims()) == []
    assert inbox.oldest() is None


def test_a_message_that_another_worker_finished_meanwhile_is_nobodys_trouble(
    maildir: Path,
) -> None:
    put(maildir, "1.host")
    inbox = Inbox(maildir)
    for held in inbox.claims():
        held.unlink()
        inbox.done(held)
        inbox.keep(held)
    assert inbox.oldest() is None
