"""Every route, asked with every partner's key for every other partner's objects.

The routes come from the app itself and the parameters from the API's document: one that is added
fails here until it is placed. What is another partner's is answered as what never was; and nothing
that any route answers holds what is another partner's alone.
"""

import re
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.access.guards import open_to_everyone
from survey.access.tickets import ticket_for
from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.invitations.return_path import return_path
from survey.partnership.directory import directory, forget_directory
from survey.partnership.model import PartnershipRow
from survey.reports.board.choices import FILTERS
from survey.reports.pack.model import Pack
from survey.reports.periods import parse
from survey.reports.releases.freezing import freeze
from tests.access.signing import BOARD_OF_HCC, COORDINATOR_OF_OCC, hidden_in, sign_in
from tests.conftest import MakeKey, bearer
from tests.post.test_returned import MESSAGE_ID, sample
from tests.reports.blocks.given import give_many, seal_all
from tests.reports.remarks import Remark, plant
from tests.responses.answering import all_rows

WHEN, PERIOD = "2026-05-15T12:00:00+00:00", "period=2026-Q2"
# A directorate that no other partner has.
PARTNERS = {"HCC": "economy", "HFRS": "operations", "HC": "response", "OCC": "communities"}
NAMES_NOTHING_OF_A_PARTNER = {
    *("source", "period", "service", "channel", "deliver", "by", "cohort", "format"),
    *("theme", "sentiment", "at_odds", "size"),
}
Send = Callable[..., TestResponse]


@dataclass(frozen=True)
class Named:
    """What is one partner's alone, by the names that a question can call it."""

    partner: str
    directorate: str
    topic: str
    reference: str
    letter: str
    release_id: str
    pack: str


NOBODYS = Named("XYZ", "nowhere", "XYZ topic", "REF-XYZ", *(str(uuid4()) for _ in range(3)))
Question = Callable[[Send, Named, Named], TestResponse]


def filtered(path: str, name: str, query: str = PERIOD) -> Question:
    """Whatever a path gives, of what is called so."""

    def ask(send: Send, their: Named, _own: Named) -> TestResponse:
        return send("GET", f"{path}?{query}", query_string={name: getattr(their, name)})

    return ask


def state(send: Send, their: Named, _own: Named) -> TestResponse:
    """What became of their enquiry."""
    return send("GET", f"/api/v1/enquiries/portal/{their.reference}")


def corrected(send: Send, their: Named, _own: Named) -> TestResponse:
    """Their enquiry, put right."""
    change = {"reason": "because", "change": {"topic": "mine"}}
    return send("PATCH", f"/api/v1/enquiries/portal/{their.reference}", json=change)


def moved(name: str) -> Question:
    """An enquiry of one's own, made theirs."""

    def ask(send: Send, their: Named, own: Named) -> TestResponse:
        change = {"reason": "because", "change": {name: getattr(their, name)}}
        return send("PATCH", f"/api/v1/enquiries/portal/{own.reference}", json=change)

    return ask


def sent(name: str) -> Question:
    """A new enquiry, theirs by what is called so."""

    def ask(send: Send, their: Named, own: Named) -> TestResponse:
        item = {"source": "portal", "service": "payroll", "channel": "portal", "closed_at": WHEN}
        item |= {"outcome": "resolved", "reference": "NEW", "opened_at": WHEN}
        item |= {"partner": own.partner, name: getattr(their, name)}
        return send("POST", "/api/v1/enquiries", json={"enquiries": [item]})

    return ask


def bounced(send: Send, their: Named, _own: Named) -> TestResponse:
    """Their letter, come back."""
    raw = sample("qmail-no-mailbox").replace(MESSAGE_ID.encode(), message_id(their).encode())
    raw = re.sub(rb"survey\+\w+@survey\.test", return_path(UUID(their.letter)).encode(), raw)
    return send("POST", "/api/v1/mail/returned", data=raw, content_type="message/rfc822")


def receipt(send: Send, their: Named, _own: Named) -> TestResponse:
    """Their letter, said to have failed."""
    told = {"reference": f"<{message_id(their)}>", "status": "permanent-failure"}
    return send("POST", "/api/v1/mail/receipts", json=told)


def released(rest: str) -> Question:
    """Their release, and what has changed since."""

    def ask(send: Send, their: Named, _own: Named) -> TestResponse:
        return send("GET", f"/api/v1/releases/{their.release_id}{rest}")

    return ask


def after(send: Send, their: Named, _own: Named) -> TestResponse:
    """What stands after their release."""
    return send("GET", f"/api/v1/releases?cursor={their.release_id}")


