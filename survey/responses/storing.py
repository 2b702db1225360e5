"""Storing an answer: one statement that looks the link up, checks it, and writes, or does nothing.

The statement is its own transaction, so that what `store` calls stored is on the disk: for an
answer, the promise to the person (303) must come after that, and nothing else belongs in with it.
The same form sent twice, or by two clients at once, meets the constraint "once per form" and is one
row. A form that looks like a machine's is stored too, and held in the same transaction.
"""

import json
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any, cast
from uuid import uuid4

from blinker import Signal
from sqlalchemy import Executable, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys, token_hash
from survey.foundation.straight import Straight, once_more
from survey.invitations.model import Invitation
from survey.partnership.working_time import WorkingCalendar
from survey.questionnaire.answers import Answers
from survey.questionnaire.questions import LINE
from survey.responses.form_nonce import ShownForm
from survey.responses.kept_settings import settings_now
from survey.responses.model import Hold, Response

# Sent after an answer was stored, with nothing: whoever listens asks the tables.
response_stored = Signal()

IN_COLUMNS = ("rating", "ease", "resolved", "comment")

_TABLE = cast(Table, Response.__table__)
_GIVEN = [column for column in _TABLE.columns if column.name not in ("id", "invitation_id")]
_LINK = Invitation.token_hash == bindparam("link")


class Outcome(Enum):
    """What became of a form."""

    STORED = auto()
    STORED_BEFORE = auto()
    EXPIRED = auto()
    UNKNOWN = auto()


def _statement(into: postgresql.Insert | sqlite.Insert) -> Executable:
    """INSERT … SELECT … FROM invitation; gives the new id, or nothing where it wrote nothing."""
    given = (bindparam(column.name, type_=column.type) for column in _GIVEN)
    behind = select(Invitation.id, *given).where(
        _LINK, Invitation.asked, Invitation.expires_at > bindparam("answered_at")
    )
    return (
        into.from_select(["invitation_id", *(column.name for column in _GIVEN)], behind)
        .on_conflict_do_nothing(index_elements=["invitation_id", "nonce"])
        .returning(_TABLE.c.id)
    )


_INSERT = {
    "postgresql": Straight(_statement(postgresql.insert(_TABLE))),
    "sqlite": Straight(_statement(sqlite.insert(_TABLE))),
}
_WHY_NOT = select(
    select(Response.id)
    .where(Response.invitation_id == Invitation.id, Response.nonce == bindparam("nonce"))
    .exists()
).where(_LINK, Invitation.asked)


def store(token: str, form: ShownForm, answers: Answers, signs: Sequence[str] = ()) -> Outcome:
    """Store what a person answered, for good, and say what became of it.

    Args:
        token: of the link it came by.
        form: that it came on.
        answers: that were checked.
        signs: what about it looked like a machine; with any, the response is held.
    """
    row = _row(form, answers) | {"link": token_hash(token)}
    written = once_more(lambda: _hold(row, signs)) if signs else _INSERT[_kind()].first(row)
    return Outcome.STORED if written else once_more(lambda: _why_not(row))


def _hold(row: Mapping[str, Any], signs: Sequence[str]) -> bool:
    """Store a response and its hold, in one transaction; whether it was not there before."""
    with db.engine.begin() as connection:
        response_id: int | None = connection.scalar(_INSERT[_kind()].statement, row)
        if response_id is not None:
            held = {"response_id": response_id, "held_at": row["answered_at"], "signs": signs}
            connection.execute(insert(Hold), held)
    return response_id is not None


def _kind() -> str:
    return db.engine.dialect.name


def _why_not(row: Mapping[str, Any]) -> Outcome:
    """Why nothing was written. What was stored before stays stored after the link has expired."""
    with db.engine.connect() as connection:
        stored_before = connection.scalar(_WHY_NOT, {"link": row["link"], "nonce": row["nonce"]})
    if stored_before is None:
        return Outcome.UNKNOWN
    return Outcome.STORED_BEFORE if stored_before else Outcome.EXPIRED


def _row(form: ShownForm, answers: Answers) -> dict[str, Any]:
    values, answered_at = answers.values, now()
    comment, texts = values.get("comment"), _texts(form, answers)
    return {
        "uuid": uuid4(),
        "nonce": form.nonce,
        "questionnaire": form.questionnaire.name,
        "version": form.questionnaire.version,
        "language": form.language,
        "rating": values["rating"],
        "ease": values.get("ease"),
        "resolved": values.get("resolved"),
        "answers": {k: v for k, v in values.items() if k not in IN_COLUMNS and k not in texts},
        "comment": keys().encrypt(str(comment)) if comment else None,
        "texts": keys().encrypt(json.dumps(texts)) if texts else None,
        "answered_at": answered_at,
        "answered_month": WorkingCalendar.of(settings_now()).local_month(answered_at),
    }


def _texts(form: ShownForm, answers: Answers) -> dict[str, str]:
    """The short texts among the answers, by key: they may tell who wrote them, as a comment may."""
    lines = (question.key for question in form.questionnaire.questions if question.kind == LINE)
    return {key: str(answers.values[key]) for key in lines if key in answers.values}
