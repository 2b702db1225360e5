"""Comments to read: redacted, in a fair draw, with all that was understood of each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.partnership.directory import Directory, directory
from survey.reports.row import WITHHELD
from survey.reports.said.draw import draw
from survey.reports.said.query import CommentsQuery
from survey.reports.said.readings import Said
from survey.reports.said.rules import COMMENTS
from survey.reports.said.telling import Shown, Told, told_of
from survey.reports.selection import select_closures
from survey.reports.stamp import INSIDERS_ONLY, as_shown, stamped

Comments = dict[str, Any]


def comments(query: CommentsQuery, visible_partners: frozenset[str] | None) -> Comments:
    """Comments drawn from those that the question is for, of the partners visible to the caller.

    Raises:
        UnknownPartner: the partner asked for does not exist or is not visible.
        Refused: another filter has a value that nothing visible has.
        NotLoaded: there is no partnership yet.
    """
    known = directory()
    base, zone = known.settings.minimum_base, known.settings.time_zone
    said = Said(select_closures(query.about, visible_partners, known))
    found = draw(said.candidates(*narrowed(said, query)), query.size)
    shown = found.of >= base
    drawn = _drawn(said, [each.id for each in found.drawn], known) if shown else []
    return stamped(
        {
            "period": as_shown(query.about.period, zone),
            "release": INSIDERS_ONLY,
            "minimum_base": base,
            "rules": COMMENTS,
            "withheld": None if shown else WITHHELD,
            "n": found.of if shown else None,
            "drawn": len(drawn) if shown else None,
            "comments": drawn,
        }
    )


def narrowed(said: Said, query: CommentsQuery) -> list[ColumnElement[bool]]:
    """What the question is for, among all comments."""
    period = query.about.period
    found = [said.during(period, period)]
    if query.theme is not None:
        found.append(said.names(query.theme))
    if query.at_odds is not None:
        found.append(Reading.at_odds.is_(query.at_odds))
    by_sentiment = query.sentiment is not None
    found.append(said.label == query.sentiment if by_sentiment else said.says_something)
    return found


def _drawn(said: Said, ids: Sequence[int], known: Directory) -> list[Comments]:
    """The readings of these ids, in this order."""
    told = dict(told_of(ids))
    partners = {each.id: each.code for each in known.everything.partners}
    services = {each.id: each.code for each in known.everything.services}
    columns = (
        Reading.id,
        Reading.sentiment,
        Reading.confidence,
        Reading.at_odds,
        Reading.method,
        *(said.answer[name] for name in ("rating", "language", "first_month")),
        Closure.partner_id,
        Closure.service_id,
    )
    found = select(*columns).select_from(said.source).where(Reading.id.in_(ids))
    rows = {row.id: row for row in db.session.execute(found)}
    return [
        _comment(rows[each], told[each])
        | {
            "partner": partners[rows[each].partner_id],
            "service": services[rows[each].service_id],
        }
        for each in ids
        if each in rows and each in told
    ]


def _comment(row: Row[Any], told: Told) -> Comments:
    shown = Shown(told["redacted"])
    return {
        "comment": told["redacted"],
        "rating": row.rating,
        "sentiment": row.sentiment,
        "confidence": row.confidence,
        "at_odds": row.at_odds,
        "themes": [
            each | {"words": [words for words in each["words"] if shown.has(words)]}
            for each in told["mentions"]
        ],
        "fired": [
            {"words": words, "weight": weight}
            for words, weight in told["assessments"]
            if shown.has(words)
        ],
        "hints": told["hints"],
        "month": row.first_month,
        "language": row.language,
        "method": row.method,
    }
