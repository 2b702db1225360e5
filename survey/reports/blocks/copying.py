"""Copies what counts of a month: what became of each series' closures, and the answers themselves.

An answer is copied with the month in which its invitation was first answered, with what was true of
its enquiry on that day; where it did not count then, with the next month that is sealed. What was
copied once is never copied again, whatever is revised, held or released afterwards.
"""

from collections import defaultdict

from sqlalchemy import and_, delete, exists, insert, select

from survey.foundation.database import change, db, table_of
from survey.partnership.directory import Directory
from survey.partnership.model import ServiceRow
from survey.reports.blocks.gathering import answers_of
from survey.reports.blocks.model import SealedAnswer, SeriesMonth
from survey.reports.counting import count_decisions
from survey.reports.periods import parse
from survey.reports.row import funnel_of
from survey.reports.tally import Tally

Series = tuple[int, str]
HAS_ANSWERS = exists().where(SealedAnswer.series_month_id == SeriesMonth.id)
CLOSED = SeriesMonth.funnel["closed"].as_integer()


def copy_month(month: str, known: Directory) -> None:
    """Copy what counts of this month."""
    _copy_series(month, known)
    _copy_answers(month)
    # What has neither closures nor answers is no series of the month.
    change(delete(SeriesMonth).where(SeriesMonth.month == month, CLOSED == 0, ~HAS_ANSWERS))


def _copy_answers(month: str) -> None:
    answers = answers_of(month).subquery("answers")
    into = table_of(SealedAnswer)
    copied = [column for column in answers.c if column.name in into.c]
    mine = and_(
        SeriesMonth.month == month,
        SeriesMonth.partner_id == answers.c.partner_id,
        SeriesMonth.service_group == ServiceRow.service_group,
    )
    # Each has a series. By outer joins, since PostgreSQL, which takes answers for few, would go
    # through all of them for each series.
    rows = (
        select(SeriesMonth.id, *copied)
        .select_from(answers)
        .outerjoin(ServiceRow, ServiceRow.id == answers.c.service_id)
        .outerjoin(SeriesMonth, mine)
    )
    names = ["series_month_id", *(column.name for column in copied)]
    change(insert(into).from_select(names, rows))


def _copy_series(month: str, known: Directory) -> None:
    """A row for each series, since any may have answers about closures of months before."""
    everything = known.everything
    groups = {service.service_group for service in everything.services}
    found = {(partner.id, group): Tally() for partner in everything.partners for group in groups}
    found |= _closed(month, known)
    db.session.add_all(
        SeriesMonth(
            partner_id=partner,
            service_group=group,
            month=month,
            # How many answered is what the block says.
            funnel={name: n for name, n in funnel_of(tally).items() if name != "answered"},
        )
        for (partner, group), tally in sorted(found.items())
    )
    db.session.flush()


def _closed(month: str, known: Directory) -> dict[Series, Tally]:
    """What became of the month's closures, by partner and service group."""
    groups = {service.id: service.service_group for service in known.everything.services}
    found: dict[Series, Tally] = defaultdict(Tally)
    counted = count_decisions(parse(month), ("partner", "service"), known)
    for (partner_id, service_id), tally in counted.items():
        found[partner_id, groups[service_id]].add(tally)
    return dict(found)
