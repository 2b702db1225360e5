"""What may be chosen on the board page, by code and name, and who is asked what there."""

from collections.abc import Collection

from survey.partnership.directory import Directory
from survey.partnership.taken import OTHER_SERVICES
from survey.reports.periods import last_quarters

FILTERS = ("period", "partner", "service")
# Quarters, two years of them.
SUGGESTED = 8
_REST = "Other services, taken together"

Choice = tuple[str, str]


def partners_seen(visible: frozenset[str] | None, known: Directory) -> list[Choice]:
    """The partners visible to whoever looks (None: all)."""
    return [
        (partner.code, partner.name)
        for partner in known.everything.partners
        if visible is None or partner.code in visible
    ]


def service_groups(shown: Collection[str], known: Directory) -> list[Choice]:
    """The service groups; one that has no service's code has no other name.

    Args:
        shown: those that rows are of: among them may be some that are no more.
        known: the partnership.
    """
    services = known.everything.services
    names = {service.code: service.name for service in services}
    groups = sorted({service.service_group for service in services} | {*shown} - {OTHER_SERVICES})
    return [*((group, names.get(group, group)) for group in groups), (OTHER_SERVICES, _REST)]


def directorates_of(partners: Collection[str], known: Directory) -> list[Choice]:
    """The directorates of these partners."""
    return [(d.code, d.name) for d in known.everything.directorates if d.partner in partners]


def latest_periods(last_sealed: str | None) -> list[str]:
    """The latest quarters of which anything is sealed, and their years."""
    quarters = last_quarters(last_sealed, SUGGESTED) if last_sealed else []
    return [*quarters, *dict.fromkeys(quarter[:4] for quarter in quarters)]


def questionnaires_asked(
    group: str | None, partners: Collection[str], known: Directory
) -> frozenset[str]:
    """By name, those that people of these partners are asked about a service group (None: any)."""
    return frozenset(
        known.settings.asking_of(partner, service.code).questionnaire
        for partner in partners
        for service in known.everything.services
        if group in (None, service.service_group)
    )
