"""What a release holds: a declared set of tables that boards may see, and by what they were made.

The tables are always the same, so that two releases can be laid beside each other. All of it
follows from what was published, so asking again gives the same content until something of that, or
a method, has changed.
"""

import json
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from sqlalchemy import select

from survey.comments.counted import current_edition
from survey.comments.model import ReadingEdition
from survey.foundation.database import db
from survey.partnership.directory import Directory
from survey.reports.blocks.closures import Closures
from survey.reports.blocks.model import Block, SealedAnswer, SeriesMonth
from survey.reports.blocks.published import answered, record_for
from survey.reports.blocks.sealing import last_sealed
from survey.reports.blocks.standing import Standing
from survey.reports.periods import Period, parse
from survey.reports.query import FiguresQuery
from survey.reports.releases.model import Release

TABLES = ("month", "service", "partner")
# What is said of the tables once, since it is the same for all.
COMMON = ("period", "cohort", "release", "minimum_base", "restated", "rules", "total")

Content = dict[str, Any]


def content_of(
    period: Period, partners: frozenset[str], name: str | None, known: Directory
) -> Content:
    """What a release of these sealed months and partners (codes) holds, as of now."""
    while True:
        last, content = last_sealed(), _gathered(period, partners, name, known)
        # Where a month is sealed meanwhile, a part would be of before, and a part of after.
        if last_sealed() == last:
            return content


def _gathered(
    period: Period, partners: frozenset[str], name: str | None, known: Directory
) -> Content:
    record = record_for(FiguresQuery(period), partners)
    answers = {by: answered(FiguresQuery(period, (by,)), record) for by in TABLES}
    one = answers[TABLES[0]]
    return {
        "name": name,
        "partners": sorted(partners),
        **{said: one[said] for said in COMMON},
        "tables": {by: answer["rows"] for by, answer in answers.items()},
        "restated_blocks": _restated(record.blocks, known),
        "recounted_closures": _recounted(record.closures),
        "methods": _methods(period, partners, known),
    }


def content_now(release: Release, known: Directory) -> Content:
    """What a release of the same months, partners and name would hold now."""
    period = Period(parse(release.first_month).first, parse(release.last_month).last)
    partners = frozenset(json.loads(release.content)["partners"])
    return content_of(period, partners, release.name, known)


def _methods(period: Period, partners: frozenset[str], known: Directory) -> Content:
    """By what the figures were made: readings as current now, questionnaires, the service."""
    edition = db.session.execute(
        select(ReadingEdition.id, ReadingEdition.method).where(
            ReadingEdition.id == current_edition()
        )
    ).one()
    return {
        "readings": {"edition": edition.id, "method": edition.method},
        "questionnaires": _questionnaires(period, partners, known),
        "service": version("survey"),
    }


def _restated(blocks: Iterable[Standing], known: Directory) -> list[dict[str, Any]]:
    """The blocks that were counted anew, and of how many people the answers moved, in tens."""
    codes = {partner.id: partner.code for partner in known.everything.partners}
    return [
        {
            "month": each.closes,
            "service": each.service,
            "partner": codes[each.partner_id],
            "people": sum(part.changed for part in each.anew) // 10 * 10,
        }
        for each in blocks
        if each.anew
    ]


def _recounted(closures: Iterable[Closures]) -> list[dict[str, str]]:
    """The months of which closures were counted again, and with the sealing of which one."""
    again = {(each.month, each.recounted) for each in closures if each.recounted}
    return [{"month": month, "counted_with": sealed} for month, sealed in sorted(again)]


def _questionnaires(
    period: Period, partners: frozenset[str], known: Directory
) -> list[dict[str, Any]]:
    """The versions that the answers in the period's blocks were given to."""
    ids = [partner.id for partner in known.everything.partners if partner.code in partners]
    asked = (SealedAnswer.questionnaire, SealedAnswer.version)
    rows = db.session.execute(
        select(*asked)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .join(Block, Block.id == SeriesMonth.block_id)
        .where(Block.partner_id.in_(ids))
        .where(Block.closes.between(period.months[0], period.months[-1]))
        .distinct()
        .order_by(*asked)
    )
    return [{"name": name, "version": number} for name, number in rows]
