"""Applies the rules to rows: gathers what is known of a closure, and by which settings it goes.

Deciding, explaining and previewing all go through here, so that they can say nothing different.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import aliased

from survey.enquiries.model import Closure, OpenEnquiry
from survey.foundation.keys import keys, normalise_address
from survey.invitations.eligibility import Decision, Facts, Mailbox, decide, mailbox_of
from survey.invitations.model import Person
from survey.invitations.people import opted_out_of
from survey.invitations.reopening import reopened
from survey.partnership.directory import Everything, directory
from survey.partnership.settings import Asking, Settings
from survey.partnership.working_time import WorkingCalendar

Known = Row[*tuple[Any, ...]]


def _another_is_open() -> ColumnElement[bool]:
    """Whether the person has another enquiry that no closure since its (re)opening has ended."""
    ending = aliased(Closure)
    ended = select(ending.id).where(
        ending.source_id == OpenEnquiry.source_id,
        ending.reference == OpenEnquiry.reference,
        ending.closed_at >= func.coalesce(OpenEnquiry.reopened_at, OpenEnquiry.opened_at),
    )
    open_ones = select(OpenEnquiry.id).where(
        OpenEnquiry.person_hash == Closure.person_hash,
        or_(OpenEnquiry.source_id != Closure.source_id, OpenEnquiry.reference != Closure.reference),
        ~ended.correlate(OpenEnquiry).exists(),
    )
    return open_ones.correlate(Closure).exists()


# Closures with what the rules look at now: the rows that a `Rulebook` reads.
KNOWN = select(
    *(Closure.id, Closure.closed_at, Closure.outcome, Closure.deliver),
    *(Closure.source_id, Closure.reference, Closure.partner_id, Closure.service_id),
    *(Closure.person_hash, Closure.address),
    and_(Closure.address.is_not(None), Closure.person_hash.is_not(None)).label("has_address"),
    opted_out_of(Closure.partner_id).label("opted_out"),
    Person.bounced_at.is_not(None).label("bounced"),
    reopened().label("reopened"),
    _another_is_open().label("another_is_open"),
).outerjoin(Person, Person.hash == Closure.person_hash)


class Rulebook:
    """The rules of one partnership, its partners and services looked up by id."""

    def __init__(self, settings: Settings, everything: Everything) -> None:
        self.settings = settings
        self.partners = {partner.id: partner for partner in everything.partners}
        self.services = {service.id: service for service in everything.services}
        self.sources = {source.id: source.code for source in everything.sources}
        self._asking: dict[tuple[int, int], Asking] = {}
        self._calendars: dict[int, WorkingCalendar] = {}

    @classmethod
    def as_it_stands(cls) -> "Rulebook":
        """By what is loaded."""
        here = directory()
        return cls(here.settings, here.everything)

    def decide(self, closure: Known, now: datetime) -> Decision:
        """What to do about a closure; its address is opened only where nothing else decides."""
        facts, asking = self.facts(closure), self.asking(closure)
        decision = decide(facts, asking, now)
        if decision.outcome != "ask":
            return decision
        mailbox = self.mailbox(closure)
        if mailbox is None:
            return Decision("not", "no_address")
        return decide(replace(facts, mailbox=mailbox), asking, now)

    def asking(self, closure: Known) -> Asking:
        """The settings for its partner and service."""
        key = closure.partner_id, closure.service_id
        if key not in self._asking:
            partner, service = self.partners[key[0]], self.services[key[1]]
            self._asking[key] = self.settings.asking_of(partner.code, service.code)
        return self._asking[key]

    def facts(self, closure: Known) -> Facts:
        """What is known of it without opening the address."""
        asking, calendar = self.asking(closure), self._calendar(closure.partner_id)
        partner, service = self.partners[closure.partner_id], self.services[closure.service_id]
        # Who sends the link with the news of the closing wants it now.
        delay = 0 if closure.deliver == "link" else asking.delay_minutes
        return Facts(
            closed_at=closure.closed_at,
            ripe_at=calendar.after(closure.closed_at, delay / 60),
            outcome=closure.outcome,
            has_address=closure.has_address,
            partner_asks=partner.asks and not partner.ended,
            service_asks=service.asks and not service.ended,
            opted_out=closure.opted_out,
            bounced=closure.bounced,
            draw=keys().draw(f"{self.sources[closure.source_id]}/{closure.reference}"),
            reopened=closure.reopened,
            waits_until=calendar.days_after(closure.closed_at, asking.wait_days)
            if closure.another_is_open
            else None,
        )

    def mailbox(self, closure: Known) -> Mailbox | None:
        """What its address tells; None where it was sealed with another key, and so is lost."""
        try:
            address = normalise_address(keys().decrypt(closure.address))
        except InvalidToken:
            return None
        return mailbox_of(address, self.partners[closure.partner_id].domains, self.asking(closure))

    def _calendar(self, partner: int) -> WorkingCalendar:
        if partner not in self._calendars:
            code = self.partners[partner].code
            self._calendars[partner] = WorkingCalendar.of(self.settings, code)
        return self._calendars[partner]