def frozen(send: Send, their: Named, _own: Named) -> TestResponse:
    """Their figures, frozen."""
    body = {"period": "2026-Q2", "partner": their.partner, "name": "again"}
    return send("POST", "/api/v1/releases", json=body)


def packed(rest: str) -> Question:
    """Their board pack: how far it is, or the pack itself."""

    def ask(send: Send, their: Named, _own: Named) -> TestResponse:
        return send("GET", f"/board/packs/{their.pack}{rest}?{PERIOD}")

    return ask


def ordered(send: Send, their: Named, _own: Named) -> TestResponse:
    """A board pack about them."""
    form = hidden_in(send("GET", f"/board?{PERIOD}"))
    return send("POST", f"/board/packs?{PERIOD}", data=form | {"partner": their.partner})


def message_id(their: Named) -> str:
    """Of the letter."""
    return f"{their.letter}@{MESSAGE_ID.rpartition('@')[2]}"


# Each route behind a guard, and every way in which a question can name what is another partner's.
ROUTES: dict[str, tuple[Question, ...]] = {
    "enquiries.send_enquiries": (sent("partner"), sent("directorate")),
    "correcting.correct_enquiry": (corrected, moved("partner"), moved("directorate")),
    "reading.enquiry": (state,),
    "figures_api.get_figures": tuple(
        filtered("/api/v1/figures", name) for name in ("partner", "directorate", "topic")
    ),
    "said_api.get_themes": tuple(
        filtered("/api/v1/themes", name) for name in ("partner", "directorate", "topic")
    ),
    "said_api.get_comments": tuple(
        filtered("/api/v1/comments", name) for name in ("partner", "directorate", "topic")
    ),
    "returning.message_returned": (bounced,),
    "returning.receipt_sent": (receipt,),
    "freezing.freeze_figures": (frozen,),
    "released.list_releases": (after,),
    "released.get_release": (released(""),),
    "released.get_changes": (released("/changes"),),
    "board.page": (filtered("/board", "partner"),),
    "board.figures": (filtered("/board/figures.csv", "partner"),),
    "packs.ask": (ordered,),
    "packs.wait": (packed(""),),
    "packs.fetch": (packed("/board-pack.pdf"),),
}
# Answers about all that one may see.
WITHOUT_A_NAME = (
    *(f"/api/v1/figures?{PERIOD}&by={by}" for by in ("partner,topic", "directorate", "partner")),
    "/api/v1/releases",
    *(f"/api/v1/themes?{PERIOD}", f"/api/v1/comments?{PERIOD}&size=100", f"/board?{PERIOD}"),
)


@pytest.fixture
def world(app: Flask, partnership: None, can_print: None) -> dict[str, Named]:
    """One answered enquiry of each partner, shown however few there are; and a sealed quarter."""
    whole = db.session.scalars(select(PartnershipRow)).one()
    whole.settings = {**whole.settings, "minimum_base": 1}
    forget_directory()
    found = {code: _planted(code) for code in PARTNERS}
    for code in PARTNERS:
        give_many([5, 4] * 6, "2026-04", partner=code, source="portal")
    seal_all()
    return {
        code: replace(each, release_id=_released(code), pack=_packed(code))
        for code, each in found.items()
    }


def _released(code: str) -> str:
    release, _ = freeze(parse("2026-Q2"), frozenset({code}), f"{code} said", "desk", directory())
    db.session.commit()
    return str(release.uuid)


def _packed(code: str) -> str:
    asked = {"asked_by": "board", "asked_at": now(), "next_attempt_at": now()}
    what = {"period": "2026-Q2", "language": "en", "partners": [code], "partner": code}
    pack = Pack(digest=code.encode(), pdf=f"{code} said".encode(), made_at=now(), **what, **asked)
    db.session.add(pack)
    db.session.commit()
    return str(pack.uuid)


def _planted(code: str) -> Named:
    said = f"{code} said"
    (response,) = plant([Remark(partner=code, text=said, redacted=said)])
    invitation = db.session.get_one(Invitation, response.invitation_id)
    closure = db.session.get_one(Closure, invitation.closure_id)
    closure.source_id = directory().sources["portal"].id
    closure.directorate_id = directory().directorates[code, PARTNERS[code]].id
    closure.topic, closure.reference = f"{code} topic", f"REF-{code}"
    db.session.flush()
    return Named(
        code, PARTNERS[code], closure.topic, closure.reference, str(invitation.uuid), "", ""
    )


def behind_a_guard(app: Flask) -> set[str]:
    """The routes that not everybody may pass, by endpoint."""
    guards = app.extensions["survey.guards"]
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if guards[rule.endpoint.rpartition(".")[0]] is not open_to_everyone
    }


