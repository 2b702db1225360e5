"""What people do with a link, in haste or at leisure: none is held, and the last answer counts.

The counterpart of `test_machines`: whatever makes one of these look like a machine is a mistake.
"""

import time
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from survey.foundation.database import db
from survey.foundation.keys import Keys, keys
from survey.questionnaire.shipped import current
from survey.responses.form_nonce import PURPOSE
from survey.responses.holding import weigh_again
from survey.responses.model import Hold
from survey.responses.signs import SHORTEST_SECONDS
from tests.build import make_closure, make_invitation, token_of
from tests.responses.answering import asked, hidden_field, responses
from tests.responses.behaviours import Behaviour, World, counted

pytestmark = pytest.mark.usefixtures("partnership")

NIGHT = 15 * 3600.0
# Each ends with the score 4.
PEOPLE: dict[str, Behaviour] = {}


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """The app, at a moment that stands still until somebody waits."""
    with time_machine.travel("2026-07-01T10:00:00+00:00", tick=False) as clock:
        yield World(app, clock)


def person(behaviour: Behaviour) -> Behaviour:
    PEOPLE[behaviour.__name__] = behaviour
    return behaviour


@person
def presses_the_button_as_soon_as_the_page_is_there(world: World, token: str) -> None:
    world.visitor().answers(token, "4", after=3.0)


@person
def listens_to_the_page_being_read_aloud(world: World, token: str) -> None:
    world.visitor().answers(token, "4", after=240.0)


@person
def leaves_the_form_open_over_night(world: World, token: str) -> None:
    world.visitor().answers(token, "4", after=NIGHT)


@person
def forgets_the_score_and_adds_it_by_keyboard_at_once(world: World, token: str) -> None:
    reader = world.visitor()
    form = reader.opens(token)
    world.wait(20)
    again = hidden_field(reader.sends(token, form, "").text)
    world.wait(1.5)
    reader.sends(token, again, "4")


@person
def clicks_twice(world: World, token: str) -> None:
    someone = world.visitor()
    form = someone.opens(token)
    world.wait(12)
    for _ in range(2):
        assert someone.sends(token, form, "4").status_code == 303


@person
def changes_their_mind_after_a_minute(world: World, token: str) -> None:
    someone = world.visitor()
    someone.answers(token, "1", after=20)
    world.wait(60)
    someone.answers(token, "4", after=10)


@person
def goes_back_and_puts_another_score_right(world: World, token: str) -> None:
    """The browser has kept the form, with its nonce."""
    someone = world.visitor()
    form = someone.opens(token)
    world.wait(20)
    someone.sends(token, form, "2")
    world.wait(7)
    someone.sends(token, form, "4")


@person
def goes_back_to_what_they_said_first(world: World, token: str) -> None:
    someone = world.visitor()
    for rating in ("4", "2", "4"):
        someone.answers(token, rating, after=15)


@person
def tries_two_others_before_it_is_right(world: World, token: str) -> None:
    for rating in ("2", "3", "4"):
        world.visitor().answers(token, rating, after=7)


@person
def has_the_page_open_in_two_tabs(world: World, token: str) -> None:
    someone = world.visitor()
    first, second = someone.opens(token, "?rating=3"), someone.opens(token, "?rating=4")
    world.wait(30)
    someone.sends(token, first, "3")
    world.wait(8)
    someone.sends(token, second, "4")


@person
def walks_from_the_office_network_to_a_mobile_one(world: World, token: str) -> None:
    form = world.visitor("198.51.100.7").opens(token)
    world.wait(30)
    world.visitor("2001:db8:7::1").sends(token, form, "4")


@person
def reads_in_a_terminal(world: World, token: str) -> None:
    world.visitor("198.51.100.8", "Lynx/2.9.0dev.12 libwww-FM/2.14").answers(token, "4", after=25)


@person
def tries_the_service_with_curl(world: World, token: str) -> None:
    world.visitor("198.51.100.8", "curl/8.14.1").answers(token, "4", after=5)


@person
def sends_no_user_agent(world: World, token: str) -> None:
    world.visitor("198.51.100.8", "").answers(token, "4", after=25)


@person
def had_the_form_open_while_the_secret_was_changed(world: World, token: str) -> None:
    someone = world.visitor()
    form = someone.opens(token)
    world.app.extensions["survey.keys"] = Keys.of(
        ("a-secret-that-nobody-knew-before-today",), "a-data-key-for-tests-that-is-long-enough"
    )
    world.wait(NIGHT)
    again = hidden_field(someone.sends(token, form, "4").text)
    world.wait(4)
    someone.sends(token, again, "4")


@person
def had_the_form_open_since_before_it_said_whether_it_was_fetched(world: World, token: str) -> None:
    signed = keys().unsign(PURPOSE, world.visitor().opens(token))
    world.wait(NIGHT)
    world.visitor().sends(token, keys().sign(PURPOSE, signed[:6]), "4")


@pytest.mark.parametrize("name", PEOPLE)
def test_no_person_is_held(world: World, name: str) -> None:
    token = asked()
    PEOPLE[name](world, token)
    assert counted(token) == 4
    list(weigh_again())
    assert db.session.scalars(select(Hold)).all() == []


def test_a_double_click_is_one_answer_and_a_change_on_the_same_form_another(world: World) -> None:
    clicks_twice(world, asked())
    goes_back_and_puts_another_score_right(world, asked())
    assert [stored.rating for stored in responses()] == [4, 2, 4]


def test_an_office_of_five_hundred_answers_within_a_minute(world: World) -> None:
    """Behind one address, with one kind of browser, as at the end of a month."""
    tokens = [token_of(make_invitation(make_closure())) for _ in range(500)]
    db.session.commit()
    someone = world.visitor()
    forms = [someone.opens(token) for token in tokens]
    world.wait(30)
    for token, form in zip(tokens, forms, strict=True):
        assert someone.sends(token, form, "4").status_code == 303
        world.wait(0.1)
    assert len(responses()) == 500
    assert db.session.scalars(select(Hold)).all() == []


def test_a_form_shown_long_ago_in_seconds_or_days_is_good_for_its_questions(world: World) -> None:
    token = asked()
    form = world.visitor().opens(token)
    world.wait(20 * 86400)
    assert world.visitor().sends(token, form, "4").status_code == 303
    assert (responses()[0].version, counted(token)) == (current().version, 4)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scripts", [True, False])
def test_in_a_real_browser_a_person_counts_and_a_script_does_not(
    browser: Browser, site: str, scripts: bool
) -> None:
    token, pressed = asked(), asked()
    with browser.new_context(java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto(f"{site}/a/{pressed}?rating=1")
        send(page)
        page.goto(f"{site}/a/{token}?rating=4")
        time.sleep(SHORTEST_SECONDS + 0.5)
        send(page)
    assert (counted(pressed), counted(token)) == (None, 4)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_in_a_real_browser_who_goes_back_and_changes_the_answer_is_believed(
    browser: Browser, site: str
) -> None:
    token = asked()
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}/a/{token}?rating=2")
        time.sleep(SHORTEST_SECONDS + 0.5)
        send(page)
        time.sleep(3.0)
        page.go_back()
        page.get_by_label("Satisfied", exact=True).check()
        time.sleep(SHORTEST_SECONDS + 0.5)
        send(page)
    assert counted(token) == 4
