"""What insiders were told before, and what it follows from.

Whatever figures of the cohort `closed` are made of is noted where it changes, by the month that its
enquiry was closed in. So while every month of a period holds as it was counted, by its edition,
nothing that they are made of has changed, whether they were read from the tables of months or
counted from rows. For the cohort `answered` that does not follow, since it takes enquiries of any
month; nor where a topic is asked for, which is known as long as any month has it.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from survey.foundation.clock import now
from survey.foundation.database import Document, db
from survey.partnership.model import PartnershipRow
from survey.questionnaire.model import QuestionnaireRow
from survey.reports.exports.sending import Written
from survey.reports.figures import figures
from survey.reports.kept import Visible, kept_or_new
from survey.reports.monthly.holding import holding_in
from survey.reports.monthly.model import MonthlyMonth
from survey.reports.query import CLOSED, FiguresQuery
from survey.reports.stamp import INSIDERS_ONLY, moment_as_shown


class State(NamedTuple):
    """What answers for insiders follow from, and change with."""

    editions: frozenset[str]
    loaded_at: datetime
    settings: Document
    newest_questionnaire: int | None


def kept_figures(query: FiguresQuery, visible_partners: Visible) -> Written:
    """What `figures` answers, written down; kept from before where it can be, and of this moment.

    Raises: as `figures` does.
    """
    found = kept_or_new(INSIDERS_ONLY, query, visible_partners, state_of, figures)
    return replace(found, as_of=moment_as_shown(now()))


def state_of(query: FiguresQuery) -> State | None:
    """The state that an answer follows from.

    None where none tells of every change: before the partnership is loaded, where a month of the
    period does not hold, and of questions that take in other months.
    """
    if query.cohort != CLOSED or "topic" in query.filters:
        return None
    editions = select(func.aggregate_strings(MonthlyMonth.edition, ",")).where(
        holding_in(query.period)
    )
    newest = select(func.max(QuestionnaireRow.id))
    row = db.session.execute(
        select(
            editions.scalar_subquery(),
            PartnershipRow.loaded_at,
            PartnershipRow.settings,
            newest.scalar_subquery(),
        )
    ).first()
    if row is None or row[0] is None:
        return None
    found = frozenset(row[0].split(","))
    return State(found, *row[1:]) if len(found) == len(query.period.months) else None
