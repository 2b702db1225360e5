"""The door for helpdesks: what may be sent, by whom, and a clear answer to anything else."""

import json
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_smorest import Api
from sqlalchemy import func, select
from time_machine import travel

from survey.enquiries.intake import closures_arrived, take_in
from survey.enquiries.model import Closure
from survey.enquiries.routes import writing
from survey.foundation.database import db
from tests.conftest import MakeKey, bearer
from tests.enquiries.examples import NOW, enquiry, without

URL = "/api/v1/enquiries"
Headers = dict[str, str]


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def helpdesk(
    partnership: None, make_key: Callable[..., str], auth: Callable[..., Headers]
) -> Headers:
    """The headers of a key that may write from every source."""
    return auth(make_key("enquiries:write"))


@pytest.fixture
def arrivals(app: Flask) -> Iterator[list[int]]:
    """How many closures were committed each time that some were said to have arrived."""
    heard: list[int] = []

    def hear(_sender: object) -> None:
        with app.app_context():
            heard.append(stored())

    with closures_arrived.connected_to(hear):
        yield heard


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Closure)) or 0


def test_a_thousand_are_sent_and_three_bad_ones_stop_no_other(
    client: FlaskClient, helpdesk: Headers
) -> None:
    items = [enquiry(reference=f"R-{n}") for n in range(1000)]
    items[3]["partner"] = "HFSR"
    items[500]["closed_at"] = "2026-06-30T09:00:00Z"
    items[999]["reference"] = None
    answer = client.post(URL, json={"enquiries": items}, headers=helpdesk)
    assert answer.status_code == 200
    assert answer.json == {
        "accepted": 997,
        "already_known": 0,
        "differs": 0,
        "rejected": [
            {"index": 3, "errors": {"partner": ['unknown partner "HFSR"; nearest known: HFRS']}},
            {
                "index": 500,
                "errors": {
                    "closed_at": ["lies before opened_at"],
                    "first_reply_at": ["lies after closed_at"],
                },
            },
            {"index": 999, "errors": {"reference": ["missing"]}},
        ],
    }
    assert stored() == 997
    items[4]["topic"] = "tax"
    again = client.post(URL, json={"enquiries": items}, headers=helpdesk).json
    assert again is not None
    assert [again[key] for key in ("accepted", "already_known", "differs")] == [0, 996, 1]


def test_one_enquiry_may_be_sent_alone(client: FlaskClient, helpdesk: Headers) -> None:
    answer = client.post(URL, json=enquiry(), headers=helpdesk)
    assert answer.json == {"accepted": 1, "already_known": 0, "differs": 0, "rejected": []}
    wrong = client.post(URL, json=enquiry(partner="Kent"), headers=helpdesk).json
    assert wrong is not None
    assert [item["index"] for item in wrong["rejected"]] == [0]


def test_the_next_room_hears_of_closures_once_they_are_committed(
    client: FlaskClient, helpdesk: Headers, arrivals: list[int]
) -> None:
    for item in (enquiry(), enquiry(), enquiry(reference="R-2", partner="Kent")):
        client.post(URL, json=item, headers=helpdesk)
    assert arrivals == [1]


def test_a_key_bound_to_a_source_knows_no_other(
    client: FlaskClient,
    partnership: None,
    make_key: Callable[..., str],
    auth: Callable[..., Headers],
) -> None:
    key = auth(make_key("enquiries:write", sources=("servicenow",)))
    items = [enquiry(source="portal"), enquiry(source="servicenow"), enquiry(source="no-such")]
    answer = client.post(URL, json={"enquiries": items}, headers=key).json
    assert answer is not None
    assert answer["accepted"] == 1
    assert [item["errors"]["source"] for item in answer["rejected"]] == [
        ['unknown source "portal"; nearest known: servicenow'],
        ['unknown source "no-such"; nearest known: servicenow'],
    ]


def test_a_key_bound_to_a_partner_writes_for_no_other(
    client: FlaskClient,
    partnership: None,
    make_key: Callable[..., str],
    auth: Callable[..., Headers],
) -> None:
    key = auth(make_key("enquiries:write", partners=("OCC",)))
    items = [enquiry(partner="HCC"), without("directorate", partner="OCC")]
    answer = client.post(URL, json={"enquiries": items}, headers=key).json
    assert answer is not None
    assert answer["accepted"] == stored() == 1
    (rejected,) = answer["rejected"]
    assert rejected["errors"] == {"partner": ['unknown partner "HCC"; nearest known: OCC']}


def test_a_key_bound_to_a_partner_changes_nothing_of_anothers_by_its_reference(
    client: FlaskClient,
    partnership: None,
    make_key: Callable[..., str],
    auth: Callable[..., Headers],
) -> None:
    still_open = without("outcome", "first_reply_at", closed_at=None, reference="R-2")
    known = [enquiry(), still_open]
    assert take_in(known).accepted == 2
    db.session.commit()
    key = auth(make_key("enquiries:write", partners=("OCC",)))
    mine = {"partner": "OCC", "directorate": None}
    again = {"reopened_at": "2026-07-03T09:00:00+01:00"}
    items = [enquiry(**mine), still_open | mine | again]
    answer = client.post(URL, json={"enquiries": items}, headers=key).json
    assert answer == {"accepted": 0, "already_known": 0, "differs": 2, "rejected": []}
    assert take_in(known).already_known == 2


