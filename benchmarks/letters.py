"""People who got our letter: invitations in the tables, and the form each of them will send.

Each is an invitation of its own, so that every form sent stores a row, and every form carries all
four answers and a comment, which is the dearest there is.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode
from uuid import uuid4

from flask import Flask
from sqlalchemy import Table, insert

from benchmarks.load import get, post
from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys, token_hash
from survey.invitations.model import Invitation, Person
from survey.partnership.directory import directory
from survey.questionnaire.shipped import current
from survey.responses.form_nonce import sign_form
from survey.responses.page import FORM_FIELD, TRAP_FIELD

BATCH = 5000
COMMENT = "It took three calls until somebody told me which form to send, and then it was quick."
# All that is asked, answered. What stands in the trap is what a person leaves in it.
GIVEN = {"resolved": "yes", "ease": "4", "rating": "5", "comment": COMMENT}
UNSEEN = {TRAP_FIELD: ""}
Row = dict[str, Any]


def send_out(app: Flask, count: int) -> list[str]:
    """Store this many open invitations; the tokens of their links."""
    tokens: list[str] = []
    with app.app_context():
        for first in range(1, count + 1, BATCH):
            numbers = range(first, min(first + BATCH, count + 1))
            invitations = [_invitation(number) for number in numbers]
            tokens += [keys().link_token(row["uuid"]) for row in invitations]
            closures = [_closure(number) for number in numbers]
            db.session.execute(insert(cast(Table, Closure.__table__)), closures)
            db.session.execute(insert(cast(Table, Invitation.__table__)), invitations)
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return tokens


def make_due(app: Flask, first: int, count: int) -> None:
    """Store this many invitations that were never sent and are due, numbered from `first`."""
    with app.app_context():
        for start in range(first, first + count, BATCH):
            numbers = range(start, min(start + BATCH, first + count))
            unsent = {"sent_at": None, "attempts": 0, "next_attempt_at": now()}
            for model, rows in (
                (Person, [_person(number) for number in numbers]),
                (Closure, [_closure(number) for number in numbers]),
                (Invitation, [_invitation(n) | {"person_id": n} | unsent for n in numbers]),
            ):
                db.session.execute(insert(cast(Table, model.__table__)), rows)
            db.session.commit()
        db.session.remove()
        db.engine.dispose()


def visits(tokens: list[str]) -> list[bytes]:
    """The requests by which each of them opens the page."""
    return [get(f"/a/{token}") for token in tokens]


def answers(app: Flask, tokens: list[str]) -> list[bytes]:
    """The requests by which each of them sends the form, signed as if it had been shown."""
    with app.app_context():
        return list(_answers(tokens))


def _answers(tokens: list[str]) -> Iterator[bytes]:
    asked = current()
    for token in tokens:
        form = {FORM_FIELD: sign_form(token, asked, "en")} | GIVEN | UNSEEN
        yield post(f"/a/{token}", urlencode(form))


def _closure(number: int) -> Row:
    known, closed_at = directory(), now() - timedelta(days=1)
    return {
        "id": number,
        "uuid": uuid4(),
        "source_id": known.sources["portal"].id,
        "reference": f"BENCH-{number}",
        "partner_id": known.partners["OCC"].id,
        "service_id": known.services["payroll"].id,
        "channel": "portal",
        "outcome": "resolved",
        "opened_at": closed_at - timedelta(days=2),
        "closed_at": closed_at,
        "closed_month": f"{closed_at:%Y-%m}",
        "target_hours": 17.0,
        "hours_to_close": 12.5,
        "within_target": True,
        "received_at": closed_at,
        "taken_up_at": closed_at,
    }


def _person(number: int) -> Row:
    address = f"person{number}@oxon.example"
    sealed = keys().encrypt(address)
    asked = {"address": sealed, "last_asked_at": now()}
    return {"id": number, "hash": keys().person_hash(address), **asked}


def _invitation(number: int) -> Row:
    uuid, moment = uuid4(), now()
    return {
        "id": number,
        "uuid": uuid,
        "closure_id": number,
        "asked": True,
        "decided_at": moment,
        "token_hash": token_hash(keys().link_token(uuid)),
        "expires_at": moment + timedelta(days=21),
        "attempts": 1,
        "sent_at": moment,
    }
