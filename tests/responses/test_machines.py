"""What machines do with a link: no answer of theirs counts, and a person's does all the same.

Each behaviour is replayed alone, before a person answers, and after one has.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.model import Person
from survey.invitations.stop_tokens import stop_token
from survey.partnership.file import read_file
from survey.partnership.loading import apply
from survey.responses.holding import weigh_again
from survey.responses.model import Hold
from tests.build import make_closure, make_invitation, make_person, token_of
from tests.conftest import MakeKey, bearer
from tests.databases import FOUNDING
from tests.responses.answering import all_rows, asked, hidden_field, responses
from tests.responses.behaviours import EDGE, SCORES, Behaviour, Visitor, World, counted

pytestmark = pytest.mark.usefixtures("partnership")

MACHINES: dict[str, Behaviour] = {}


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """The app, at a moment that stands still until somebody waits."""
    with time_machine.travel("2026-07-01T10:00:00+00:00", tick=False) as clock:
        yield World(app, clock)


def scanner(world: World) -> Visitor:
    """A mail scanner that says it is a browser."""
    return world.visitor("203.0.113.50", EDGE.replace(" Edg/141.0.0.0", ""))


def machine(behaviour: Behaviour) -> Behaviour:
    MACHINES[behaviour.__name__] = behaviour
    return behaviour


@machine
def looks_at_every_link_of_the_letter(world: World, token: str) -> None:
    for method in ("HEAD", "GET", "OPTIONS"):
        for rating in SCORES:
            scanner(world).ask(method, f"/a/{token}?rating={rating}")


@machine
def looks_ahead_as_chats_and_mail_programs_do(world: World, token: str) -> None:
    for headers in (
        {"Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"X-Moz": "prefetch"},
    ):
        scanner(world).ask("GET", f"/a/{token}?rating=1", headers=headers)
    for agent in ("Slackbot-LinkExpanding 1.0", "WhatsApp/2.24", "facebookexternalhit/1.1"):
        world.visitor("203.0.113.51", agent).ask("GET", f"/a/{token}?rating=1")


@machine
def posts_without_a_form(world: World, token: str) -> None:
    for form in ("", "made.up.form"):
        scanner(world).sends(token, form, "1")


@machine
def posts_the_form_that_it_is_answered_with(world: World, token: str) -> None:
    form = hidden_field(scanner(world).sends(token, "", "1").text)
    world.wait(1)
    scanner(world).sends(token, form, "1")


@machine
def posts_other_types_of_content(world: World, token: str) -> None:
    form = scanner(world).opens(token)
    world.wait(30)
    sent = {"form_nonce": form, "rating": "1"}
    for how in ({"json": sent}, {"data": sent, "content_type": "multipart/form-data"}):
        scanner(world).ask("POST", f"/a/{token}", **how)
    scanner(world).ask("POST", f"/a/{token}?rating=1", data="rating=1", content_type="text/plain")


@machine
def posts_by_other_methods(world: World, token: str) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        scanner(world).ask(method, f"/a/{token}", data={"rating": "1"})


@machine
def follows_the_link_and_presses_the_button_at_once(world: World, token: str) -> None:
    scanner(world).answers(token, "1", after=0.2)


@machine
def follows_the_link_runs_scripts_and_presses_the_button(world: World, token: str) -> None:
    scanner(world).answers(token, "1", after=2.0)


@machine
def follows_every_link_and_presses_each_button_at_once(world: World, token: str) -> None:
    for rating in reversed(SCORES):
        scanner(world).answers(token, rating, after=0.5)


@machine
def follows_every_link_slowly_and_presses_each_button(world: World, token: str) -> None:
    for rating in reversed(SCORES):
        scanner(world).answers(token, rating, after=3.0)


@machine
def follows_every_link_and_presses_each_button_with_patience(world: World, token: str) -> None:
    for rating in reversed(SCORES):
        scanner(world).answers(token, rating, after=7.0)


@machine
def opens_every_link_and_presses_all_buttons_together_later(world: World, token: str) -> None:
    forms = [(rating, scanner(world).opens(token, f"?rating={rating}")) for rating in SCORES]
    world.wait(60)
    for rating, form in forms:
        scanner(world).sends(token, form, rating)


@machine
def does_so_from_many_addresses(world: World, token: str) -> None:
    many = [world.visitor(f"203.0.113.{number}", EDGE + " x") for number in range(5)]
    forms = [visitor.opens(token) for visitor in many]
    world.wait(40)
    for visitor, form, rating in zip(many, forms, SCORES, strict=True):
        visitor.sends(token, form, rating)
        world.wait(2)


@machine
def replays_one_form_with_every_score(world: World, token: str) -> None:
    form = scanner(world).opens(token)
    world.wait(20)
    for rating in SCORES:
        scanner(world).sends(token, form, rating)
        world.wait(1)


@machine
def fills_in_every_field(world: World, token: str) -> None:
    scanner(world).answers(token, "1", after=30, leave_empty="https://example.com", comment="x")


@machine
def says_that_it_only_looks_ahead_and_posts(world: World, token: str) -> None:
    for name, purpose in (
        ("Sec-Purpose", "prefetch"),
        ("Purpose", "preview"),
        ("X-Purpose", "preview"),
        ("X-Moz", "prefetch"),
    ):
        form = scanner(world).opens(token)
        world.wait(30)
        data = {"form_nonce": form, "rating": "1"}
        scanner(world).ask("POST", f"/a/{token}", data=data, headers={name: purpose})


@machine
def says_what_it_is(world: World, token: str) -> None:
    for agent in ("Mozilla/5.0 (compatible; BarracudaCentral/2.0)", "Mimecast-URLProtect/1.0"):
        world.visitor("203.0.113.52", agent).answers(token, "1", after=30)
        world.wait(30)


@machine
def comes_from_a_network_of_scanners(world: World, token: str) -> None:
    world.visitor("40.107.3.9").answers(token, "1", after=30)


def person_answers(world: World, token: str) -> None:
    assert world.visitor().answers(token, "4", after=40).status_code == 303


def sweep() -> None:
    """What the worker would do once a minute."""
    list(weigh_again())
    db.session.commit()
    db.session.remove()


@pytest.mark.parametrize("name", MACHINES)
def test_no_machine_answers_in_a_persons_place(world: World, name: str) -> None:
    alone, before, after = asked(), asked(), asked()
    MACHINES[name](world, alone)
    assert counted(alone) is None

    MACHINES[name](world, before)
    world.wait(20)
    person_answers(world, before)
    assert counted(before) == 4

    person_answers(world, after)
    world.wait(1)
    MACHINES[name](world, after)
    assert counted(after) == 4

    sweep()
    assert [counted(token) for token in (alone, before, after)] == [None, 4, 4]


def test_a_scanner_that_opened_the_page_with_the_person_wipes_no_comment(world: World) -> None:
    """As one that follows the link when it is clicked, and posts what the link chose after that."""
    token = asked()
    person, machine = world.visitor(), scanner(world)
    forms = person.opens(token, "?rating=1"), machine.opens(token, "?rating=1")
    world.wait(40)
    person.sends(token, forms[0], "4", comment="Kind, once I got through")
    world.wait(20)
    machine.sends(token, forms[1], "1")
    assert counted(token) == 4
    assert [tuple(hold.signs) for hold in db.session.scalars(select(Hold))] == [("writes_over",)]
    db.session.remove()
    # The person may say less, and whoever has seen the answer may change it.
    world.wait(20)
    person.sends(token, forms[0], "3")
    world.wait(20)
    world.visitor("198.51.100.9").answers(token, "2", after=20)
    assert counted(token) == 2


def test_whatever_is_not_counted_is_kept_with_the_reason(world: World) -> None:
    token = asked()
    opens_every_link_and_presses_all_buttons_together_later(world, token)
    assert [stored.rating for stored in responses()] == [1, 2, 3, 4, 5]
    holds = db.session.scalars(select(Hold)).all()
    assert [(hold.signs, hold.released_at) for hold in holds] == [(["several_scores"], None)] * 5


@pytest.mark.parametrize("agent", ["ExampleMailScanner/3", "python-requests/2.32"])
def test_who_goes_through_letters_not_theirs_is_stopped(world: World, agent: str) -> None:
    tokens = [asked() for _ in range(12)]
    for token in tokens:
        world.visitor("203.0.113.60", agent).answers(token, "5", after=3)
    scores = [counted(token) for token in tokens]
    # A mere program has a few before it shows what it is.
    assert scores == ([None] * 12 if "Scanner" in agent else [5] * 5 + [None] * 7)


def test_the_team_that_answers_enquiries_does_not_answer_about_them(world: World) -> None:
    file = read_file(FOUNDING)
    asking = replace(file.settings.asking, answering_networks=("10.1.0.0/16",))
    apply(replace(file, settings=replace(file.settings, asking=asking)))
    db.session.commit()
    token = asked()
    world.visitor("10.1.7.7").answers(token, "5", after=60)
    assert counted(token) is None
    world.visitor("10.2.7.7").answers(token, "3", after=60)
    assert counted(token) == 3


def test_looking_at_every_link_of_a_letter_changes_nothing(world: World) -> None:
    person = make_person("ada@hants.example")
    invitation = make_invitation(make_closure(email="ada@hants.example"), person_id=person.id)
    token, stop = token_of(invitation), stop_token(keys().person_hash("ada@hants.example"))
    db.session.commit()
    before = all_rows()
    looks_at_every_link_of_the_letter(world, token)
    looks_ahead_as_chats_and_mail_programs_do(world, token)
    for method in ("HEAD", "GET"):
        for path in (f"/stop/{stop}", f"/stop/{stop}/HCC"):
            scanner(world).ask(method, path)
    assert all_rows() == before
    assert db.session.scalars(select(Person.opted_out_at)).all() == [None]


def test_scores_that_missed_each_other_are_found_within_a_minute(world: World) -> None:
    """As when two were stored in the same instant, or the process was killed right after one."""
    token = asked()
    opens_every_link_and_presses_all_buttons_together_later(world, token)
    db.session.execute(db.delete(Hold))
    db.session.commit()
    world.wait(60)
    sweep()
    assert counted(token) is None
    assert len(db.session.scalars(select(Hold)).all()) == 5


def test_the_funnel_counts_what_is_held_until_a_person_answers(
    world: World, make_key: MakeKey
) -> None:
    key = make_key("figures:explore")

    def funnel() -> tuple[int, int]:
        path = "/api/v1/figures?period=2026-01..2026-12"
        found = world.visitor().ask("GET", path, headers=bearer(key)).get_json()["total"]["funnel"]
        db.session.remove()
        return found["answered"], found["held"]

    for _ in range(10):
        person_answers(world, asked())
    token = asked()
    follows_every_link_and_presses_each_button_at_once(world, token)
    comes_from_a_network_of_scanners(world, token)
    assert funnel() == (10, 1)
    person_answers(world, token)
    assert funnel() == (11, 0)
