"""Which letters count as accepted in the funnel."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from survey.foundation.clock import now
from survey.foundation.database import db
from survey.invitations.forgetting import forget_person
from survey.reports.figures import figures
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery
from tests.build import at, make_closure, make_invitation, make_person

pytestmark = pytest.mark.usefixtures("partnership")
SENT = at("2026-07-28T09:00")
SEVEN_DAYS = timedelta(days=7)
SECOND = timedelta(seconds=1)


def letter(deliver: str = "mail", **given: Any) -> None:
    """An invitation of one person, whose letter fared as given."""
    closure = make_closure(email="ada@hants.example", closed_at=SENT, deliver=deliver)
    values = {"sent_at": SENT, "expires_at": SENT + timedelta(days=21)}
    make_invitation(closure, person_id=None, **values | given)


def funnel() -> tuple[int, int]:
    db.session.flush()
    found = figures(FiguresQuery(parse("2026"), ()), None)["total"]["funnel"]
    return found["asked"], found["accepted"]


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ({}, 1),
        ({"bounced_at": SENT + SECOND}, 0),
        ({"bounced_at": SENT + SEVEN_DAYS}, 0),
        ({"bounced_at": SENT + SEVEN_DAYS + SECOND}, 1),
        ({"sent_at": None}, 0),
        ({"returns": 1, "next_attempt_at": SENT + SECOND}, 0),
        ({"refused_at": SENT + SECOND}, 0),
        ({"sent_at": None, "refused_at": SENT}, 0),
        ({"sent_at": None, "deliver": "link"}, 1),
    ],
)
def test_a_letter_is_accepted_when_it_was_taken_and_did_not_come_back_soon(
    app: Flask, given: dict[str, Any], accepted: int
) -> None:
    letter(**given)
    assert funnel() == (1, accepted)


@pytest.mark.parametrize(
    ("stood", "accepted"),
    [(timedelta(days=5), 0), (timedelta(days=2), 0), (timedelta(days=10), 1), (SEVEN_DAYS * 5, 1)],
)
def test_forgetting_the_person_changes_neither_count(
    app: Flask, stood: timedelta, accepted: int
) -> None:
    person = make_person("ada@hants.example", last_asked_at=now() - timedelta(days=90))
    letter(bounced_at=SENT + stood)
    assert funnel() == (1, accepted)
    for _ in range(2):
        forget_person(person.hash)
        assert funnel() == (1, accepted)


def test_one_that_was_to_go_out_again_still_counts_as_asked_when_its_person_is_forgotten(
    app: Flask,
) -> None:
    person = make_person("ada@hants.example", last_asked_at=now() - timedelta(days=90))
    letter(returns=1, next_attempt_at=now())
    for _ in range(2):
        forget_person(person.hash)
        assert funnel() == (1, 0)
