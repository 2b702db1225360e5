"""Freezing: the figures of sealed months become a row that nobody can change.

Whose months are not all sealed cannot be frozen: what boards see of them would still grow.
"""

from sqlalchemy import func, insert, select

from survey.foundation.clock import now
from survey.foundation.database import db, insert_into, table_of
from survey.partnership.directory import Directory
from survey.reports.blocks.model import SealedMonth
from survey.reports.blocks.sealing import sealed_from
from survey.reports.periods import Period
from survey.reports.query import FiguresQuery, Refused
from survey.reports.releases.content import content_of
from survey.reports.releases.model import Release, ReleasePartner
from survey.reports.selection import select_closures
from survey.reports.stamp import canonical, fingerprint_of

# What the audit calls it.
FROZEN = "release frozen"


def meant(
    partner: str | None, period: Period, visible: frozenset[str] | None, known: Directory
) -> frozenset[str]:
    """The codes of the partners that a release is about: the one named, or all that are visible.

    Raises:
        UnknownPartner: it does not exist, or is not visible.
    """
    filters = {"partner": partner} if partner else {}
    ids = select_closures(FiguresQuery(period, filters=filters), visible, known).partners
    everyone = known.everything.partners
    return frozenset(each.code for each in everyone if ids is None or each.id in ids)


def must_be_sealed(period: Period, known: Directory) -> None:
    """Refuse a period of which a month is not sealed.

    Raises:
        Refused: naming the first such month, and from when it is sealed.
    """
    first, last = db.session.execute(
        select(func.min(SealedMonth.month), func.max(SealedMonth.month))
    ).one()
    if first and period.months[0] < first:
        raise Refused(f"{period.months[0]} was never sealed: the first month that was is {first}")
    for month in period.months:
        if not last or month > last:
            due = sealed_from(month, known).astimezone(known.zone)
            raise Refused(f"{month} is not sealed yet: it will be from {due:%Y-%m-%d %H:%M %Z} on")


def freeze(
    period: Period, partners: frozenset[str], name: str | None, by: str, known: Directory
) -> tuple[Release, bool]:
    """The release of this content, and whether it is new.

    Args:
        period: months that are all sealed.
        partners: codes of those whose figures it holds.
        name: what it is called.
        by: who freezes it.
        known: the partnership.
    """
    text = canonical(content_of(period, partners, name, known))
    fingerprint = fingerprint_of(text)
    row = {
        "fingerprint": fingerprint,
        "name": name,
        "first_month": period.months[0],
        "last_month": period.months[-1],
        "content": text,
        "frozen_by": by,
        "frozen_at": now(),
    }
    into = insert_into(Release).values(row).on_conflict_do_nothing()
    added = db.session.scalar(into.returning(table_of(Release).c.id))
    release = db.session.scalars(select(Release).where(Release.fingerprint == fingerprint)).one()
    if added is not None:
        _note_partners(added, partners, known)
    return release, added is not None


def _note_partners(release: int, partners: frozenset[str], known: Directory) -> None:
    about = [each.id for each in known.everything.partners if each.code in partners]
    db.session.execute(
        insert(table_of(ReleasePartner)),
        [{"release_id": release, "partner_id": partner} for partner in about],
    )
