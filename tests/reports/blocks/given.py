"""Answers for tests of what boards see: who gave which, in which month, and months sealed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import select, text

from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations.model import Person
from survey.reports.blocks.model import Block
from survey.reports.blocks.sealing import seal
from survey.responses.model import Hold, Response
from tests.build import make_closure, make_invitation, make_person, make_response

numbers = count(1)


def give(
    rating: int,
    month: str = "2026-01",
    by: str | None = None,
    comment: str | None = None,
    **closure: Any,
) -> Response:
    """An answer given in a month, about an enquiry closed then; `by` names the person."""
    when = during(month)
    made = make_closure(closed_at=when, **closure)
    invitation = make_invitation(made, person_id=person(by or f"somebody{next(numbers)}").id)
    return make_response(invitation, rating=rating, comment=comment, answered_at=when)


def give_many(ratings: Iterable[int], month: str = "2026-01", **more: Any) -> list[Response]:
    """Answers of as many people."""
    return [give(rating, month, **more) for rating in ratings]


def person(name: str) -> Person:
    """Who is called so."""
    email = f"{name}@hants.example"
    known = db.session.scalar(select(Person).where(Person.hash == keys().person_hash(email)))
    return known or make_person(email)


def during(month: str) -> datetime:
    """A moment in a month."""
    return datetime(int(month[:4]), int(month[5:]), 15, 12, tzinfo=UTC)


def hold(response: Response) -> Hold:
    """Hold an answer."""
    held = Hold(response_id=response.id, held_at=response.answered_at, signs=["too_fast"])
    db.session.add(held)
    db.session.flush()
    return held


def seal_all() -> list[Block]:
    """Seal whatever is due; all blocks there are."""
    db.session.commit()
    for _ in seal():
        db.session.commit()
    return blocks()


def blocks() -> list[Block]:
    """All blocks, oldest first."""
    return list(db.session.scalars(select(Block).order_by(Block.closes, Block.id)))


def unprotect(table: str) -> None:
    """Have a table take changes, as somebody who may do anything to the database would begin."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for event in ("UPDATE", "DELETE"):
        db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_never_changes_by_{event}"))
