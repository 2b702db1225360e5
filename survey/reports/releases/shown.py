"""Releases that a caller may see: those of whose partners none is hidden from them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select, true

from survey.access.caller import caller
from survey.foundation.database import db
from survey.foundation.problems import Problem
from survey.partnership.model import PartnerRow
from survey.reports.query import Refused
from survey.reports.releases.model import Release, ReleasePartner


def release_named(text: str) -> Release:
    """The release with this id.

    Raises:
        Problem: 404, there is none, or none that the caller may see.
    """
    release = _find(text)
    if release is None:
        raise Problem(404, "Not Found", "No release has this id, as far as this key may know.")
    return release


def page_of(size: int, cursor: str | None) -> tuple[Sequence[Release], str | None]:
    """So many releases, newest first, after the one that the cursor names; and the next cursor.

    Raises:
        Refused: the cursor is none that an answer has given.
    """
    releases = select(Release).where(_visible()).order_by(Release.id.desc()).limit(size + 1)
    if cursor is not None:
        after = _find(cursor)
        if after is None:
            raise Refused("the cursor is not one of ours: take `next` of the answer before")
        releases = releases.where(Release.id < after.id)
    found = db.session.scalars(releases).all()
    return found[:size], str(found[size - 1].uuid) if len(found) > size else None


def _find(text: str) -> Release | None:
    try:
        uuid = UUID(text)
    except ValueError:
        return None
    return db.session.scalar(select(Release).where(Release.uuid == uuid, _visible()))


def _visible() -> ColumnElement[bool]:
    """Whether the caller may see all partners of a release."""
    partners = caller().partners
    if partners is None:
        return true()
    hidden = (
        select(ReleasePartner.release_id)
        .join(PartnerRow, PartnerRow.id == ReleasePartner.partner_id)
        .where(ReleasePartner.release_id == Release.id, PartnerRow.code.not_in(sorted(partners)))
    )
    return ~hidden.exists()
