"""Which readings count: those of the current edition, whole, however many editions there are."""

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from survey.comments.model import Reading, ReadingEdition


def current_edition() -> ScalarSelect[int]:
    """The id of the current edition, as a subquery: a statement that uses it sees one edition."""
    return (
        select(func.max(ReadingEdition.id))
        .where(ReadingEdition.current_since.is_not(None))
        .correlate(None)
        .scalar_subquery()
    )


def current_readings() -> ColumnElement[bool]:
    """Whether a reading counts.

    Part of every join with readings, beside the response:
    `outerjoin(answers, Reading, and_(Reading.response_id == answers.c.id, current_readings()))`.
    """
    return Reading.edition_id == current_edition()
