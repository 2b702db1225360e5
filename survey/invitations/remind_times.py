"""When somebody who was asked is reminded: once, some working days of their partner later."""

from datetime import datetime

from survey.invitations.errand import Parcel
from survey.partnership.directory import directory
from survey.partnership.working_time import WorkingCalendar


class RemindTimes:
    """The rules of partners and services, each looked up once a run."""

    def __init__(self) -> None:
        everything = directory().everything
        self._partners = {partner.id: partner.code for partner in everything.partners}
        self._services = {service.id: service.code for service in everything.services}
        self._rules: dict[tuple[int, int], tuple[int, WorkingCalendar]] = {}

    def of(self, parcel: Parcel, sent_at: datetime) -> datetime | None:
        """The moment; None where nobody is reminded, or the link would have expired by then."""
        days, calendar = self._rule(parcel.partner_id, parcel.service_id)
        if not days:
            return None
        moment = calendar.days_after(sent_at, days)
        return moment if moment < parcel.expires_at else None

    def _rule(self, partner_id: int, service_id: int) -> tuple[int, WorkingCalendar]:
        key = (partner_id, service_id)
        if key not in self._rules:
            settings, partner = directory().settings, self._partners[partner_id]
            days = settings.asking_of(partner, self._services[service_id]).remind_days
            self._rules[key] = (days, WorkingCalendar.of(settings, partner))
        return self._rules[key]
