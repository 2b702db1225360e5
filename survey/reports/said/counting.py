"""Counts comments and the themes they name, of a period and of the one before, in one statement.

One statement sees one moment, so the counts of themes fit their base even while comments are being
read or a new edition takes over.
"""

from typing import Any

from sqlalchemy import Select, func, literal, null, select, union_all

from survey.comments.model import MentionRow, Reading
from survey.foundation.database import db
from survey.reports.periods import Period
from survey.reports.said.readings import Said
from survey.reports.said.spoken import Spoken


def count_said(said: Said, period: Period, before: Period | None) -> tuple[Spoken, Spoken]:
    """What was said in the period and, where there is one, in the period before."""
    now, then = Spoken(), Spoken()
    both = said.during(before or period, period)
    recent = said.answer.first_month >= period.months[0]
    counts = [_comments(said, recent).where(both), _mentions(said, recent).where(both)]
    for is_recent, theme, label, method, explained, times in db.session.execute(union_all(*counts)):
        spoken = now if is_recent else then
        if theme is None:
            spoken.count_comments(times, label, method, explained=bool(explained))
        else:
            spoken.count_mentions(times, theme, label)
    return now, then


def _comments(said: Said, recent: Any) -> Select[Any]:
    groups = (recent, said.label, Reading.method, said.names())
    is_recent, label, method, explained = groups
    columns = (is_recent, null(), label, method, explained, func.count())
    return select(*columns).select_from(said.source).where(*said.where).group_by(*groups)


def _mentions(said: Said, recent: Any) -> Select[Any]:
    naming = said.source.join(MentionRow, MentionRow.reading_id == Reading.id)
    groups = (recent, MentionRow.theme, MentionRow.sentiment)
    columns = (*groups, null(), literal(True), func.count())
    return (
        select(*columns)
        .select_from(naming)
        .where(*said.where, said.says_something)
        .group_by(*groups)
    )
