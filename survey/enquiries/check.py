"""Whether an item is a good enquiry: one plain, fast pass over it, no framework.

A million rows come through here, so the marshmallow schema, which documents the same rules for the
API, is not run on each; a parity test holds the two equal. Everything wrong with an item is said
at once.

Moments are cut to the precision that the source declares before they are compared or kept: to the
second or minute in UTC, or to the day, which begins at midnight in the partnership's time zone.
So an export that knows only days may close an enquiry on the day it was opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from survey.enquiries import fields
from survey.enquiries.fields import CHANNELS, DELIVERIES, FIELDS, MOMENTS, Errors, Item, KnownT
from survey.partnership.settings import OUTCOMES

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from survey.partnership.directory import Directorate, Directory, Partner, Service, Source

# Where the fault is not in one field, named as marshmallow names it.
WHOLE = "_schema"
# Clocks differ: a helpdesk a little ahead of us does not live in the future.
SKEW = timedelta(minutes=5)
_DELIVERIES = {code: code for code in DELIVERIES}
NO_LINKS = "link needs a key that has the scope links:read, since who sends it must get it"
_CHANNELS = {code: code for code in CHANNELS}
_OUTCOMES = {code: code for code in OUTCOMES}


class Checked(NamedTuple):
    """A good enquiry: codes looked up, texts stripped, moments in UTC at the source's precision.

    What was not sent is None, also where the partnership has a default.
    """

    source: Source
    reference: str
    partner: Partner
    directorate: Directorate | None
    service: Service
    topic: str | None
    team: str | None
    channel: str
    opened_at: datetime
    first_reply_at: datetime | None
    closed_at: datetime | None
    reopened_at: datetime | None
    outcome: str | None
    target_hours: float | None
    email: str | None
    language: str | None
    deliver: str | None


class Checker:
    """Checks items against one partnership at one moment; make one for each batch.

    Args:
        directory: who takes part.
        now: what is later than this, and a little, lies in the future.
        sources: the only ones allowed; None allows all. Others are as unknown as any made-up code.
        partners: the same of partners, and so of their directorates.
        links: whether the source may send the link itself.
    """

    def __init__(
        self,
        directory: Directory,
        now: datetime,
        sources: frozenset[str] | None = None,
        partners: frozenset[str] | None = None,
        *,
        links: bool = True,
    ) -> None:
        self._sources = _allowed(directory.sources, sources)
        self._partners = _allowed(directory.partners, partners)
        self._services = directory.services
        self._directorates: dict[str, dict[str, Directorate]] = {}
        for (partner, code), directorate in directory.directorates.items():
            self._directorates.setdefault(partner, {})[code] = directorate
        self._zone = directory.zone
        self._latest = now + SKEW
        self._links = links

    def check(self, item: object) -> Checked | Errors:
        """The enquiry in this item, or what is wrong with it: messages by field."""
        if not isinstance(item, Mapping):
            return {WHOLE: ["must be an object"]}
        errors: Errors = {}
        if not item.keys() <= FIELDS:
            fields.name_unknown(item, errors)
        source = fields.known(item, "source", self._sources, errors)
        reference = fields.text(item, "reference", errors)
        partner = fields.known(item, "partner", self._partners, errors)
        directorate = self._directorate(item, partner, errors)
        service = fields.known(item, "service", self._services, errors)
        topic = fields.text(item, "topic", errors)
        team = fields.text(item, "team", errors)
        channel = fields.known(item, "channel", _CHANNELS, errors)
        opened, first_reply, closed, reopened = self._moments(item, source, errors)
        outcome = _outcome(item, closed, errors)
        target = fields.target_hours(item, errors)
        email = fields.patterned(item, "email", errors)
        language = fields.patterned(item, "language", errors)
        deliver = self._deliver(item, errors)
        if errors or not (source and reference and partner and service and channel and opened):
            return errors
        return Checked(
            source, reference, partner, directorate, service, topic, team, channel,
            opened, first_reply, closed, reopened, outcome, target, email, language, deliver,
        )  # fmt: skip

    def _directorate(
        self, item: Item, partner: Partner | None, errors: Errors
    ) -> Directorate | None:
        if partner is None:
            fields.text(item, "directorate", errors)
            return None
        known = self._directorates.get(partner.code, {})
        return fields.known(item, "directorate", known, errors)

    def _deliver(self, item: Item, errors: Errors) -> str | None:
        deliver = fields.known(item, "deliver", _DELIVERIES, errors)
        if deliver == "link" and not self._links:
            errors["deliver"] = [NO_LINKS]
        return deliver

    def _moments(
        self, item: Item, source: Source | None, errors: Errors
    ) -> tuple[datetime | None, datetime | None, datetime | None, datetime | None]:
        precision = source.precision if source else "second"
        opened, first_reply, closed, reopened = (
            sent and cut(sent, precision, self._zone)
            for sent in (fields.moment(item, name, self._latest, errors) for name in MOMENTS)
        )
        if "closed_at" not in item:
            errors["closed_at"] = ["missing; null says that the enquiry is open"]
        _compare(opened, first_reply, closed, reopened, errors)
        return opened, first_reply, closed, reopened


def _allowed(known: Mapping[str, KnownT], codes: frozenset[str] | None) -> Mapping[str, KnownT]:
    return known if codes is None else {c: thing for c, thing in known.items() if c in codes}


def cut(moment: datetime, precision: str, zone: ZoneInfo) -> datetime:
    """The start of the second, minute or (in this zone) day that `moment` lies in, in UTC."""
    if precision == "day":
        midnight = moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.astimezone(UTC)
    if precision == "minute":
        return moment.astimezone(UTC).replace(second=0, microsecond=0)
    return moment.astimezone(UTC).replace(microsecond=0)


def _compare(
    opened: datetime | None,
    first_reply: datetime | None,
    closed: datetime | None,
    reopened: datetime | None,
    errors: Errors,
) -> None:
    if closed and opened and closed < opened:
        errors["closed_at"] = ["lies before opened_at"]
    for name, moment in (("first_reply_at", first_reply), ("reopened_at", reopened)):
        if moment and opened and moment < opened:
            errors[name] = ["lies before opened_at"]
        elif moment and closed and moment > closed:
            errors[name] = ["lies after closed_at"]


def _outcome(item: Item, closed: datetime | None, errors: Errors) -> str | None:
    outcome = fields.known(item, "outcome", _OUTCOMES, errors)
    if closed and outcome is None and "outcome" not in errors:
        errors["outcome"] = ["missing; a closed enquiry has one"]
    return outcome
