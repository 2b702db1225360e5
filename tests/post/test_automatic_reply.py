"""Automatic replies are told from people's own, and their words understood in two languages."""

from datetime import date
from email import message_from_string

import pytest

from survey.post.automatic_reply import day_of_return, is_one, tells_absence, tells_departure

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("I am back on 1 December", date(2026, 12, 1)),
        ("I am away from 20 November until Friday 4th December 2026.", date(2026, 12, 4)),
        ("On leave from 23 November to 27 November, returning 30 November", date(2026, 11, 30)),
        ("returning on December 14th", date(2026, 12, 14)),
        ("I return to the office on 05/01/27", date(2027, 1, 5)),
        ("returning 12/14/2026", date(2026, 12, 14)),
        ("back 2026-12-02", date(2026, 12, 2)),
        ("I will be back in the office on Monday", date(2026, 11, 30)),
        ("back tomorrow", date(2026, 11, 24)),
        ("on maternity leave until March 2027", date(2027, 3, 1)),
        ("out of the office until 4 January", date(2027, 1, 4)),
        ("Byddaf yn dychwelyd ddydd Llun 7 Rhagfyr", date(2026, 12, 7)),
        ("Rwyf ar wyliau tan ddydd Gwener", date(2026, 11, 27)),
        ("I was back on 2 November", None),
        ("back on 31 February", None),
        ("until 2199-01-01", None),
        ("Call 01962 841841 or reply to ticket 12", None),
        ("I have no plans to return", None),
    ],
)
def test_the_day_of_return_is_read_as_people_write_it(words: str, day: date | None) -> None:
    assert day_of_return(words, MONDAY) == day


@pytest.mark.parametrize(
    "words",
    [
        "Jo Bell no longer works here.",
        "I have now left the council.",
        "I've left Hampshire County Council",
        "Jo has retired",
        "This mailbox is no longer monitored",
        "She is no longer employed by us",
        "Nid yw Lowri yn gweithio yma bellach",
        "Mae hi wedi gadael y Cyngor",
        "I no longer work for the council. If you need payroll, write to Jo.",
        "This e-mail address is no longer in use.",
    ],
)
def test_who_left_for_good_is_understood(words: str) -> None:
    assert tells_departure(words)


@pytest.mark.parametrize(
    "words",
    [
        "I have left the office for the day",
        "I left you a message",
        "The lift is no longer out of order",
        "Rwyf allan o'r swyddfa",
        "Thank you for your long message",
        "If you no longer work for the Council, please contact Pensions",
        "I no longer work Fridays",
        "I no longer work full time; my days are Monday to Wednesday",
        "This account is no longer monitored at weekends",
        "My colleague Sam has left the council. I can help.",
        "Sarah Jones has left the team; I am now your contact",
        "I am no longer with the payroll team but still at HCC",
        "Our address is no longer 12 High Street",
    ],
)
def test_who_did_not_leave_is_not_taken_for_it(words: str) -> None:
    assert not tells_departure(words)


@pytest.mark.parametrize(
    "words",
    ["I am on annual leave", "Rwyf allan o'r swyddfa", "away from my desk", "on sick leave"],
)
def test_absence_is_understood(words: str) -> None:
    assert tells_absence(words)


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: no", False),
        ("X-Autoreply: yes", True),
        ("Precedence: auto_reply", True),
        ("Precedence: bulk", False),
        ("Subject: Out of office: away", True),
        ("Subject: Ateb awtomatig: Ymholiad", True),
        ("Subject: Re: Automatic reply wanted", False),
    ],
)
def test_headers_or_the_subject_tell_that_a_program_wrote_it(headers: str, automatic: bool) -> None:
    message = message_from_string(f"{headers}\n\nhello")
    assert is_one(message, str(message["Subject"] or "")) == automatic
