"""Questions of one's own on the board page: their words, counts, base and version, or too few."""

import re

import pytest
from flask.testing import FlaskClient

from survey.access.tickets import ticket_for
from survey.reports.board.in_words import in_words
from tests.conftest import MakeKey
from tests.questionnaire.written import RATING, load_questionnaire, question
from tests.reports.blocks.given import give_many, seal_all

pytestmark = pytest.mark.usefixtures("partnership")

VIA = question("via", "choice", options=("phone", "mail"))
MISSING = question("missing", "choices", options=("form", "answer"))
FIRST = RATING + MISSING + VIA
REWORDED = FIRST.replace("Via?", "How did you reach us?")
LONGER = FIRST.replace(VIA, question("via", "choice", options=("phone", "mail", "chat")))


@pytest.fixture(autouse=True)
def own(partnership: None) -> None:
    """Three versions: the second in other words, the third with another option."""
    for text in (FIRST, REWORDED, LONGER):
        load_questionnaire("own", text)


def test_each_label_has_its_newest_words_and_what_was_chosen_in_the_order_asked() -> None:
    told = in_words(
        {
            "via": {"n": 5, "counts": {"mail": 3, "phone": 2}},
            "via@own.3": {"n": 4, "counts": {"chat": 4, "mail": 0, "phone": 0}},
            "missing": None,
        },
        {"own"},
    )
    assert [(one.asks, one.version, one.several, one.n) for one in told] == [
        ("Missing?", 3, True, None),
        ("How did you reach us?", 2, False, 5),
        ("Via?", 3, False, 4),
    ]
    assert [one.counts for one in told] == [
        [],
        [("Option phone", 2), ("Option mail", 3)],
        [("Option phone", 0), ("Option mail", 0), ("Option chat", 4)],
    ]


def test_the_words_are_those_of_who_is_asked_there_though_others_came_later() -> None:
    load_questionnaire("theirs", LONGER.replace("Via?", "In which way?"))
    questions = {"via@own.3": {"n": 4, "counts": {"chat": 4, "mail": 0, "phone": 0}}}
    for asked_there, words in (({"own"}, "Via?"), ({"theirs"}, "In which way?")):
        (told,) = in_words(questions, asked_there)
        assert (told.asks, {told.questionnaire}) == (words, asked_there)


def shown(client: FlaskClient, make_key: MakeKey, address: str = "") -> str:
    """The part of the board page that these questions have; empty where it has none."""
    ticket = ticket_for(make_key("figures:read")[4:12])
    page = client.get(f"/board?ticket={ticket}&period=2026-H1{address}").get_data(as_text=True)
    part = page.partition("What else did they answer?")[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", part)).strip()


def test_the_board_page_shows_counts_with_their_base_and_withholds_too_few(
    client: FlaskClient, make_key: MakeKey
) -> None:
    for number, response in enumerate(give_many([5, 4, 3] * 11, partner="OCC")):
        response.questionnaire = "own"
        response.version = 1 + number % 2
        more = {} if number > 3 else {"missing": ["form"]}
        response.answers = {"via": "phone" if number % 3 else "mail"} | more
    seal_all()
    assert shown(client, make_key, "&partner=OCC") == (
        "How did you reach us? 33 answers; in the words of own, version 2 "
        "Answer Answers Option phone 22 67 %, 50–80 % Option mail 11 33 %, 20–50 %"
    )
    assert shown(client, make_key, "&partner=OCC&service=payroll") == ""


def test_where_nobody_was_asked_more_the_board_page_says_nothing(
    client: FlaskClient, make_key: MakeKey
) -> None:
    give_many([5, 4, 3] * 11, partner="OCC")
    seal_all()
    assert shown(client, make_key, "&partner=OCC") == ""
