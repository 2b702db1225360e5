"""Copies what counts of a month: what became of each series' closures, and the answers themselves.

An answer belongs to the month in which its invitation was first answered, with what was true of its
enquiry on the day of copying. What was copied once is never copied again, whatever is revised, held
or released afterwards.
"""

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, insert, literal, select

from survey.comments.counted import current_readings
from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.database import Document, change, db, table_of
from survey.invitations.model import Invitation
from survey.partnership.directory import Directory
from survey.partnership.model import ServiceRow
from survey.reports.blocks.model import SealedAnswer, SeriesMonth
from survey.reports.counting import count_closures
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery
from survey.reports.row import funnel_of
from survey.reports.selection import Selection
from survey.reports.tally import Tally
from survey.responses.counted import ON_HOLD
from survey.responses.model import Response

Series = tuple[int, str]


def copy_month(month: str, known: Directory) -> int:
    """Copy what counts of this month; how many answers."""
    _copy_series(month, known)
    copied = _answers(month)
    into = [column.name for column in copied.selected_columns]
    return change(insert(table_of(SealedAnswer)).from_select(into, copied))


def _copy_series(month: str, known: Directory) -> None:
    found = _closed(month, known)
    groups = {service.id: service.service_group for service in known.everything.services}
    answered = _behind(month, Closure.partner_id, Closure.service_id).distinct()
    for partner_id, service_id in db.session.execute(answered):
        found.setdefault((partner_id, groups[service_id]), Tally())
    db.session.add_all(
        SeriesMonth(
            partner_id=partner,
            service_group=group,
            month=month,
            # How many answered is what the block says.
            funnel={name: n for name, n in funnel_of(tally).items() if name != "answered"},
            speed=speed_in(tally),
        )
        for (partner, group), tally in sorted(found.items())
    )
    db.session.flush()


def speed_in(tally: Tally) -> Document:
    """What a tally counts of speed, as it is stored."""
    return {
        "within_target": tally.within_target,
        "hours": dict(tally.hours),
        "first_reply": dict(tally.first_reply),
    }


def speed_from(stored: Document) -> Tally:
    """The tally of what was stored."""
    return Tally(
        within_target=stored["within_target"],
        hours=Counter(stored["hours"]),
        first_reply=Counter(stored["first_reply"]),
    )


def _closed(month: str, known: Directory) -> dict[Series, Tally]:
    """What became of the month's closures, by partner and service group."""
    everything = known.everything
    partners = {partner.code: partner.id for partner in everything.partners}
    groups = {service.code: service.service_group for service in everything.services}
    query = FiguresQuery(parse(month), ("partner", "service"))
    found: dict[Series, Tally] = defaultdict(Tally)
    for (partner, service), tally in count_closures(query, Selection(), known).items():
        found[partners[str(partner)], groups[str(service)]].add(tally)
    return dict(found)


def _counting(month: str) -> Subquery:
    """The ids of the answers that count and are this month's, not copied before."""
    # Through the month's own answers, so that the rest of the table is not read.
    given = select(Response.invitation_id).where(Response.answered_month == month)
    copied = select(SealedAnswer.invitation_id).where(
        SealedAnswer.invitation_id == Response.invitation_id
    )
    return (
        select(func.max(Response.id).label("id"))
        .where(Response.invitation_id.in_(given), ~ON_HOLD, ~copied.exists())
        .group_by(Response.invitation_id)
        .having(func.min(Response.answered_month) == month)
        .subquery("counting")
    )


def _behind(month: str, *columns: Any) -> Select[Any]:
    """Columns of the month's answers and of the enquiries that they are about."""
    # Joined and not asked for by IN, which PostgreSQL would go through once for each answer, since
    # it takes the answers for few.
    counting = _counting(month)
    return (
        select(*columns)
        .select_from(counting)
        .join(Response, Response.id == counting.c.id)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .join(Closure, Closure.id == Invitation.closure_id)
    )


def _answers(month: str) -> Select[Any]:
    """What is copied of each answer."""
    unread = case((Response.comment.is_not(None), literal("unread")), else_=literal("none"))
    # Not joined, since PostgreSQL would begin with it: it takes the series' closures for few.
    series = (
        select(SeriesMonth.id)
        .join(ServiceRow, ServiceRow.service_group == SeriesMonth.service_group)
        .where(
            ServiceRow.id == Closure.service_id,
            SeriesMonth.partner_id == Closure.partner_id,
            SeriesMonth.month == month,
        )
        .scalar_subquery()
    )
    copied = _behind(
        month,
        Response.invitation_id,
        series.label("series_month_id"),
        *(Response.rating, Response.ease, Response.resolved),
        func.coalesce(Reading.sentiment, unread).label("sentiment"),
        *(Response.questionnaire, Response.version, Response.answers),
        *(Closure.directorate_id, Closure.topic, Closure.channel),
        *(Closure.within_target, Closure.hours_to_close),
    )
    return copied.outerjoin(Reading, and_(Reading.response_id == Response.id, current_readings()))
