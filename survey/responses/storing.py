"""Storing an answer: one statement that looks the link up, checks it, and writes, or does nothing.

The statement is its own transaction, so that what `store` calls stored is on the disk: for an
answer, the promise to the person (303) must come after that, and nothing else belongs in with it.
The same answers on the same form sent twice, or by two clients at once, meet the constraint "once
per form" and are one row. A form that looks like a machine's is stored too, and held in the same
transaction; one that looks odd beside others is looked at more closely afterwards.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from enum import Enum, auto
from typing import Any, cast
from uuid import uuid4

from blinker import Signal
from sqlalchemy import Executable, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from survey.foundation.clock import now
from survey.foundation.database import UTCDateTime, db
from survey.foundation.keys import keys, token_hash
from survey.foundation.straight import DATABASE_AWAY, Row, Straight, once_more
from survey.foundation.visitors import place_of
from survey.invitations.model import Invitation
from survey.partnership.working_time import WorkingCalendar
from survey.questionnaire.answers import Answers
from survey.questionnaire.questions import LINE
from survey.responses.beside import WRITES_OVER_SECONDS
from survey.responses.form_nonce import ShownForm
from survey.responses.holding import HOLD, look_closer
from survey.responses.kept_settings import settings_now
from survey.responses.model import Response
from survey.responses.scanners import known_scanners, networks
from survey.responses.signs import Submit, weigh

# Sent after an answer was stored, with nothing: whoever listens asks the tables.
response_stored = Signal()

IN_COLUMNS = ("rating", "ease", "resolved", "comment")
# What the column of the nonce has room for beside it.
TOLD_LETTERS = 10

_TABLE = cast(Table, Response.__table__)
_GIVEN = [column for column in _TABLE.columns if column.name not in ("id", "invitation_id")]
_OTHER = _TABLE.alias("other")
_LINK = Invitation.token_hash == bindparam("link")


class Outcome(Enum):
    """What became of a form."""

    STORED = auto()
    STORED_BEFORE = auto()
    EXPIRED = auto()
    UNKNOWN = auto()


def _statement(into: postgresql.Insert | sqlite.Insert) -> Executable:
    """INSERT … SELECT … FROM invitation; gives nothing where it wrote nothing.

    Else the new id, and whether there was another answer by the same link a moment ago.
    """
    given = (bindparam(column.name, type_=column.type) for column in _GIVEN)
    behind = select(Invitation.id, *given).where(
        _LINK, Invitation.asked, Invitation.expires_at > bindparam("answered_at")
    )
    # By names that need no table before them, which SQLAlchemy leaves out here for SQLite.
    another = select(_OTHER.c.nonce).where(
        _OTHER.c.invitation_id.in_(select(Invitation.id).where(_LINK)),
        _OTHER.c.nonce != bindparam("nonce", type_=_TABLE.c.nonce.type),
        _OTHER.c.answered_at > bindparam("lately", type_=UTCDateTime()),
    )
    return (
        into.from_select(["invitation_id", *(column.name for column in _GIVEN)], behind)
        .on_conflict_do_nothing(index_elements=["invitation_id", "nonce"])
        .returning(_TABLE.c.id, another.exists())
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


def store(token: str, form: ShownForm, answers: Answers, nonce: str, submit: Submit) -> Outcome:
    """Store what a person answered, for good, and say what became of it.

    Args:
        token: of the link it came by.
        form: that it came on.
        answers: that were checked.
        nonce: of these answers on this form, from `stored_nonce`.
        submit: what is known of how it came; where that looks like a machine, the response is held.
    """
    row = _row(form, answers, submit) | {"link": token_hash(token), "nonce": nonce}
    own = networks(settings_now().asking.answering_networks)
    verdict = weigh(submit, known_scanners(), own)
    if verdict.held:
        written = _hold(row, verdict.signs)
    else:
        stored = _INSERT[_kind()].first(row)
        written = stored is not None
        if stored and (stored[1] or verdict.signs):
            # It is stored, whatever becomes of this; the step `weigh` looks again.
            with suppress(*DATABASE_AWAY):
                look_closer(stored[0], submit, own)
    return Outcome.STORED if written else once_more(lambda: _why_not(row))


def stored_nonce(form: ShownForm, answers: Answers) -> str:
    """What a response is known by: its form, and in ten letters that reveal nothing, its answers.

    A browser may keep a form that was sent, and whoever goes back to it can change an answer and
    send it again: that is another answer, and no repeat.
    """
    digest = keys().content_digest(json.dumps(answers.values))
    return form.nonce + urlsafe_b64encode(digest)[:TOLD_LETTERS].decode()


def _hold(row: Mapping[str, Any], signs: Sequence[str]) -> bool:
    """Store a response and its hold, in one transaction; whether it was not there before."""

    def held(stored: Row) -> Mapping[str, Any]:
        return {"response_id": stored[0], "held_at": row["answered_at"], "signs": list(signs)}

    return _INSERT[_kind()].first_and(row, HOLD, held) is not None


def _kind() -> str:
    return db.engine.dialect.name


def _why_not(row: Mapping[str, Any]) -> Outcome:
    """Why nothing was written. What was stored before stays stored after the link has expired."""
    with db.engine.connect() as connection:
        stored_before = connection.scalar(_WHY_NOT, {"link": row["link"], "nonce": row["nonce"]})
    if stored_before is None:
        return Outcome.UNKNOWN
    return Outcome.STORED_BEFORE if stored_before else Outcome.EXPIRED


def _row(form: ShownForm, answers: Answers, submit: Submit) -> dict[str, Any]:
    values, answered_at = answers.values, now()
    comment, texts = values.get("comment"), _texts(form, answers)
    return {
        "uuid": uuid4(),
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
        # Many share an address, so a visitor is what somebody there reads with.
        "visitor": keys().visitor_hash(f"{place_of(submit.address)} {submit.agent}"),
        "lately": answered_at - timedelta(seconds=WRITES_OVER_SECONDS),
    }


def _texts(form: ShownForm, answers: Answers) -> dict[str, str]:
    """The short texts among the answers, by key: they may tell who wrote them, as a comment may."""
    lines = (question.key for question in form.questionnaire.questions if question.kind == LINE)
    return {key: str(answers.values[key]) for key in lines if key in answers.values}
