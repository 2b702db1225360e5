"""Whatever is sent, to whatever link: a clear answer, never a failure, nothing half-stored."""

from urllib.parse import quote, quote_from_bytes

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.responses.answering import asked, hidden_field, responses

pytestmark = pytest.mark.usefixtures("partnership")

NAMES = st.sampled_from(["resolved", "ease", "rating", "comment", "leave_empty", "form_nonce"])
TEXTS = st.sampled_from(["yes", "1", "5", "", "\x00", "\r\n"]) | st.text()
PAIRS = st.lists(st.tuples(NAMES | st.text(max_size=20), TEXTS), max_size=8)
TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json",
        "text/plain; charset=utf-16",
        "",
    ]
)
anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@anything
@given(pairs=PAIRS, ours=st.booleans())
def test_any_form_is_stored_whole_or_shown_again(
    client: FlaskClient, pairs: list[tuple[str, str]], ours: bool
) -> None:
    token = asked()
    if ours:
        pairs.append(("form_nonce", hidden_field(client.get(f"/a/{token}").text)))
    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
    before = len(responses())
    answer = client.post(f"/a/{token}", data=body, content_type="application/x-www-form-urlencoded")
    stored = len(responses()) - before
    assert (answer.status_code, stored) in [(303, 1), (422, 0)]
    if answer.status_code == 422:
        hidden_field(answer.text)


@anything
@given(body=st.binary(max_size=200), kind=TYPES)
def test_any_body_is_answered_with_a_page(client: FlaskClient, body: bytes, kind: str) -> None:
    answer = client.post(f"/a/{asked()}", data=body, content_type=kind)
    assert answer.status_code == 422
    assert responses() == []


@anything
@given(
    token=(st.text(min_size=1) | st.just("x" * 10_000)).map(quote)
    | st.binary(min_size=1).map(quote_from_bytes),
    rating=st.text(),
)
def test_a_link_of_any_shape_is_unknown_or_elsewhere(
    client: FlaskClient, token: str, rating: str
) -> None:
    for answer in (
        client.get(f"/a/{token}", query_string={"rating": rating}),
        client.post(f"/a/{token}", data={"rating": rating}),
        client.get("/thanks"),
    ):
        # Dots and slashes lead to other addresses; those must not fail either.
        assert answer.status_code in (200, 301, 302, 303, 308, 404, 405, 429)
    assert responses() == []
