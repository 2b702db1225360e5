"""Which worker holds which letters: claims in the table, so that no letter goes out twice.

A claim lasts a minute and is renewed while its worker lives. What a killed worker held is free for
the others when the minute is over. No more is claimed than the receivers' paces let out now; what
is beyond them stays due.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select, update

from survey.enquiries.model import Closure
from survey.foundation import clock
from survey.foundation.claims import RELEASED
from survey.foundation.database import change, db, table_of
from survey.invitations.errand import Errand, Parcel
from survey.invitations.model import Invitation, Person
from survey.invitations.paces import Paces
from survey.invitations.people import opted_out_of
from survey.invitations.receivers import Receivers, sealed_domain
from survey.invitations.reopening import reopened

BATCH = 100
HOLD = timedelta(seconds=60)
RENEW_AFTER = timedelta(seconds=10)
INVITATIONS, CLOSURES = table_of(Invitation), table_of(Closure)
PEOPLE = table_of(Person)


@dataclass(frozen=True)
class Claim:
    """What a look at the table came to.

    Attributes:
        held: the letters that are ours now, the longest due first.
        unknown: domains that must be looked up before more can be claimed.
        wait: how long until the paces let out more, where they hold everything back now.
    """

    held: Sequence[int] = ()
    unknown: frozenset[str] = field(default=frozenset())
    wait: timedelta | None = None


class Worker:
    """One run of a sending step, under a name of its own, and what it holds.

    It opens up to `most` parcels at once.
    """

    def __init__(self, errand: Errand, receivers: Receivers, most: int) -> None:
        self.name = uuid4().hex
        self.held_since = clock.now()
        self.held = Invitation.claimed_by == self.name
        self.errand, self.receivers = errand, receivers
        self.most = most
        self._opening = _opening(self.name, errand.over, most)

    def claim(self) -> Claim:
        """Hold the letters that are due longest, a batch; others skip them once it is committed."""
        now = clock.now()
        paces, waiting = Paces.locked(now), and_(self.errand.due(now), _free(now))
        found = db.session.execute(_longest_due(waiting, self.errand, paces)).all()
        if not found:
            return self._nothing(paces, waiting)
        domains = {row.id: sealed_domain(row.address) for row in found if not row.mail_system}
        unknown = frozenset(d for d in domains.values() if self.receivers.known(d) is None)
        if unknown:
            return Claim(unknown=unknown)
        systems: dict[str, list[int]] = defaultdict(list)
        for row in found:
            known = row.mail_system or self.receivers.known(domains[row.id])
            systems[known or ""].append(row.id)
        ours = self._hold(systems, paces, now, new=domains.keys())
        return Claim(held=[row.id for row in found if row.id in ours])

    def renew(self) -> None:
        """Hold on to what is left for another minute, unless that was done just now."""
        now = clock.now()
        if now - self.held_since > RENEW_AFTER:
            self.held_since = now
            note(self.held, claimed_until=now + HOLD)

    def open(self, invitations: Sequence[int]) -> Sequence[Parcel]:
        """All that their letters need, without those that another worker took over meanwhile."""
        given: dict[str, int | None] = dict.fromkeys(_places(self.most))
        given.update(zip(given, invitations, strict=False))
        return db.session.execute(self._opening, given).all()

    def give_back(self) -> None:
        """Let others have at once what is held and was not sent."""
        note(self.held, **RELEASED)

    def _nothing(self, paces: Paces, waiting: ColumnElement[bool]) -> Claim:
        """None may go out now: is it that none is due, or that all are held back?"""
        held_back = paces.for_all() < 1 or paces.empty()
        if held_back and db.session.scalar(select(exists().where(waiting))):
            return Claim(wait=paces.next_token())
        return Claim()

    def _hold(
        self,
        systems: Mapping[str, Sequence[int]],
        paces: Paces,
        now: datetime,
        new: Iterable[int],
    ) -> set[int]:
        """Take tokens and hold so many; what is beyond them only learns its mail system."""
        granted = paces.take({name: len(each) for name, each in sorted(systems.items())})
        learning, ours = set(new), set[int]()
        for name, each in systems.items():
            held, beyond = each[: granted[name]], learning.intersection(each[granted[name] :])
            until = now + HOLD
            if held:
                claim = {"claimed_by": self.name, "claimed_until": until}
                note(Invitation.id.in_(held), mail_system=name, **claim)
                ours.update(held)
            if beyond:
                note(Invitation.id.in_(beyond), mail_system=name)
        return ours


def note(which: ColumnElement[bool], **values: Any) -> None:
    """Write these values down on some invitations."""
    change(update(Invitation).where(which).values(values))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Invitation.claimed_until.is_(None), Invitation.claimed_until <= now)


def _longest_due(
    waiting: ColumnElement[bool], errand: Errand, paces: Paces
) -> Select[*tuple[Any, ...]]:
    """A batch of what waits, no longer than all together may have, for systems not yet full."""
    system = Invitation.mail_system
    return (
        select(Invitation.id, system, Person.address)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .where(waiting, or_(system.is_(None), system.not_in(paces.empty())))
        .order_by(errand.due_at)
        .limit(min(BATCH, paces.for_all()))
        .with_for_update(of=Invitation, skip_locked=True)
    )


def _opening(name: str, over: ColumnElement[bool], most: int) -> Select[*tuple[Any, ...]]:
    """The statement that opens up to so many parcels held by this worker.

    It runs once a letter, so it is made once, of plain columns and a fixed number of places.
    """
    asked, closed, who = INVITATIONS.c, CLOSURES.c, PEOPLE.c
    return (
        select(
            *(asked.id, asked.uuid, asked.attempts, asked.returns),
            *(asked.expires_at, asked.mail_system),
            *(closed.reference, closed.closed_at, closed.language),
            *(closed.partner_id, closed.service_id),
            *(who.id.label("person_id"), who.hash, who.address),
            *(opted_out_of(closed.partner_id).label("opted_out"), who.bounced_at),
            reopened().label("reopened"),
            over.label("over"),
        )
        .select_from(
            INVITATIONS.join(CLOSURES, closed.id == asked.closure_id).outerjoin(
                PEOPLE, who.id == asked.person_id
            )
        )
        .where(or_(*(asked.id == bindparam(place) for place in _places(most))))
        .where(asked.claimed_by == name)
    )


def _places(most: int) -> list[str]:
    return [f"invitation_{number}" for number in range(most)]
