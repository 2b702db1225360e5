"""Seals what people say with the last month of a quarter, beside its blocks and their details."""

from sqlalchemy import select

from survey.foundation.database import db
from survey.reports.blocks.model import SealedQuarter
from survey.reports.blocks.rule import MANY, ends
from survey.reports.blocks.voices.counting import count_themes
from survey.reports.blocks.voices.drawing import draw_comments
from survey.reports.blocks.voices.model import SealedThemes
from survey.reports.blocks.voices.said import SAID, said_within
from survey.reports.periods import quarter_of


def seal_voices(month: str, minimum: int) -> None:
    """Count the themes and draw the comments of each partner's quarter that ends with this month.

    Args:
        month: the one being sealed, after its blocks were made and its quarter was counted.
        minimum: how many people a block holds at least.
    """
    if not ends(month, "quarter"):
        return
    quarter = quarter_of(month)
    many = db.session.scalars(
        select(SealedQuarter.partner_id)
        .where(SealedQuarter.quarter == quarter, SealedQuarter.people >= MANY)
        .order_by(SealedQuarter.partner_id)
    ).all()
    with SAID.filled(said_within(quarter)):
        told = count_themes(minimum) if many else {}
        drawn = draw_comments(quarter, minimum)
    db.session.add_all(
        SealedThemes(partner_id=partner, quarter=quarter, told=told[partner])
        for partner in many
        if partner in told
    )
    db.session.add_all(drawn)
    db.session.flush()
