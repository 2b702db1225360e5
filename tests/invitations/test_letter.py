"""The letter: whole letters as people get them, and what must hold for every other."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from survey.foundation.keys import keys
from survey.invitations.letter import Addressee, draft, write
from survey.invitations.return_path import invitation_of
from survey.invitations.stop_tokens import person_of
from survey.invitations.subject_lint import faults
from survey.partnership.directory import directory
from survey.post.letter import Letter, pack
from tests.build import at

SNAPSHOTS = Path(__file__).parent / "letters"
UUID_ = UUID("6f6b3c1e-4b5e-4c55-9f0c-2a3d7d6b9a10")
ADDRESS = "ada@hants.example"
BILINGUAL = {"languages": ("en", "cy"), "colour": "#ffdd00", "name": "Cyngor Sir Gâr"}

pytestmark = pytest.mark.usefixtures("partnership")


def letter(
    reference: str = "INC-2041",
    *,
    language: str | None = "en-GB",
    reminder: bool = False,
    partner: dict[str, Any] | None = None,
    service: dict[str, Any] | None = None,
) -> Letter:
    """A letter of OCC about payroll, but for what is named."""
    known, closed_at = directory(), at("2026-11-21T23:30")
    asking = replace(known.partners["OCC"], **partner or {})
    about = replace(known.services["payroll"], **service or {})
    return write(
        draft(asking, about, language, reminder=reminder),
        Addressee(
            uuid=UUID_,
            address=ADDRESS,
            person=keys().person_hash(ADDRESS),
            reference=reference,
            closed_at=closed_at,
            expires_at=closed_at + timedelta(days=21),
            reminder=reminder,
        ),
    )


LETTERS: dict[str, dict[str, Any]] = {
    "invitation": {},
    "reminder": {"reminder": True},
    "welsh": {"language": "cy-GB", "partner": BILINGUAL},
    "bilingual": {"language": None, "partner": BILINGUAL},
    "discreet": {"service": {"discreet": True}},
}


def mail(one: Letter) -> EmailMessage:
    message = message_from_bytes(pack(one).content, policy=modern)
    assert isinstance(message, EmailMessage)
    return message


def as_text(one: Letter) -> str:
    """The whole message as it goes over the wire, its bodies decoded, undated."""
    message = mail(one)
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    head = [f"{name}: {value}" for name, value in message.items() if name != "Date"]
    head += [f"(envelope) {pack(one).sender} to {pack(one).receiver}", ""]
    text = "\n".join([*head, *(part.get_content() for part in parts if part)])
    return text.replace("\r\n", "\n")


@pytest.mark.parametrize("name", LETTERS)
def test_a_whole_letter_reads_as_it_was_approved(app: Flask, name: str) -> None:
    """After a wanted change: delete the snapshots, run this twice, read the difference."""
    text, snapshot = as_text(letter(**LETTERS[name])), SNAPSHOTS / f"{name}.snapshot"
    if not snapshot.exists():
        snapshot.parent.mkdir(exist_ok=True)
        snapshot.write_text(text, encoding="utf-8")
        pytest.fail("the snapshot was missing and has been written; read it")
    assert text == snapshot.read_text(encoding="utf-8")


def test_the_same_letter_written_again_is_the_same(app: Flask) -> None:
    assert letter() == letter()


def test_the_five_answers_only_fill_in_the_page_that_the_link_opens(app: Flask) -> None:
    link = f"http://survey.test/a/{keys().link_token(UUID_)}?rating="
    for body in (letter().text, letter().html):
        assert re.findall(rf"{re.escape(link)}(\d)", body) == ["5", "4", "3", "2", "1"]


@pytest.mark.parametrize("name", LETTERS)
def test_nothing_in_a_letter_is_fetched_when_it_is_read(app: Flask, name: str) -> None:
    html = letter(**LETTERS[name]).html
    assert not re.search(r"<(img|link|script|iframe|object|style)\b|url\(|\bsrc=", html)


@pytest.mark.parametrize("name", LETTERS)
def test_no_blank_is_left_unfilled(app: Flask, name: str) -> None:
    assert not re.search("[\ue000-\uf8ff]", as_text(letter(**LETTERS[name])))


@pytest.mark.parametrize("name", LETTERS)
def test_an_independent_parser_finds_the_headers_in_order(app: Flask, name: str) -> None:
    one = letter(**LETTERS[name])
    message, packed = mail(one), pack(one)
    assert message.defects == []
    assert [value.defects for value in message.values() if hasattr(value, "defects")] == [
        () for value in message.values() if hasattr(value, "defects")
    ]
    # RFC 5322, RFC 3834, RFC 8058.
    (sender,) = message["From"].addresses
    assert sender.addr_spec == "survey@survey.test"
    assert message["To"].addresses[0].addr_spec == ADDRESS
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.fullmatch(
        r"<http://survey\.test/stop/([^/]+)/OCC(\?language=(cy|en))?>", message["List-Unsubscribe"]
    )
    assert link
    assert person_of(link[1]) == keys().person_hash(ADDRESS)
    assert keys().link_token(UUID_) not in message["List-Unsubscribe"]
    assert re.fullmatch(rf"<{UUID_}(\.reminder)?@survey\.test>", message["Message-ID"])
    assert message["Date"].datetime.utcoffset() == timedelta(0)
    # The bounce domain is that of From, so that SPF aligns for DMARC.
    assert packed.sender.endswith("@survey.test")
    assert invitation_of(packed.sender) == UUID_
    for once in ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe"):
        assert len(message.get_all(once, [])) == 1
    assert faults(message["Subject"]) == []


@pytest.mark.parametrize(
    ("given", "subject"),
    [
        ({}, "Payroll enquiry INC-2041"),
        ({"reference": "INC0012345", "service": {"name": "HR"}}, "HR enquiry INC0012345"),
        ({"reference": "R" * 120}, "Your enquiry"),
        ({"reference": "1" * 50}, "Enquiry " + "1" * 50),
        ({"service": {"name": "Debt recovery"}}, "Enquiry INC-2041"),
        ({"service": {"name": "PAYROLL"}, "reference": "PAY £20 NOW!"}, "Your enquiry"),
        ({"reference": "=?utf-8?q?=0A?="}, "Your enquiry"),
        ({"service": {"discreet": True}}, "Enquiry INC-2041"),
        ({"reminder": True}, "Once more: Payroll enquiry INC-2041"),
        ({"reminder": True, "service": {"discreet": True}}, "Once more: enquiry INC-2041"),
        ({"language": "cy"}, "Ymholiad Payroll INC-2041"),
        (LETTERS["bilingual"], "Payroll enquiry INC-2041 / Ymholiad Payroll INC-2041"),
        ({**LETTERS["bilingual"], "reference": "INC-2041-2222"}, "Payroll enquiry INC-2041-2222"),
        (
            {"reference": "INC\r\nBcc: eve@evil.example"},
            "Payroll enquiry INC Bcc: eve@evil.example",
        ),
    ],
)
def test_the_subject_names_service_and_reference_or_less_where_they_do_not_pass(
    app: Flask, given: dict[str, Any], subject: str
) -> None:
    one = letter(**given)
    assert one.subject == subject
    assert faults(subject) == []
    assert mail(one)["Subject"] == subject
    assert mail(one)["Bcc"] is None


def test_a_discreet_service_is_named_nowhere_in_its_letter(app: Flask) -> None:
    assert "Payroll" not in as_text(letter(service={"discreet": True}))


def test_each_language_of_a_letter_leads_to_the_page_in_that_language(app: Flask) -> None:
    english, welsh = letter(**LETTERS["bilingual"]).text.split("-" * 40)
    assert english.count("&language=en") == 5
    assert welsh.count("&language=cy") == 5
    # Of an enquiry that prefers Welsh the page knows it.
    assert "&language" not in letter(**LETTERS["welsh"]).text


@pytest.mark.parametrize(
    ("languages", "preferred", "written_in"),
    [
        (("en",), None, ["en"]),
        (("en",), "cy", ["cy"]),
        (("en", "cy"), "en-GB", ["en"]),
        (("en", "cy"), "pl", ["en", "cy"]),
        (("cy", "en"), None, ["cy", "en"]),
        (("cy",), None, ["cy"]),
        (("fr",), None, ["en"]),
    ],
)
def test_a_letter_is_in_the_language_that_is_preferred_or_else_in_the_partners(
    app: Flask, languages: tuple[str, ...], preferred: str | None, written_in: list[str]
) -> None:
    html = letter(language=preferred, partner={"languages": languages}).html
    assert re.findall(r'<div lang="(..)">', html) == written_in


def test_a_faint_colour_adorns_and_carries_no_text(app: Flask) -> None:
    html = letter(**LETTERS["bilingual"]).html
    assert "border-top:8px solid #ffdd00" in html
    assert "color:#ffdd00" not in html


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
    about = draft(known.partners["OCC"], known.services["payroll"], None)
    text = write(about, summer).text
    assert "was closed on 2 July 2026" in text
    assert "until 23 July 2026" in text