@pytest.mark.parametrize("scope", ["enquiries:read", "figures:explore"])
def test_a_key_without_the_scope_writes_nothing(
    client: FlaskClient,
    partnership: None,
    make_key: Callable[..., str],
    auth: Callable[..., Headers],
    scope: str,
) -> None:
    assert client.post(URL, json=enquiry(), headers=auth(make_key(scope))).status_code == 403
    assert client.post(URL, json=enquiry()).status_code == 401
    assert stored() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"enquiries": [}', 400),
        (b"\xff\xfe\x00", 400),
        (b"[" * 100_000, 400),
        (b'{"reference": ' * 50_000, 400),
        (b'{"enquiries": [{"target_hours": ' + b"9" * 5000 + b"}]}", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"enquiries"', 422),
        (b"{}", 422),
        (b'{"items": []}', 422),
        (b'{"enquiries": []}', 422),
        (b'{"enquiries": null}', 422),
        (b'{"enquiries": {}}', 422),
        (b'{"enquiries": [{}], "reference": "R-1"}', 422),
        (b'{"enquiries": [' + b",".join([b"{}"] * 1001) + b"]}", 422),
        (b'{"enquiries": ["' + b"x" * 10_000_000 + b'"]}', 413),
    ],
    ids=lambda value: str(value[:24]) if isinstance(value, bytes) else None,
)
def test_a_body_that_holds_no_enquiries_is_refused_as_a_whole(
    client: FlaskClient, helpdesk: Headers, body: bytes, status: int
) -> None:
    answer = client.post(URL, data=body, content_type="application/json", headers=helpdesk)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["detail"]


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_only_json_is_taken(
    client: FlaskClient, helpdesk: Headers, content_type: str | None
) -> None:
    body = json.dumps({"enquiries": [enquiry()]})
    answer = client.post(URL, data=body, content_type=content_type, headers=helpdesk)
    assert (answer.status_code, answer.content_type) == (415, "application/problem+json")


@pytest.mark.parametrize(
    ("item", "blamed"),
    [
        ('{"target_hours": NaN}', "target_hours"),
        ('{"target_hours": -Infinity}', "target_hours"),
        ('{"target_hours": 1e999}', "target_hours"),
        ('{"target_hours": ' + "9" * 4000 + "}", "target_hours"),
        ('{"target_hours": true}', "target_hours"),
        (r'{"reference": "R\u0000"}', "reference"),
        (r'{"topic": "\ud800"}', "topic"),
        (r'{"\ud800": 1}', "\ud800"),
        (r'{"email": "jo@example.org\r\nBcc: all@example.org"}', "email"),
        ('{"closed_at": ' + "[" * 300 + "]" * 300 + "}", "closed_at"),
    ],
)
def test_what_json_allows_and_no_enquiry_holds_is_rejected_by_field(
    client: FlaskClient, helpdesk: Headers, item: str, blamed: str
) -> None:
    spoilt = enquiry() | json.loads(item)
    good = enquiry(reference="R-2")
    body = json.dumps({"enquiries": [spoilt, good]})
    answer = client.post(URL, data=body, content_type="application/json", headers=helpdesk)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["accepted"] == 1
    assert [list(r["errors"]) for r in answer.json["rejected"]] == [[blamed]]


def test_an_open_enquiry_is_accepted_and_is_no_closure(
    client: FlaskClient, helpdesk: Headers
) -> None:
    answer = client.post(URL, json=without("outcome", closed_at=None), headers=helpdesk).json
    assert answer is not None
    assert answer["accepted"] == 1
    assert stored() == 0


def test_every_app_documents_the_enquiry_with_its_fields() -> None:
    for _ in range(2):
        app = Flask(__name__)
        app.config.update(API_TITLE="Survey", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
        api = Api(app)
        api.register_blueprint(writing)
        document = api.spec.to_dict()
        described = document["components"]["schemas"]["Enquiry"]["properties"]
        assert described.keys() == enquiry().keys()
        assert all(field["description"] and field["examples"] for field in described.values())
        assert "#/components/schemas/Enquiry" in json.dumps(document["paths"][URL]["post"])


def test_only_who_may_read_links_sends_enquiries_whose_link_the_source_sends(
    client: FlaskClient, partnership: None, make_key: MakeKey
) -> None:
    items = [enquiry(deliver="link"), enquiry(reference="R-2", deliver="mail")]
    answer = client.post(
        URL, json={"enquiries": items}, headers=bearer(make_key("enquiries:write"))
    ).get_json()
    assert (answer["accepted"], [each["index"] for each in answer["rejected"]]) == (1, [0])
    assert "links:read" in answer["rejected"][0]["errors"]["deliver"][0]
    both = bearer(make_key("enquiries:write", "links:read"))
    again = client.post(URL, json={"enquiries": items}, headers=both).get_json()
    assert (again["accepted"], again["already_known"], again["rejected"]) == (1, 1, [])
    delivers = db.session.scalars(select(Closure.deliver).order_by(Closure.reference))
    assert delivers.all() == ["link", "mail"]