def test_every_guarded_route_and_parameter_is_placed(app: Flask, client: FlaskClient) -> None:
    assert behind_a_guard(app) == ROUTES.keys()
    paths = client.get("/api/v1/openapi.json").get_json()["paths"].values()
    told = {
        parameter["name"]
        for path in paths
        for part in (path, *path.values())
        if isinstance(part, dict)
        for parameter in part.get("parameters", ())
    }
    assert told | set(FILTERS) == NAMES_NOTHING_OF_A_PARTNER | set(Named.__annotations__) - {
        "letter",
        "pack",
    } | {"cursor"}


def of_keys(app: Flask, make_key: MakeKey, partner: str) -> list[Send]:
    """Whoever holds a key of the partner's: one for boards, and one for all else."""
    scopes = (
        *("enquiries:write", "enquiries:read", "enquiries:correct", "links:read"),
        *("figures:explore", "comments:read", "releases:write", "operate"),
    )
    secrets = [make_key(*each, partners=(partner,)) for each in (["figures:read"], scopes)]
    return [
        _sender(app.test_client(), bearer(each), f"&ticket={ticket_for(each[4:12])}")
        for each in secrets
    ]


def _sender(client: FlaskClient, headers: dict[str, str], on_pages: str = "") -> Send:
    def send(method: str, path: str, **more: Any) -> TestResponse:
        query = more.pop("query_string", {})
        path += "".join(f"&{name}={value}" for name, value in query.items())
        path += on_pages if path.startswith("/board") else ""
        return client.open(path, method=method, headers=headers, **more)

    return send


def said(answer: TestResponse, their: Named) -> tuple[Any, ...]:
    """All that an answer says, but for what was asked, and for what of one's own reads like it."""
    body = answer.get_data(as_text=True)
    for name in astuple(their):
        body = re.sub(rf"\b{re.escape(name)}\b", "…", body)
    assert_nothing_of(their.partner, body)
    return answer.status_code, answer.mimetype, re.sub(r"nearest( known)?: [^\"]*", "…", body)


def assert_nothing_of(code: str, body: str) -> None:
    """What is this partner's alone does not stand there."""
    if code not in PARTNERS:
        return
    own = (f"{code} topic", f"{code} said", f"REF-{code}", directory().partners[code].name)
    for words in (*own, f'"{code}"', f">{code}<", f'"{PARTNERS[code]}"'):
        assert words not in body, words


def test_a_partners_key_finds_nothing_of_another_partner(
    app: Flask, make_key: MakeKey, world: dict[str, Named]
) -> None:
    for code, own in world.items():
        senders = of_keys(app, make_key, code)
        db.session.rollback()
        before = without_last_use()
        for question in (each for questions in ROUTES.values() for each in questions):
            for send in senders:
                assert_unknown(question, send, own, world)
        for send in senders:
            assert_own_alone(send, code)
        db.session.rollback()
        assert without_last_use() == before
        for question in (each for questions in ROUTES.values() for each in questions):
            found = (said(question(send, own, own), NOBODYS) for send in senders)
            unknown = (said(question(send, NOBODYS, own), NOBODYS) for send in senders)
            assert list(found) != list(unknown), "what is one's own is answered otherwise"


def without_last_use() -> dict[str, list[Any]]:
    """Everything in the database, but for when keys were used."""
    return {name: rows for name, rows in all_rows().items() if name != "api_key"}


def test_signed_in_people_find_nothing_of_another_partner(
    app: Flask, world: dict[str, Named]
) -> None:
    for person, partner in ((BOARD_OF_HCC, "HCC"), (COORDINATOR_OF_OCC, "OCC")):
        client = app.test_client()
        assert sign_in(client, person).status_code == 303
        send = _sender(client, {})
        for question in ROUTES["board.page"]:
            assert_unknown(question, send, world[partner], world)
            assert question(send, world[partner], world[partner]).status_code == 200
        assert_own_alone(send, partner)


def assert_unknown(question: Question, send: Send, own: Named, world: dict[str, Named]) -> None:
    """What is another partner's is answered as what never was."""
    unknown = said(question(send, NOBODYS, own), NOBODYS)
    if unknown[0] == 403:
        return  # Whatever it names: the key lacks the scope.
    for other in world.keys() - {own.partner}:
        assert said(question(send, world[other], own), world[other]) == unknown


def assert_own_alone(send: Send, code: str) -> None:
    """Nothing that is answered without naming anybody tells of another partner."""
    own = directory().partners[code].name
    shown = "".join(send("GET", path).get_data(as_text=True) for path in WITHOUT_A_NAME)
    assert own in shown or f'"{code}"' in shown
    for other in PARTNERS.keys() - {code}:
        assert_nothing_of(other, shown)
