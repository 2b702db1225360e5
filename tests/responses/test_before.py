"""Coming back by the link: what was answered is seen, and sending it again takes its place."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from survey.foundation.clock import now
from survey.foundation.database import db
from survey.responses.counted import counted_responses
from survey.responses.model import Hold
from tests.build import at, make_closure, make_invitation, make_response, token_of
from tests.responses.answering import asked, filled, responses

pytestmark = pytest.mark.usefixtures("partnership")


def hold(response_id: int) -> None:
    db.session.add(Hold(response_id=response_id, held_at=now(), signs=["trap_field"]))


def look(app: Flask, path: str) -> str:
    """A page, as a process sees it that has just started."""
    db.session.remove()
    with app.app_context():
        return app.test_client().get(path).text


def test_what_was_answered_is_filled_in_with_its_day_and_until_when_it_can_be_changed(
    app: Flask,
) -> None:
    # Half past midnight in London, and still the day before in UTC.
    invitation = make_invitation(expires_at=now().replace(hour=12) + timedelta(days=9))
    given = {"rating": 2, "ease": 5, "resolved": "no", "comment": "Slow <b>,\nbut kind"}
    make_response(invitation, answered_at=at("2026-07-14T23:30"), **given)
    token = token_of(invitation)
    until = invitation.expires_at
    db.session.commit()
    page = look(app, f"/a/{token}")
    assert until
    assert f"You answered on 15 July 2026; you can change it until {until:%-d %B %Y}." in page
    for chosen in (
        'name="rating" value="2"',
        'name="ease" value="5"',
        'name="resolved" value="no"',
    ):
        assert f"{chosen} checked" in page
    assert "\nSlow &lt;b&gt;,\nbut kind</textarea>" in page
    assert page.count(" checked") == 3


def test_who_never_answered_is_told_nothing_of_the_kind(client: FlaskClient) -> None:
    assert "You answered" not in client.get(f"/a/{asked()}").text


def test_a_score_in_the_link_is_chosen_over_the_one_before(app: Flask) -> None:
    invitation = make_invitation()
    make_response(invitation, rating=2, comment="Slow")
    token = token_of(invitation)
    db.session.commit()
    page = look(app, f"/a/{token}?rating=5")
    assert 'name="rating" value="5" checked' in page
    assert "In our letter you chose “Very satisfied”" in page
    assert "When you answered before, you chose “Dissatisfied”." in page
    assert "\nSlow</textarea>" in page
    assert page.count(" checked") == 1


def test_the_score_before_is_named_only_where_the_link_has_another(app: Flask) -> None:
    invitation = make_invitation()
    make_response(invitation, rating=2)
    token = token_of(invitation)
    db.session.commit()
    for query in ("?rating=2", ""):
        assert "When you answered before" not in look(app, f"/a/{token}{query}")


def test_a_changed_answer_is_a_revision_and_the_last_counts(client: FlaskClient) -> None:
    token = asked()
    for minutes, rating in ((5, "1"), (1, "4")):
        db.session.remove()
        with time_machine.travel(now() - timedelta(minutes=minutes)):
            client.post(f"/a/{token}", data=filled(client, token, rating=rating, comment="So"))
    assert [stored.rating for stored in responses()] == [1, 4]
    assert db.session.scalars(select(counted_responses().c.rating)).all() == [4]


def test_what_counts_is_seen_and_not_what_is_held(app: Flask) -> None:
    invitation = make_invitation()
    make_response(invitation, rating=5, comment="Mine")
    hold(make_response(invitation, rating=1, comment="Buy now").id)
    token = token_of(invitation)
    db.session.commit()
    page = look(app, f"/a/{token}")
    assert 'value="5" checked' in page
    assert "Buy now" not in page


def test_what_a_machine_sent_is_filled_in_for_nobody(app: Flask) -> None:
    invitation = make_invitation()
    hold(make_response(invitation, rating=1).id)
    hold(make_response(invitation, rating=3, comment="In haste").id)
    token = token_of(invitation)
    db.session.commit()
    page = look(app, f"/a/{token}")
    assert " checked" not in page
    assert "In haste" not in page
    assert "You answered on" not in page


def test_after_the_link_has_expired_nothing_is_shown(app: Flask) -> None:
    invitation = make_invitation(expires_at=now() - timedelta(seconds=1))
    make_response(invitation, comment="Mine alone")
    token = token_of(invitation)
    db.session.commit()
    assert "Mine alone" not in look(app, f"/a/{token}")


def test_a_day_is_said_in_the_language_of_the_page(app: Flask) -> None:
    invitation = make_invitation(make_closure(language="cy"))
    make_response(invitation, answered_at=at("2026-07-15T10:00"))
    token = token_of(invitation)
    db.session.commit()
    assert "Ateboch ar 15 Gorffennaf 2026" in look(app, f"/a/{token}")


def test_the_first_look_costs_one_statement(app: Flask) -> None:
    """It goes straight to the driver; none goes the slower way beside it."""
    token, said = asked(), list[str]()
    look(app, f"/a/{token}")

    def hear(*heard: object) -> None:
        said.append(str(heard[2]))

    event.listen(db.engine, "before_cursor_execute", hear)
    assert "Send my answer" in look(app, f"/a/{token}?rating=3")
    event.remove(db.engine, "before_cursor_execute", hear)
    assert said == []
