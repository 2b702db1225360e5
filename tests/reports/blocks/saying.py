"""Answers with comments for tests of what boards see of what people say."""

import json
from typing import Any

from sqlalchemy import func, select

from survey.comments.model import MentionRow, Reading, ReadingEdition
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.responses.model import Response
from tests.reports.blocks.given import give

Themes = dict[str, str]


def say(
    text: str,
    themes: Themes | None = None,
    *,
    sentiment: str = "negative",
    urgent: bool = False,
    hints: tuple[str, ...] = (),
    rating: int = 4,
    **given: Any,
) -> Response:
    """An answer with a comment, read: its themes, each with how it is named; see `give`."""
    response = give(rating, comment=text, **given)
    read(response, text, themes or {}, sentiment=sentiment, urgent=urgent, hints=hints)
    return response


def read(response: Response, redacted: str, themes: Themes, **more: Any) -> None:
    """A reading of an answer's comment in the newest edition."""
    hints = more.pop("hints", ())
    told = {"redacted": redacted, "hints": list(hints), "assessments": [], "mentions": []}
    reading = Reading(
        response_id=response.id,
        edition_id=db.session.scalars(select(func.max(ReadingEdition.id))).one(),
        method="test",
        told=keys().encrypt(json.dumps(told)),
        read_at=response.answered_at,
        **{"sentiment": "negative"} | more,
    )
    db.session.add(reading)
    db.session.flush()
    for theme, label in themes.items():
        db.session.add(MentionRow(reading_id=reading.id, theme=theme, sentiment=label))
    db.session.flush()
