"""Guessing links: told to stop by address, while links that exist are answered as ever."""

import pytest
from flask.testing import FlaskClient

from survey.access import guessing
from survey.access.guessing import MOST_PLACES, UNKNOWN_A_MINUTE, Guesses
from tests.responses.answering import asked, filled

pytestmark = pytest.mark.usefixtures("partnership")
HERE, THERE = b"here", b"there"


def test_a_place_may_ask_for_so_many_in_a_minute_and_again_in_the_next() -> None:
    guesses = Guesses()
    asked_for = [guesses.too_many(HERE, 60.0) for _ in range(UNKNOWN_A_MINUTE + 2)]
    assert asked_for == [False] * UNKNOWN_A_MINUTE + [True, True]
    assert not guesses.too_many(THERE, 61.0)
    assert guesses.too_many(HERE, 119.9)
    assert not guesses.too_many(HERE, 120.0)


def test_memory_is_bounded_and_those_who_were_counted_stay_so() -> None:
    guesses = Guesses()
    for number in range(MOST_PLACES + 50):
        guesses.too_many(str(number).encode(), 0.0)
    for _ in range(UNKNOWN_A_MINUTE):
        guesses.too_many(b"0", 0.0)
    assert guesses.too_many(b"0", 0.0)
    assert len(guesses._counts) == MOST_PLACES


@pytest.mark.parametrize(
    "path", ["/a/guess-{}", "/stop/guess-{}", "/ask-again/guess-{}", "/sign-in/guess-{}"]
)
def test_who_guesses_is_told_to_stop_and_an_office_is_not_hurt(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(guessing, "monotonic", lambda: 1000.0)
    token = asked()
    answers = [client.get(path.format(number)) for number in range(UNKNOWN_A_MINUTE + 3)]
    assert [answer.status_code for answer in answers[-4:]] == [404, 429, 429, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert len({answer.data for answer in answers}) == 1
    # The same address, and a link that exists.
    assert client.get(f"/a/{token}").status_code == 200
    assert client.post(f"/a/{token}", data=filled(client, token, rating="4")).status_code == 303
    elsewhere = client.get(path.format("x"), environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 404


def test_an_unknown_link_is_answered_alike_however_it_is_unknown(client: FlaskClient) -> None:
    token = asked()
    unlike = ["x", token[:-1] + "!", "A" * 24, token.upper(), "é" * 300]
    answers = [client.get(f"/a/{text}") for text in unlike]
    posted = [client.post(f"/a/{text}", data={"rating": "5"}) for text in unlike]
    assert {(answer.status_code, answer.data) for answer in (*answers, *posted)} == {
        (404, answers[0].data)
    }
    assert len({tuple(sorted(answer.headers)) for answer in (*answers, *posted)}) == 1
