"""Counts the themes of a quarter that is being sealed, once, of what was looked up of it.

One statement counts them for all partners, so that shares fit their base.
"""

from collections import defaultdict
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    CompoundSelect,
    Select,
    and_,
    case,
    distinct,
    func,
    literal,
    null,
    select,
    union_all,
)

from survey.comments.model import MentionRow
from survey.comments.sentiment.mood import MIXED, NEGATIVE
from survey.comments.themes.taxonomy import Taxonomy
from survey.foundation.database import Document, db
from survey.partnership.taken import OTHER_THEMES
from survey.reports.blocks.voices.rule import in_steps, people_to_tell_mood
from survey.reports.blocks.voices.said import SAID
from survey.reports.said.taxonomy import themes_in_force


class Named(NamedTuple):
    """How many comments name a theme, of how many people, so many of whom are critical of it."""

    comments: int
    people: int
    critical: int


def count_themes(minimum: int) -> dict[int, Document]:
    """What is told of each partner's comments, by the partner's id.

    Args:
        minimum: how many people name a theme at least; what fewer name is taken together.
    """
    comments: dict[int, Named] = {}
    themes: dict[int, dict[str, Named]] = defaultdict(dict)
    for partner, theme, *counts in db.session.execute(_counts(minimum)):
        if theme is None:
            comments[partner] = Named(*counts)
        else:
            themes[partner][theme] = Named(*counts)
    return {
        partner: _told(base.comments, themes[partner], minimum)
        for partner, base in comments.items()
        if base.people >= minimum
    }


def _told(comments: int, themes: dict[str, Named], minimum: int) -> Document:
    taxonomy = themes_in_force()
    # The most frequent first; what is taken together comes last.
    order = sorted(themes, key=lambda key: (key == OTHER_THEMES, -themes[key].comments, key))
    return {
        "comments": comments,
        "themes": [_theme(key, themes[key], taxonomy, minimum) for key in order],
    }


def _theme(key: str, named: Named, taxonomy: Taxonomy, minimum: int) -> Document:
    tells_mood = key != OTHER_THEMES and named.people >= people_to_tell_mood(minimum)
    return {
        "theme": key,
        "name": "Other themes" if key == OTHER_THEMES else taxonomy.name_of(key),
        "count": named.comments,
        "critical": in_steps(named.critical, named.people) if tells_mood else None,
    }


def _counts(minimum: int) -> CompoundSelect[Any]:
    """For each partner: all comments (theme null), each theme that enough name, and the others."""
    said, naming = SAID.table.c, _naming()
    named = (
        select(
            *(naming.c.partner_id, naming.c.theme),
            func.count().label("comments"),
            func.count(distinct(naming.c.person)).label("people"),
            func.count(distinct(naming.c.critic)).label("critical"),
        )
        .group_by(naming.c.partner_id, naming.c.theme)
        .cte("named")
    )
    everything = select(
        said.partner_id, null(), func.count(), func.count(distinct(said.person)), literal(0)
    ).group_by(said.partner_id)
    return union_all(
        everything,
        select(*named.c).where(named.c.people >= minimum),
        _others(naming, named, minimum),
    )


def _naming() -> CTE:
    """Who names which theme in which comment, and who in doing so is critical."""
    said = SAID.table.c
    is_critical = MentionRow.sentiment.in_((NEGATIVE, MIXED))
    of_each = (said.partner_id, said.person, said.reading)
    return (
        select(*of_each, MentionRow.theme, case((is_critical, said.person)).label("critic"))
        .join(MentionRow, MentionRow.reading_id == said.reading)
        .cte("naming")
    )


def _others(naming: CTE, named: CTE, minimum: int) -> Select[Any]:
    """Themes that fewer name, together, where enough people name any of them."""
    people = func.count(distinct(naming.c.person))
    same = and_(named.c.partner_id == naming.c.partner_id, named.c.theme == naming.c.theme)
    return (
        select(
            naming.c.partner_id,
            literal(OTHER_THEMES),
            func.count(distinct(naming.c.reading)),
            people,
            literal(0),
        )
        .join(named, same)
        .where(named.c.people < minimum)
        .group_by(naming.c.partner_id)
        .having(people >= minimum)
    )
