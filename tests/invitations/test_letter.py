"""The letter: one whole letter as people get it, and what must hold for every other."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from survey.foundation.keys import keys
from survey.invitations.letter import Addressee, draft, write
from survey.partnership.directory import directory
from survey.post.letter import Letter, as_message
from tests.build import at

SNAPSHOT = Path(__file__).parent / "letter.snapshot"
UUID_ = UUID("6f6b3c1e-4b5e-4c55-9f0c-2a3d7d6b9a10")

pytestmark = pytest.mark.usefixtures("partnership")


def letter(reference: str = "INC-2041", service: str = "payroll", address: str = "") -> Letter:
    known = directory()
    address = address or "ada@hants.example"
    closed_at = at("2026-11-21T23:30")
    return write(
        draft(known.partners["OCC"], known.services[service], "en-GB"),
        Addressee(
            uuid=UUID_,
            address=address,
            person=keys().person_hash(address),
            reference=reference,
            closed_at=closed_at,
            expires_at=closed_at + timedelta(days=21),
        ),
    )


def as_text(one: Letter) -> str:
    headers = [
        f"From: {one.sender}",
        f"To: {one.to}",
        f"Subject: {one.subject}",
        f"Message-ID: {one.message_id}",
        *(f"{name}: {value}" for name, value in one.headers.items()),
    ]
    return "\n".join([*headers, "", one.text, "--- HTML ---", one.html, ""])


def test_a_whole_letter_reads_as_it_was_approved(app: Flask) -> None:
    """After a wanted change: delete the snapshot, run this twice, read the difference."""
    text = as_text(letter())
    if not SNAPSHOT.exists():
        SNAPSHOT.write_text(text, encoding="utf-8")
        pytest.fail("the snapshot was missing and has been written; read it")
    assert text == SNAPSHOT.read_text(encoding="utf-8")


def test_the_same_letter_written_again_is_the_same(app: Flask) -> None:
    assert letter() == letter()


def test_the_five_answers_only_fill_in_the_page_that_the_link_opens(app: Flask) -> None:
    link = f"http://survey.test/a/{keys().link_token(UUID_)}?rating="
    for body in (letter().text, letter().html):
        assert re.findall(rf"{re.escape(link)}(\d)", body) == ["5", "4", "3", "2", "1"]


def test_nothing_in_the_letter_is_fetched_when_it_is_read(app: Flask) -> None:
    html = letter().html
    assert not re.search(r"<(img|link|script|iframe|object|style)\b|url\(|\bsrc=", html)


def test_no_blank_is_left_unfilled(app: Flask) -> None:
    assert not re.search("[\ue000-\uf8ff]", as_text(letter()))


@pytest.mark.parametrize(
    ("reference", "subject"),
    [
        ("INC-2041", "Payroll enquiry INC-2041"),
        ("R" * 120, f"Payroll enquiry {'R' * 43}…"),
        ("INC\r\nBcc: eve@evil.example", "Payroll enquiry INC Bcc: eve@evil.example"),
    ],
)
def test_the_subject_is_one_short_line_of_service_and_reference(
    app: Flask, reference: str, subject: str
) -> None:
    one = letter(reference)
    assert one.subject == subject
    assert len(one.subject) <= 60
    assert as_message(one)["Bcc"] is None


def test_a_reference_is_shown_as_text_and_never_as_markup_or_as_a_blank(app: Flask) -> None:
    one = letter("<b>1</b> \ue000token\ue001")
    assert "<b>" not in one.html
    assert "&lt;b&gt;1&lt;/b&gt;" in one.html
    assert one.html.count(keys().link_token(UUID_)) == 5


def test_dates_are_those_of_the_partnerships_time_zone(app: Flask) -> None:
    known = directory()
    summer = Addressee(
        UUID_, "a@b.example", b"p" * 32, "R", at("2026-07-01T23:30"), at("2026-07-22T23:30")
    )
    text = write(draft(known.partners["OCC"], known.services["payroll"], None), summer).text
    assert "was closed on 2 July 2026" in text
    assert "until 23 July 2026" in text
