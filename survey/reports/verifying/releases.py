"""Releases: whether each still says what was frozen, and whether today's figures explain it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from survey.access.model import AuditEntry
from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.partnership.model import PartnerRow
from survey.reports.releases.comparing import changes
from survey.reports.releases.content import content_now
from survey.reports.releases.freezing import FROZEN
from survey.reports.releases.model import Release, ReleasePartner
from survey.reports.stamp import fingerprint_of
from survey.reports.verifying.findings import Findings

FREEZING_TAKES = timedelta(minutes=10)


def verify_releases(known: Directory) -> Findings:
    """Every release against its fingerprint, what stands beside its content, and figures now."""
    found = Findings("releases")
    for release in db.session.scalars(select(Release).order_by(Release.id)).all():
        wrong = []
        if fingerprint_of(release.content) != release.fingerprint:
            wrong.append("its content does not have its fingerprint")
        else:
            content = json.loads(release.content)
            wrong += _beside_wrong(release, content)
            since = changes(content, content_now(release, known))
            if since["rows"] and not since["why"]:
                wrong.append("figures say something else now, and nothing tells why")
            found.since.update(f"figures are others now, for {why}" for why in since["why"])
        if not _noted(release):
            wrong.append("the audit does not tell that it was frozen so")
        found.note(str(release.uuid), wrong, set())
    for subject in _gone():
        found.note(subject, ["it is gone, and the audit tells that it was frozen"], set())
    return found


def _gone() -> list[str]:
    """The ids of releases that were frozen, by the audit, and are not there."""
    there = {str(uuid) for uuid in db.session.scalars(select(Release.uuid))}
    frozen = db.session.scalars(
        select(AuditEntry.subject).where(AuditEntry.action == FROZEN).order_by(AuditEntry.id)
    )
    return [subject for subject in frozen if subject not in there]


def _noted(release: Release) -> bool:
    """Whether the audit, which can only grow, says who froze this release, and when."""
    entry = db.session.scalar(
        select(AuditEntry).where(
            AuditEntry.action == FROZEN,
            AuditEntry.subject == str(release.uuid),
            AuditEntry.actor == release.frozen_by,
        )
    )
    return entry is not None and abs(entry.at - release.frozen_at) < FREEZING_TAKES


def _beside_wrong(release: Release, content: Mapping[str, Any]) -> list[str]:
    """What stands in the row and not in its content, though it is of it."""
    partners = db.session.scalars(
        select(PartnerRow.code)
        .join(ReleasePartner, ReleasePartner.partner_id == PartnerRow.id)
        .where(ReleasePartner.release_id == release.id)
    )
    first, last = (content["period"][end][:7] for end in ("from", "to"))
    beside = {
        "partners": (sorted(partners), content["partners"]),
        "name": (release.name, content["name"]),
        "months": ((release.first_month, release.last_month), (first, last)),
    }
    return [f"its {name} are others" for name, (one, other) in beside.items() if one != other]
