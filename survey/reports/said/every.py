"""Every comment that a question is for, as CSV of any length: a line each.

Lines come from a cursor of the database and are opened one by one, so a million comments take as
much memory as a thousand. They stand by the public ids of their answers, which are drawn by lot, so
that their order does not tell who wrote first.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from sqlalchemy import Row, Select, select

from survey.comments.model import Reading
from survey.enquiries.model import Closure
from survey.foundation.clock import now
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.partnership.directory import Directory, directory
from survey.reports.exports.csv_table import csv_lines
from survey.reports.exports.kinds import Kind
from survey.reports.exports.table import ABOUT, OF_SEALED, Cell, Column, Table
from survey.reports.query import ANSWERED
from survey.reports.said.comments import narrowed
from survey.reports.said.query import CommentsQuery
from survey.reports.said.readings import AT_ONCE, Said
from survey.reports.selection import select_closures
from survey.reports.stamp import INSIDERS_ONLY, as_shown

# Comments are those of now.
OF_ALL = {name: says for name, says in ABOUT.items() if name not in OF_SEALED}
COLUMNS = [
    Column("comment", Kind.TEXT, "redacted"),
    Column("rating", Kind.COUNT, "from 1 to 5"),
    Column("sentiment", Kind.TEXT, "as the comment was read"),
    Column("confidence", Kind.SHARE, "of that reading"),
    Column("at_odds", Kind.TEXT, "yes: rating and comment contradict each other"),
    Column("themes", Kind.TEXT, "by their keys, a blank between two"),
    Column("month", Kind.MONTH, "of the first answer that counts"),
    Column("language", Kind.TEXT, "of the form"),
    Column("partner", Kind.TEXT, "by its code"),
    Column("service", Kind.TEXT, "by its code"),
    Column("method", Kind.TEXT, "what read it"),
    *(Column(name, Kind.TEXT, says) for name, says in OF_ALL.items()),
]


def every_comment(query: CommentsQuery, visible_partners: frozenset[str] | None) -> Iterator[str]:
    """CSV in parts of many lines; its head alone where it would be of fewer than the minimum base.

    Raises:
        UnknownPartner: the partner asked for does not exist or is not visible.
        Refused: another filter has a value that nothing visible has.
        NotLoaded: there is no partnership yet.
    """
    known = directory()
    rows = _enough(every(query, visible_partners, known), known.settings.minimum_base)
    return _in_parts(csv_lines(Table(COLUMNS, 0, _lines(rows, query, known))))


def _enough(statement: Select[Any], fewest: int) -> Iterator[Row[Any]]:
    """The rows of a statement; none where there are fewer than that."""
    # Asked for only once they are sent: what a request commits before that would close the cursor.
    found = iter(db.session.execute(statement, execution_options={"yield_per": AT_ONCE}))
    first = list(islice(found, fewest))
    if len(first) == fewest:
        yield from chain(first, found)


def every(
    query: CommentsQuery, visible_partners: frozenset[str] | None, known: Directory
) -> Select[Any]:
    """The rows behind the lines: what was understood, still sealed, and what it is about."""
    said = Said(select_closures(query.about, visible_partners, known))
    columns: tuple[Any, ...] = (
        *(Reading.told, Reading.sentiment, Reading.confidence, Reading.at_odds, Reading.method),
        *(said.answer[name] for name in ("rating", "language", "first_month")),
        *(Closure.partner_id, Closure.service_id),
    )
    return (
        select(*columns)
        .select_from(said.source)
        .where(*said.where, *narrowed(said, query), *said.may_be_shown)
        .order_by(said.answer.uuid)
    )


def _lines(
    rows: Iterable[Row[Any]], query: CommentsQuery, known: Directory
) -> Iterator[list[Cell]]:
    partners = {each.id: each.code for each in known.everything.partners}
    services = {each.id: each.code for each in known.everything.services}
    about = _about(query, known)
    for row in rows:
        told = json.loads(keys().decrypt(row.told))
        yield [
            told["redacted"],
            *(row.rating, row.sentiment, row.confidence, "yes" if row.at_odds else "no"),
            " ".join(dict.fromkeys(each["theme"] for each in told["mentions"])),
            *(row.first_month, row.language),
            *(partners[row.partner_id], services[row.service_id], row.method, *about),
        ]


def _about(query: CommentsQuery, known: Directory) -> list[Cell]:
    """What every line says of all, in the order of `OF_ALL`."""
    period = as_shown(query.about.period, known.settings.time_zone)
    said: dict[str, Cell] = {
        **{"period_from": period["from"], "period_to": period["to"]},
        **{"time_zone": period["time_zone"], "cohort": ANSWERED, "release": INSIDERS_ONLY},
        "minimum_base": known.settings.minimum_base,
        "as_of": f"{now():%Y-%m-%dT%H:%M:%SZ}",
    }
    return [said[name] for name in OF_ALL]


def _in_parts(lines: Iterator[str]) -> Iterator[str]:
    # Each part is written to the network by itself.
    while part := "".join(islice(lines, AT_ONCE)):
        yield part
