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

from flask import current_app

from survey.foundation import clock, steps
from survey.foundation.keys import keys
from survey.foundation.quick_commits import quick_commits
from survey.invitations import people
from survey.invitations.claiming import Worker
from survey.invitations.eligibility import REOPENED
from survey.invitations.errand import Errand, Parcel
from survey.invitations.lanes import Carried, Lanes
from survey.invitations.letter import Addressee, Drafts, write
from survey.invitations.noting import note_carried, settle
from survey.invitations.receivers import Receivers
from survey.post.letter import Letter
from survey.post.office import open_office

SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=5)

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
            settle(parcel, self.errand.called_off(reason))
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
        return note_carried(self.errand, arrived, clock.now())
