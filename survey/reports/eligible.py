"""All who might have been asked, and who of them answered: what the weighted figures stand on.

Eligible is a closure whose person the partnership wants to hear, though this time a lot, a quiet
period, an opt-out or a missing address may have kept it from asking. About the others nobody is
asked by intent, so that no answer stands for them: of a partner, service or outcome that does not
ask, of a shared mailbox, an answering team or a foreign address; and one that was reopened is
counted by its next closing.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, and_, case, func, or_, outerjoin, select

from survey.enquiries.fields import CHANNELS
from survey.enquiries.model import Closure
from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.partnership.directory import Directory
from survey.reports.dimensions import MET, MISSED
from survey.reports.measures import SATISFIED
from survey.reports.periods import Period, parse
from survey.reports.query import FiguresQuery
from survey.reports.raking import Cell
from survey.reports.selection import Selection
from survey.responses.counted import COUNTS
from survey.responses.model import Response

MIGHT_BE_ASKED = ("no_address", "sampled_out", "too_old", "opted_out", "bounced", "quiet_period")
# Ids of partner and service, the channel, whether the target was met; and what is counted of them.
Traits = tuple[int, int, str, bool]
Counts = tuple[int, int, int, int]
TRAITS = (Closure.partner_id, Closure.service_id, Closure.channel, Closure.within_target)


def eligible_cells(counts: Mapping[Traits, Counts]) -> list[Cell]:
    """The eligible closures of the period by partner, service, channel and target.

    Of partners' services about which somebody was asked: without an address, it is not looked at
    whether a partner asks at all.
    """
    asking = {traits[:2] for traits, (_, asked, _, _) in counts.items() if asked}
    return [
        Cell(
            (str(traits[0]), str(traits[1]), traits[2], MET if traits[3] else MISSED),
            *(eligible, answered, satisfied),
        )
        for traits, (eligible, _, answered, satisfied) in sorted(counts.items())
        if traits[:2] in asking
    ]


def eligible_counts(query: FiguresQuery, selection: Selection) -> dict[Traits, Counts]:
    """How many were eligible, asked, answered and satisfied, by partner, service, and so on."""
    columns = _statement(TRAITS, query.period, selection)
    return {(*row[:4],): (*row[4:],) for row in db.session.execute(columns)}


def eligible_by_directorate(month: str) -> list[dict[str, Any]]:
    """The same of everybody in a month, by directorate besides, as rows with names."""
    statement = _statement((*TRAITS, Closure.directorate_id), parse(month), Selection())
    return [dict(row) for row in db.session.execute(statement).mappings()]


def _statement(traits: tuple[Any, ...], period: Period, selection: Selection) -> Select[Any]:
    counts: list[SQLColumnExpression[Any]] = [
        func.count().label("eligible"),
        func.count(case((Invitation.asked, 1))).label("asked"),
        func.count(Response.id).label("answered"),
        func.count(case((Response.rating.in_(SATISFIED), 1))).label("satisfied"),
    ]
    months = period.months
    return (
        select(*traits, *counts)
        .select_from(
            outerjoin(Closure, Invitation).outerjoin(
                Response, and_(Response.invitation_id == Invitation.id, COUNTS)
            )
        )
        .where(Closure.closed_month.between(months[0], months[-1]), *selection.conditions())
        .where(or_(Invitation.asked, Invitation.reason.in_(MIGHT_BE_ASKED)))
        .group_by(*traits)
    )


def declared_orders(known: Directory) -> list[list[str]]:
    """The order in which values of these traits stand in the partnership."""
    return [
        [str(partner.id) for partner in known.everything.partners],
        [str(service.id) for service in known.everything.services],
        list(CHANNELS),
        [MET, MISSED],
    ]
