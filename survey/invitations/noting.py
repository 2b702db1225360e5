"""What became of letters, written down: gone, refused, or to be tried again, and when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import structlog
from sqlalchemy import Update, bindparam, update

from survey.foundation.claims import RELEASED, pause
from survey.foundation.database import db, table_of
from survey.invitations import paces, people
from survey.invitations.claiming import note
from survey.invitations.errand import Errand, Parcel, Values
from survey.invitations.lanes import Carried
from survey.invitations.model import Invitation
from survey.post.office import Delayed, Refused
from survey.post.outcome import reason_for_logs

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
INVITATIONS = table_of(Invitation)

log = structlog.get_logger()


def note_carried(errand: Errand, arrived: Sequence[Carried], now: datetime) -> int:
    """Write down what became of these letters; of how many it is final."""
    sent = [each.about for each in arrived if each.trouble is None]
    if sent:
        _note_sent([_sent(errand, parcel, now) for parcel in sent])
    return len(sent) + sum(
        _note_trouble(errand, each.about, each.trouble, now) for each in arrived if each.trouble
    )


def settle(parcel: Parcel, values: Values) -> None:
    """Write this down about one letter that was not sent, and let go of it."""
    note(Invitation.id == parcel.id, **{**RELEASED, **values})


def _sent(errand: Errand, parcel: Parcel, now: datetime) -> dict[str, Any]:
    values = {**RELEASED, **errand.sent(parcel, now)}
    return {"of": parcel.id, "attempts": parcel.attempts + 1, **values}


def _note_sent(letters: list[dict[str, Any]]) -> None:
    """Record it and let go, even if our claim ran out meanwhile: what was sent was sent."""
    db.session.execute(_noting(*(name for name in letters[0] if name != "of")), letters)


@cache
def _noting(*names: str) -> Update:
    new: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(INVITATIONS).where(INVITATIONS.c.id == bindparam("of")).values(new)


def _note_trouble(errand: Errand, parcel: Parcel, trouble: Exception, now: datetime) -> int:
    """It did not go out: 1 if that is final, 0 if it must wait."""
    about = {"letter": errand.name, "invitation": str(parcel.uuid)}
    if isinstance(trouble, Refused):
        log.warning("invitation.refused", **about, reason=reason_for_logs(trouble))
        settle(parcel, {"attempts": parcel.attempts + 1, **errand.refused(now)})
        if trouble.nobody_there:
            people.note_bounce(parcel.person_id, now)
        return 1
    log.warning("invitation.delayed", **about, reason=reason_for_logs(trouble))
    soonest = (isinstance(trouble, Delayed) and trouble.until) or now
    later = max(now + pause(parcel.attempts + 1, FIRST_PAUSE, LONGEST_PAUSE), soonest)
    perhaps = isinstance(trouble, Delayed) and trouble.perhaps_sent
    values = errand.put_off(later, perhaps_sent=perhaps)
    settle(parcel, {"attempts": parcel.attempts + 1, **values})
    if isinstance(trouble, Delayed):
        _may_slow_down(parcel, trouble, now)
    return 0


def _may_slow_down(parcel: Parcel, delay: Delayed, now: datetime) -> None:
    if delay.for_all:
        paces.put_off(paces.EVERYBODY, now)
    elif delay.by_receiver and parcel.mail_system:
        paces.put_off(parcel.mail_system, now)
