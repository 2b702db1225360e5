"""Sends all letters of one errand that are due: each once, by however many workers.

One thread looks after the tables, and the lanes carry the letters. In one short transaction it
notes what became of the letters that arrived, claims more where few are left, and opens as many
parcels as lanes are free; then, with no transaction open, it hands them over. So a worker killed at
any moment loses none, and repeats at most the one that each lane had on the wire, which keeps its
Message-ID.

When the mail server takes nothing for now, all lanes close, and the run ends and gives back what it
holds: each run of an outage puts off a few letters, ever more slowly, and leaves the others due.
What fails now and then, or for one letter alone, puts off that one, and the others go out. Letters
that the paces hold back are waited for here, since no sweep would come often enough to send them
evenly.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import Update, bindparam, update

from survey.foundation import clock, steps
from survey.foundation.database import db, table_of
from survey.foundation.keys import keys
from survey.foundation.quick_commits import quick_commits
from survey.invitations import paces, people
from survey.invitations.claiming import Worker, note
from survey.invitations.eligibility import REOPENED
from survey.invitations.errand import Errand, Parcel, Values
from survey.invitations.lanes import Carried, Lanes
from survey.invitations.letter import Addressee, Drafts, write
from survey.invitations.model import Invitation
from survey.invitations.receivers import Receivers
from survey.post.letter import Letter
from survey.post.office import Delayed, Refused, open_office

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=5)
INVITATIONS = table_of(Invitation)
RELEASED: Values = {"claimed_by": None, "claimed_until": None}

log = structlog.get_logger()
receivers = Receivers()


def dispatch(errand: Errand) -> Iterator[int]:
    """Send all that is due, and wait for what only the paces hold back."""
    run = Run(errand)
    # What the drafts have read is not to be held open.
    yield 0
    with run.lanes:
        try:
            with quick_commits() as begin:
                while not run.finished:
                    begin()
                    done = run.turn_over()
                    yield done
                    run.hand_over()
        except GeneratorExit:
            run.end()
            raise
        run.end()


def pause(attempts: int) -> timedelta:
    """How long a letter waits after so many attempts: a minute, doubling up to four hours."""
    return min(FIRST_PAUSE * (1 << min(attempts, 8)), LONGEST_PAUSE)


def obstacle(parcel: Parcel) -> str | None:
    """What has come between the decision and the letter: a reason for not asking after all."""
    if parcel.opted_out:
        return "opted_out"
    if parcel.bounced_at:
        return "bounced"
    if parcel.reopened:
        return REOPENED
    return None if parcel.address and parcel.reference else "no_address"


class Run:
    """One run: what is held, what is on the way, and what has arrived and is not noted yet."""

    def __init__(self, errand: Errand) -> None:
        config = current_app.config
        self.errand = errand
        connections = config["SURVEY_MAIL_CONNECTIONS"]
        self.worker = Worker(errand, receivers, connections)
        self.drafts = Drafts()
        self.lanes = Lanes(
            [
                open_office(config["SURVEY_MAIL_URL"], config["SURVEY_MAIL_PER_CONNECTION"])
                for _ in range(connections)
            ]
        )
        self.left: deque[int] = deque()
        self.opened: list[Parcel] = []
        self.arrived: list[Carried] = []
        self.unknown: frozenset[str] = frozenset()
        self.claim_at: datetime | None = clock.now()

    @property
    def finished(self) -> bool:
        """Nothing is left to note, and nothing to send or wait for, or no way to."""
        if self.arrived or self.lanes.on_the_way:
            return False
        return self.lanes.closed or not (self.left or self.claim_at)

    def turn_over(self) -> int:
        """Note, claim and open, in the transaction at hand; how many letters are done with."""
        self.worker.renew()
        done = self._note_arrived()
        if not self.lanes.closed:
            if len(self.left) < self.lanes.free:
                self._claim()
            done += self._open()
        return done

    def hand_over(self) -> None:
        """Outside any transaction: send what is opened, and wait for something to arrive."""
        for parcel in self.opened:
            self._post(parcel)
        self.opened = []
        if self.unknown:
            receivers.look_up(self.unknown)
            self.unknown = frozenset()
        elif self.lanes.on_the_way:
            self.arrived += self.lanes.arrived()
        elif not self.arrived and not self.left and self.claim_at and not self.lanes.closed:
            steps.stopping.wait(max(self.claim_at - clock.now(), timedelta(0)).total_seconds())

    def end(self) -> None:
        """Wait for what is on its way, note it, and give back the rest."""
        while self.lanes.on_the_way:
            self.arrived += self.lanes.arrived()
        self._note_arrived()
        self.worker.give_back()

    def _claim(self) -> None:
        now = clock.now()
        if self.claim_at is None or now < self.claim_at:
            return
        if self.errand.gives_way():
            self.claim_at = None
            return
        claim = self.worker.claim()
        self.left.extend(claim.held)
        self.unknown = claim.unknown
        if claim.wait is not None:
            self.claim_at = now + min(max(claim.wait, SHORTEST_WAIT), LONGEST_WAIT)
        elif not claim.held and not claim.unknown:
            self.claim_at = None

    def _open(self) -> int:
        wanted = [self.left.popleft() for _ in range(min(self.lanes.free, len(self.left)))]
        parcels = self.worker.open(wanted) if wanted else ()
        reasons = [(parcel, self._why_not(parcel)) for parcel in parcels]
        self.opened += [parcel for parcel, reason in reasons if reason is None]
        return self._call_off([(parcel, reason) for parcel, reason in reasons if reason])

    def _why_not(self, parcel: Parcel) -> str | None:
        if parcel.over:
            return "over"
        return obstacle(parcel) or self.drafts.switched_off(parcel.partner_id, parcel.service_id)

    def _call_off(self, letters: list[tuple[Parcel, str]]) -> int:
        """Not to be sent after all; who is not asked has not been asked. How many there were."""
        if not letters:
            return 0
        persons = [] if self.errand.reminder else [p.person_id for p, _ in letters if p.person_id]
        people.hold(persons)
        for parcel, reason in letters:
            _settle(parcel, self.errand.called_off(reason))
        people.give_back_quiet_period(persons)
        return len(letters)

    def _post(self, parcel: Parcel) -> None:
        try:
            letter = self._letter(parcel)
        except Exception as error:
            self.arrived.append(Carried(parcel, error))
        else:
            self.lanes.hand_over(parcel, letter)

    def _letter(self, parcel: Parcel) -> Letter:
        about = (parcel.partner_id, parcel.service_id, parcel.language)
        form = self.drafts.about(*about, reminder=self.errand.reminder)
        addressee = Addressee(
            uuid=parcel.uuid,
            address=keys().decrypt(parcel.address),
            person=parcel.hash,
            reference=parcel.reference,
            closed_at=parcel.closed_at,
            expires_at=parcel.expires_at,
            reminder=self.errand.reminder,
            returns=parcel.returns,
        )
        letter = write(form, addressee)
        return replace(letter, again=True) if parcel.attempts else letter

    def _note_arrived(self) -> int:
        """Write down what became of letters; of how many it is final."""
        arrived, self.arrived = self.arrived, []
        now = clock.now()
        sent = [each.about for each in arrived if each.trouble is None]
        if sent:
            _note_sent([self._sent(parcel, now) for parcel in sent])
        return len(sent) + sum(
            self._note_trouble(each.about, each.trouble, now) for each in arrived if each.trouble
        )

    def _sent(self, parcel: Parcel, now: datetime) -> dict[str, Any]:
        values = {**RELEASED, **self.errand.sent(parcel, now)}
        return {"of": parcel.id, "attempts": parcel.attempts + 1, **values}

    def _note_trouble(self, parcel: Parcel, trouble: Exception, now: datetime) -> int:
        """It did not go out: 1 if that is final, 0 if it must wait."""
        about = {"letter": self.errand.name, "invitation": str(parcel.uuid)}
        if isinstance(trouble, Refused):
            log.warning("invitation.refused", **about, reason=str(trouble))
            _settle(parcel, {"attempts": parcel.attempts + 1, **self.errand.refused(now)})
            if trouble.nobody_there:
                people.note_bounce(parcel.person_id, now)
            return 1
        # An error's text may hold personal data, so only its name is told.
        reason = str(trouble) if isinstance(trouble, Delayed) else type(trouble).__name__
        log.warning("invitation.delayed", **about, reason=reason)
        soonest = (isinstance(trouble, Delayed) and trouble.until) or now
        later = max(now + pause(parcel.attempts), soonest)
        perhaps = isinstance(trouble, Delayed) and trouble.perhaps_sent
        values = self.errand.put_off(later, perhaps_sent=perhaps)
        _settle(parcel, {"attempts": parcel.attempts + 1, **values})
        if isinstance(trouble, Delayed):
            self._may_slow_down(parcel, trouble, now)
        return 0

    def _may_slow_down(self, parcel: Parcel, delay: Delayed, now: datetime) -> None:
        if delay.for_all:
            paces.put_off(paces.EVERYBODY, now)
        elif delay.by_receiver and parcel.mail_system:
            paces.put_off(parcel.mail_system, now)


def _note_sent(letters: list[dict[str, Any]]) -> None:
    """Record it and let go, even if our claim ran out meanwhile: what was sent was sent."""
    db.session.execute(_noting(*(name for name in letters[0] if name != "of")), letters)


@cache
def _noting(*names: str) -> Update:
    new: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(INVITATIONS).where(INVITATIONS.c.id == bindparam("of")).values(new)


def _settle(parcel: Parcel, values: Values) -> None:
    """The same for one letter that was not sent."""
    note(Invitation.id == parcel.id, **{**RELEASED, **values})
