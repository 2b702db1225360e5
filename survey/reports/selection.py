"""Which closures a question is about: codes become ids here, and what the caller sees narrows them.

What a caller may not see does not exist: a partner of somebody else is answered exactly as one that
was never declared, and the names offered instead are only those the caller may know.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, select

from survey.enquiries.fields import CHANNELS, DELIVERIES, LONGEST
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.foundation.spelling import nearest
from survey.partnership.directory import Directory
from survey.reports.query import FiguresQuery, Refused, UnknownPartner, must_be_one_of


@dataclass(frozen=True)
class Selection:
    """Closures by ids and texts; None leaves a column open."""

    partners: frozenset[int] | None = None
    directorates: frozenset[int] | None = None
    services: frozenset[int] | None = None
    topic: str | None = None
    channel: str | None = None
    deliver: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL, to be joined by AND."""
        found: list[ColumnElement[bool]] = []
        for column, ids in (
            (Closure.partner_id, self.partners),
            (Closure.directorate_id, self.directorates),
            (Closure.service_id, self.services),
        ):
            if ids is not None:
                found.append(column.in_(sorted(ids)))
        if self.topic is not None:
            found.append(Closure.topic == self.topic)
        if self.channel is not None:
            found.append(Closure.channel == self.channel)
        if self.deliver is not None:
            found.append(Closure.deliver == self.deliver)
        return found


def select_closures(
    query: FiguresQuery, visible: frozenset[str] | None, known: Directory
) -> Selection:
    """What the query's filters and the partners visible to the caller (None: all) leave.

    Raises:
        UnknownPartner: the partner asked for does not exist or is not visible.
        Refused: another filter has a value that nothing visible has.
    """
    partners = _partners(query.filters.get("partner"), visible, known)
    everyone = visible is None and "partner" not in query.filters
    narrowed = Selection(partners=None if everyone else _ids(known, partners))
    topic = query.filters.get("topic")
    if topic is not None:
        _must_occur(topic, narrowed)
    return replace(
        narrowed,
        directorates=_directorates(query.filters.get("directorate"), partners, known),
        services=_services(query.filters.get("service"), known),
        topic=topic,
        channel=_one_of("channel", CHANNELS, query),
        deliver=_one_of("deliver", DELIVERIES, query),
    )


def _one_of(name: str, allowed: tuple[str, ...], query: FiguresQuery) -> str | None:
    value = query.filters.get(name)
    if value is not None:
        must_be_one_of(name, value, allowed)
    return value


def _partners(
    asked_for: str | None, visible: frozenset[str] | None, known: Directory
) -> frozenset[str]:
    declared = frozenset(partner.code for partner in known.everything.partners)
    seen = declared if visible is None else declared & visible
    if asked_for is None:
        return seen
    if asked_for not in seen:
        names = ", ".join(sorted(seen)) or "none"
        raise UnknownPartner(f"no partner '{asked_for[:40]}' is known; known: {names}")
    return frozenset({asked_for})


def _ids(known: Directory, partners: Iterable[str]) -> frozenset[int]:
    codes = frozenset(partners)
    return frozenset(each.id for each in known.everything.partners if each.code in codes)


def _directorates(
    code: str | None, partners: frozenset[str], known: Directory
) -> frozenset[int] | None:
    if code is None:
        return None
    seen = [each for each in known.everything.directorates if each.partner in partners]
    must_be_one_of("directorate", code, sorted({each.code for each in seen}))
    return frozenset(each.id for each in seen if each.code == code)


def _services(code: str | None, known: Directory) -> frozenset[int] | None:
    if code is None:
        return None
    must_be_one_of("service", code, [each.code for each in known.everything.services])
    return frozenset(each.id for each in known.everything.services if each.code == code)


def _must_occur(topic: str, narrowed: Selection) -> None:
    """Topics are declared nowhere: those are known that some visible closure has."""
    visible = narrowed.conditions()
    # PostgreSQL knows no text with NUL in it, and fails where it is asked for one.
    if "\0" not in topic and db.session.scalar(
        select(Closure.id).where(Closure.topic == topic, *visible).limit(1)
    ):
        return
    topics = db.session.scalars(select(Closure.topic).where(*visible).distinct())
    names = nearest(topic[: LONGEST["topic"]], filter(None, topics)) or "none"
    raise Refused(f"'{topic[:40]}' is not a known topic; nearest: {names}")
