"""Themes and comments as boards get them by the API: what was sealed, with what it goes by."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from survey.foundation.database import db
from survey.partnership.directory import Directory, directory
from survey.reports.blocks.model import SealedMonth
from survey.reports.blocks.published import BLOCKS, FOR_BOARDS
from survey.reports.blocks.rule import ends
from survey.reports.blocks.sealing import sealed_from
from survey.reports.blocks.voices.rules import SEALED_COMMENTS, SEALED_THEMES
from survey.reports.blocks.voices.told import Voices, said_in
from survey.reports.query import FiguresQuery
from survey.reports.row import WITHHELD
from survey.reports.stamp import as_shown, stamped

Answer = dict[str, Any]


def sealed_themes(query: FiguresQuery, visible_partners: frozenset[str] | None) -> Answer:
    """What people say, by theme, of the partners visible to the caller (None: all).

    Raises:
        UnknownPartner: the partner asked for does not exist or is not visible.
        NotLoaded: there is no partnership yet.
    """
    return _answer(query, visible_partners, _themes, SEALED_THEMES)


def sealed_comments(query: FiguresQuery, visible_partners: frozenset[str] | None) -> Answer:
    """Drawn comments of the partners visible to the caller (None: all).

    Raises:
        UnknownPartner: the partner asked for does not exist or is not visible.
        NotLoaded: there is no partnership yet.
    """
    return _answer(query, visible_partners, _comments, SEALED_COMMENTS)


def _answer(
    query: FiguresQuery,
    visible: frozenset[str] | None,
    told: Callable[[Voices], Answer],
    rules: Mapping[str, str],
) -> Answer:
    known = directory()
    content = {
        "period": as_shown(query.period, known.settings.time_zone),
        "cohort": BLOCKS,
        "release": FOR_BOARDS,
        "minimum_base": known.settings.minimum_base,
        "rules": rules,
        "rows": [
            {"partner": voices.partner, "quarter": voices.quarter} | told(voices)
            for voices in said_in(query.period, visible, query.filters.get("partner"))
        ],
    }
    return stamped(content, _as_of(known))


def _themes(voices: Voices) -> Answer:
    return {
        "withheld": WITHHELD if voices.comments is None else None,
        "comments": voices.comments,
        "themes": None if voices.comments is None else [asdict(each) for each in voices.themes],
    }


def _comments(voices: Voices) -> Answer:
    return {"withheld": None if voices.drawn else WITHHELD, "comments": list(voices.drawn)}


def _as_of(known: Directory) -> datetime:
    """The moment from which the last sealed quarter could be had, whenever it was really sealed."""
    months = db.session.scalars(select(SealedMonth.month).order_by(SealedMonth.month.desc()))
    last = next((month for month in months if ends(month, "quarter")), None)
    return sealed_from(last, known) if last else datetime.fromtimestamp(0, UTC)
