"""Holding answers: kept and not counted, with the signs of a machine that they are held for.

What an answer tells of itself is weighed before it is stored. What only shows beside others
(several scores by one link, words wiped, many links from one address) is looked at when there is
reason to, in a second transaction after the one statement that stores it. Answers stored in the
same instant may miss each other there, and a killed process may not come to it; `weigh_again`, a
step, finds several scores among those.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, distinct, func, insert, or_, select

from survey.foundation import clock
from survey.foundation.database import db, insert_into, table_of
from survey.foundation.straight import Straight
from survey.responses.beside import WRITES_OVER_SECONDS, Given, several_scores, writes_over
from survey.responses.model import Hold, Response
from survey.responses.scanners import Networks, known_scanners
from survey.responses.signs import MANY_LINKS_SECONDS, Beside, Submit, weigh

BURST = ("several_scores",)
HELD = ("response_id", "held_at", "signs")
# The step comes by once a minute, and later after an outage of the worker.
LOOKED_AT_AGAIN = timedelta(minutes=10)
NEAR = timedelta(seconds=WRITES_OVER_SECONDS)
# Ids tell what came last, so that no index of moments need be kept up with every answer; in one
# minute, or in ten, no more come than these.
LAST_IN_A_MINUTE = 4_000
LAST_LOOKED_AT = 40_000

_RESPONSE = table_of(Response).c
_ANSWER = select(
    *(_RESPONSE.id, _RESPONSE.invitation_id, _RESPONSE.rating),
    *(_RESPONSE.answered_at, _RESPONSE.visitor, _RESPONSE.answers),
    or_(
        *(_RESPONSE.comment.is_not(None), _RESPONSE.texts.is_not(None)),
        *(_RESPONSE.ease.is_not(None), _RESPONSE.resolved.is_not(None)),
    ).label("more"),
)

# Of a response that was not there before.
HOLD = Straight(insert(Hold).values(**{name: bindparam(name) for name in HELD}))


def hold(connection: Connection, signs: Mapping[int, Sequence[str]], at: datetime) -> int:
    """Hold answers, but for those that are or were held already; how many.

    Args:
        connection: in a transaction.
        signs: of each of them, by its id.
        at: the moment from which on they are held.
    """
    known = select(Hold.response_id).where(Hold.response_id.in_(signs))
    # In one order, so that of two transactions that hold the same one waits for the other.
    new = sorted(signs.keys() - set(connection.scalars(known)))
    if not new:
        return 0
    rows = [{"response_id": id_, "held_at": at, "signs": list(signs[id_])} for id_ in new]
    held = (
        insert_into(Hold)
        .values(rows)
        .on_conflict_do_nothing(
            index_elements=[Hold.response_id], index_where=Hold.released_at.is_(None)
        )
    )
    return len(connection.execute(held.returning(Hold.id)).all())


def look_closer(response_id: int, submit: Submit, own: Networks) -> None:
    """Weigh an answer beside those around it, and hold what a machine gave, itself or another."""
    with db.engine.begin() as connection:
        mine = connection.execute(_ANSWER.where(_RESPONSE.id == response_id)).one()
        given, others = _given(mine), _others(connection, mine)
        burst = several_scores(given, others)
        over = writes_over(given, given.at - submit.seconds, others)
        beside = Beside(burst=bool(burst), over=over, links=_links(connection, mine))
        verdict = weigh(submit, known_scanners(), own, beside)
        signs: dict[int, Sequence[str]] = dict.fromkeys(burst, BURST)
        if verdict.held:
            signs[mine.id] = verdict.signs
        hold(connection, signs, mine.answered_at)


def weigh_again() -> Iterator[int]:
    """The step that holds bursts of scores which nobody saw when they were stored."""
    connection = db.session.connection()
    last = connection.scalar(select(func.max(_RESPONSE.id))) or 0
    since = clock.now() - LOOKED_AT_AGAIN
    lately = (_RESPONSE.id > last - LAST_LOOKED_AT, _RESPONSE.answered_at > since)
    several = (
        select(_RESPONSE.invitation_id)
        .where(*lately)
        .group_by(_RESPONSE.invitation_id)
        .having(func.count(distinct(_RESPONSE.rating)) > 1)
    )
    for mine in connection.execute(
        _ANSWER.where(*lately, _RESPONSE.invitation_id.in_(several))
    ).all():
        burst = several_scores(_given(mine), _others(connection, mine))
        if burst:
            signs = dict.fromkeys((mine.id, *burst), BURST)
            yield hold(connection, signs, mine.answered_at)
            connection = db.session.connection()


def _others(connection: Connection, mine: Any) -> list[Given]:
    """The other answers by the same link, shortly before and after one."""
    near = _RESPONSE.answered_at.between(mine.answered_at - NEAR, mine.answered_at + NEAR)
    rows = connection.execute(
        _ANSWER.add_columns(Hold.signs)
        .outerjoin(Hold, Hold.response_id == _RESPONSE.id)
        .where(_RESPONSE.invitation_id == mine.invitation_id, _RESPONSE.id != mine.id, near)
    )
    return [_given(row, None if row.signs is None else tuple(row.signs)) for row in rows]


def _given(row: Any, held_for: tuple[str, ...] | None = None) -> Given:
    more = bool(row.more or row.answers)
    return Given(row.id, row.rating, row.answered_at.timestamp(), row.visitor, held_for, more)


def _links(connection: Connection, mine: Any) -> int:
    """How many other links the same visitor answered shortly before."""
    since = mine.answered_at - timedelta(seconds=MANY_LINKS_SECONDS)
    answered = select(func.count(distinct(_RESPONSE.invitation_id))).where(
        _RESPONSE.id > mine.id - LAST_IN_A_MINUTE,
        _RESPONSE.visitor == mine.visitor,
        _RESPONSE.answered_at > since,
        _RESPONSE.invitation_id != mine.invitation_id,
    )
    return connection.scalar(answered) or 0
