"""Copies what counts of a month: what became of each series' closures, and the answers themselves.

An answer is copied with the month in which its invitation was first answered, with what was true of
its enquiry on that day; where it did not count then, with the next month that is sealed. What was
copied once is never copied again, whatever is revised, held or released afterwards.

The month's answers are looked up once, into a table that is gone with the transaction; the series
that they belong to and the copies for good are made from there.
"""

from collections import Counter, defaultdict

from sqlalchemy import Table, and_, insert, select

from survey.foundation.database import Document, change, db, table_of
from survey.partnership.directory import Directory
from survey.partnership.model import ServiceRow
from survey.reports.blocks.gathering import gathered
from survey.reports.blocks.model import SealedAnswer, SeriesMonth
from survey.reports.counting import count_closures
from survey.reports.periods import parse
from survey.reports.query import FiguresQuery
from survey.reports.row import funnel_of
from survey.reports.selection import Selection
from survey.reports.tally import Tally

Series = tuple[int, str]


def copy_month(month: str, known: Directory) -> int:
    """Copy what counts of this month; how many answers."""
    with gathered(month) as answers:
        pairs = select(answers.c.partner_id, answers.c.service_id).distinct()
        _copy_series(month, known, {(row[0], row[1]) for row in db.session.execute(pairs)})
        return _copy_answers(month, answers)


def _copy_answers(month: str, answers: Table) -> int:
    series = (
        select(SeriesMonth.id, SeriesMonth.partner_id, ServiceRow.id.label("service_id"))
        .join(ServiceRow, ServiceRow.service_group == SeriesMonth.service_group)
        .where(SeriesMonth.month == month)
        .subquery("series")
    )
    of_series = and_(*(series.c[name] == answers.c[name] for name in ("partner_id", "service_id")))
    into = table_of(SealedAnswer)
    copied = [column for column in answers.c if column.name in into.c]
    rows = select(series.c.id, *copied).join_from(answers, series, of_series)
    names = ["series_month_id", *(column.name for column in copied)]
    return change(insert(into).from_select(names, rows))


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


def _copy_series(month: str, known: Directory, answered: set[tuple[int, int]]) -> None:
    """A row for each series with closures in the month, or answers about earlier ones."""
    found = _closed(month, known)
    groups = {service.id: service.service_group for service in known.everything.services}
    for partner_id, service_id in answered:
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
