"""A form: what it writes down is what the plainly built letter says, whatever fills its blanks."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.post.form import Form, blank
from survey.post.letter import Letter, pack
from survey.post.outcome import Delayed, Refused
from tests.post.letters import letter
from tests.post.test_letter import parsed

PATTERN = Letter(
    to=blank("to"),
    subject=f"Enquiry {blank('reference')}",
    text=f"Ŵyth: {blank('reference')}\n\n{blank('token')}{blank('token')}\n.\n{blank('reference')}",
    html=f"<p>{blank('reference')}</p>\n<a href='/{blank('token')}'>{'naïve ' * 30}</a>",
    sender="Survey <survey@example.net>",
    message_id=f"<{blank('token')}@example.net>",
    headers={"List-Unsubscribe": f"<https://survey.example/{blank('token')}>"},
    return_path=f"survey+{blank('token')}@example.net",
)
FORM = Form(PATTERN)
LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029"))
WORDS = LINES.filter(lambda text: text.isprintable() and "=?" not in text)


def filled(reference: str = "R", token: str = "T", to: str = "ada@example.org") -> Letter:
    return FORM.fill({"reference": reference, "token": token, "to": to})


def plainly(one: Letter) -> EmailMessage:
    """The same letter by the standard library alone."""
    message = EmailMessage(SMTP.clone(max_line_length=998))
    message["From"], message["To"], message["Subject"] = one.sender, one.to, one.subject
    message["Message-ID"] = one.message_id
    for name, value in one.headers.items():
        message[name] = value
    message.set_content(one.text, cte="quoted-printable")
    message.add_alternative(one.html, subtype="html", cte="quoted-printable")
    return message


def read(message: EmailMessage) -> tuple[object, ...]:
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    told = {name: str(value) for name, value in message.items()}
    for ours in ("Date", "Content-Type"):
        told.pop(ours, None)
    lines = [body and body.get_content().encode().splitlines() for body in bodies]
    return told, lines, message.get_content_type(), message.defects


@given(WORDS, st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True))
def test_a_filled_form_reads_as_the_plainly_built_letter_does(reference: str, token: str) -> None:
    one = filled(reference.strip(), token)
    packed = pack(one)
    assert read(parsed(packed.content)) == read(parsed(plainly(one).as_bytes()))
    assert (packed.sender, packed.receiver) == (f"survey+{token}@example.net", "ada@example.org")


@given(WORDS)
def test_its_lines_are_as_short_as_mail_wants_them(reference: str) -> None:
    _, _, bodies = pack(filled(reference)).content.partition(b"\r\n\r\n")
    assert bodies.isascii()
    assert max(map(len, bodies.split(b"\r\n"))) <= 76


@given(LINES)
def test_nothing_in_a_blank_adds_a_header_or_markup(value: str) -> None:
    try:
        content = pack(filled(value)).content
    except Delayed:
        return
    message = parsed(content)
    assert message.keys() == parsed(pack(filled()).content).keys()
    html = message.get_body(("html",))
    assert html
    assert html.get_content().count("<") == 4


@pytest.mark.parametrize(
    "value", ["a\r\nBcc: eve@example.org", "a\x00", "a\udce9", "=?utf-8?q?a=0D=0ABcc:_eve?="]
)
def test_a_blank_in_a_header_or_an_address_is_as_safe_as_the_header(value: str) -> None:
    for one in (filled(token=value), filled(to=f"{value}@example.org")):
        with pytest.raises((Refused, Delayed)):
            pack(one)


def test_a_blank_without_a_value_is_an_error_and_a_value_is_no_blank() -> None:
    with pytest.raises(KeyError):
        FORM.fill({"reference": "R"})
    assert blank("token") in filled(blank("token")).text


def test_a_letter_without_blanks_is_a_form_of_itself() -> None:
    plain = letter()
    assert read(parsed(pack(Form(plain).fill({})).content)) == read(parsed(pack(plain).content))
