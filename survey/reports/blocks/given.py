"""The answers that blocks are made of, as the rules look at them."""

from typing import Any, cast

from sqlalchemy import ColumnElement, func, select

from survey.foundation.database import db
from survey.invitations.model import Invitation
from survey.reports.blocks.dividing import Given
from survey.reports.blocks.model import SealedAnswer, SeriesMonth
from survey.reports.in_bands import band

# Nobody can be told from those who were forgotten, so all of them are taken for one.
PERSON = func.coalesce(Invitation.person_id, 0)
# What is true of the enquiry of a sealed answer, in the order of SIDES; hours by their band.
VALUES: tuple[Any, ...] = (
    *(SealedAnswer.directorate_id, SealedAnswer.topic, SealedAnswer.channel),
    *(SealedAnswer.within_target, band(SealedAnswer.hours_to_close)),
)


def given(*series: ColumnElement[bool]) -> list[Given]:
    """The answers of the months of series of which this is true, as the driver gives them.

    To make rows of them takes as long as all of the dividing, and there may be many thousands.
    """
    answers = (
        select(PERSON, SealedAnswer.rating, *VALUES)
        .join(SeriesMonth, SeriesMonth.id == SealedAnswer.series_month_id)
        .join(Invitation, Invitation.id == SealedAnswer.invitation_id)
        .where(*series)
    )
    with db.session.connection().execute(answers) as found:
        return cast(list[Given], cast(Any, found.cursor).fetchall())
