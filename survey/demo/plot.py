"""The plot of the demo's two years: how much was asked, how fast it was answered, how it was liked.

Pure numbers a board would recognise: month-ends and year-ends, quiet Christmases, a payroll team
that fell behind for a quarter and caught up, a portal that hurt when it was new and helped later.
Everything is reckoned back from the last day, so that the default period always shows the story.
"""

from dataclasses import dataclass
from datetime import date, timedelta

PARTNER_SHARE = {"HCC": 0.542, "OCC": 0.25, "HC": 0.18, "HFRS": 0.028}
SERVICE_SHARE = {
    "payroll": 0.29,
    "hr": 0.23,
    "purchasing": 0.15,
    "finance": 0.13,
    "pensions": 0.09,
    "schools": 0.08,
    "income": 0.03,
}
WITHOUT_SCHOOLS = ("HC", "HFRS")
PARTNER_LIKING = {"HCC": 0.05, "OCC": -0.1, "HC": -0.15, "HFRS": 0.15}
SERVICE_LIKING = {
    "payroll": -0.05,
    "hr": 0.1,
    "purchasing": -0.15,
    "finance": 0.0,
    "pensions": 0.2,
    "schools": 0.15,
    "income": -0.05,
}
BUSY_MONTHS = {
    "payroll": {4: 1.25, 12: 1.1},
    "hr": {1: 1.2, 9: 1.25},
    "purchasing": {2: 1.2, 3: 1.6, 12: 0.85},
    "finance": {3: 1.5, 4: 1.7},
    "pensions": {3: 1.2, 8: 1.4, 9: 1.3},
    "schools": {7: 0.9, 8: 0.3, 9: 1.8},
    "income": {3: 1.4, 4: 1.2},
}
WEEKDAYS = {1: 1.2, 2: 1.05, 3: 1.0, 4: 0.95, 5: 0.8}
PORTAL_TROUBLE = timedelta(weeks=10)
ONLINE = ("portal", "online-form")


def quarters_before(day: date, quarters: int) -> date:
    """The first day of the calendar quarter so many quarters before the one of `day`."""
    index = day.year * 4 + (day.month - 1) // 3 - quarters
    return date(index // 4, index % 4 * 3 + 1, 1)


@dataclass(frozen=True)
class Plot:
    """The story that ends on `last`."""

    last: date

    @property
    def portal_opens(self) -> date:
        """When the new portal replaced the old forms."""
        return quarters_before(self.last, 4)

    @property
    def payroll_slow_from(self) -> date:
        """When payroll fell behind, for a quarter."""
        return quarters_before(self.last, 3)

    def volume(self, day: date, partner: str, service: str) -> float:
        """How many enquiries one may expect that day, relative to other days and lines."""
        if service == "schools" and partner in WITHOUT_SCHOOLS:
            return 0.0
        share = PARTNER_SHARE.get(partner, 0.0) * SERVICE_SHARE.get(service, 0.0)
        month = BUSY_MONTHS.get(service, {}).get(day.month, 1.0)
        growth = 1.12 - 0.12 * (self.last - day).days / 730
        return share * month * growth * WEEKDAYS.get(day.isoweekday(), 0.5) * _season(day, service)

    def channels(self, day: date) -> dict[str, float]:
        """How people ask: ever more by the portal once there is one."""
        if day < self.portal_opens:
            return {"contact-centre": 0.48, "online-form": 0.34, "e-mail": 0.18}
        months = (day - self.portal_opens).days / 30
        portal = min(0.5, 0.22 + 0.03 * months)
        return {
            "portal": portal,
            "contact-centre": 0.72 - portal,
            "online-form": 0.12,
            "e-mail": 0.16,
        }

    def in_portal_trouble(self, day: date, channel: str) -> bool:
        """Whether this came in through the portal while it was new and hard to use."""
        return channel in ONLINE and self.portal_opens <= day < self.portal_opens + PORTAL_TROUBLE

    def slowness(self, day: date, partner: str, service: str, channel: str) -> float:
        """By what the usual time to close is multiplied."""
        slow = {"HC": 1.08, "OCC": 1.05, "HFRS": 0.9}.get(partner, 1.0)
        if service == "payroll":
            slow *= self._payroll_slowness(day)
        if service == "finance" and day.month == 4:
            slow *= 1.4
        if self.in_portal_trouble(day, channel):
            return slow * 1.4
        return slow * (0.8 if channel == "portal" else 1.0)

    def liking(self, day: date, partner: str, service: str, channel: str) -> float:
        """How content people are to begin with, in standard deviations."""
        liking = 0.36 + PARTNER_LIKING.get(partner, 0.0) + SERVICE_LIKING.get(service, 0.0)
        if self.in_portal_trouble(day, channel):
            return liking - 0.7
        return liking + (0.2 if channel == "portal" else 0.0)

    def _payroll_slowness(self, day: date) -> float:
        behind = (day - self.payroll_slow_from).days
        if not 0 <= behind < 182:
            return 1.0
        # Slow for a quarter, then a quarter of catching up.
        return 2.4 if behind < 91 else 2.4 - 1.4 * (behind - 91) / 91


def _season(day: date, service: str) -> float:
    if (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 2):
        return 0.45
    if service == "payroll" and (day.day >= 24 or day.day <= 2):
        return 1.6
    if service in ("finance", "purchasing") and (day.day >= 27 or day.day <= 4):
        return 1.45
    return 1.0
