"""Counts the themes of a quarter that is being sealed, once, as comments are read on that day.

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

from survey.comments.counted import current_readings
from survey.comments.model import MentionRow, Reading
from survey.comments.sentiment.mood import MIXED, NEGATIVE
from survey.comments.themes.taxonomy import Taxonomy
from survey.foundation.database import Document, db
from survey.partnership.taken import OTHER_THEMES
from survey.reports.blocks.given import PERSON
from survey.reports.blocks.model import SealedAnswer
from survey.reports.blocks.quarters import answers_within
from survey.reports.blocks.voices.rule import in_steps, people_to_tell_mood
from survey.reports.said.spoken import SAYING
from survey.reports.said.taxonomy import themes_in_force
from survey.responses.counted import COUNTS
from survey.responses.model import Response


class Named(NamedTuple):
    """How many comments name a theme, of how many people, so many of whom are critical of it."""

    comments: int
    people: int
    critical: int


def said_within(quarter: str, *columns: Any) -> Select[Any]:
    """Of the comments in a quarter's blocks that say something: the partner, and these columns.

    An answer's comment is the one that counts now, as it is read now.
    """
    return (
        answers_within(quarter, *columns)
        .join(Response, Response.invitation_id == SealedAnswer.invitation_id)
        .join(Reading, and_(Reading.response_id == Response.id, current_readings()))
        .where(COUNTS, Reading.sentiment.in_(SAYING))
    )


def count_themes(quarter: str, minimum: int) -> dict[int, Document]:
    """What is told of each partner's comments, by the partner's id.

    Args:
        quarter: the one that is being sealed.
        minimum: how many people name a theme at least; what fewer name is taken together.
    """
    comments: dict[int, Named] = {}
    themes: dict[int, dict[str, Named]] = defaultdict(dict)
    for partner, theme, *counts in db.session.execute(_counts(quarter, minimum)):
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


def _counts(quarter: str, minimum: int) -> CompoundSelect[Any]:
    """For each partner: all comments (theme null), each theme that enough name, and the others."""
    said = said_within(quarter, PERSON.label("person"), Reading.id.label("reading")).cte("said")
    naming = _naming(said)
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
        said.c.partner_id, null(), func.count(), func.count(distinct(said.c.person)), literal(0)
    ).group_by(said.c.partner_id)
    return union_all(
        everything,
        select(*named.c).where(named.c.people >= minimum),
        _others(naming, named, minimum),
    )


def _naming(said: CTE) -> CTE:
    """Who names which theme in which comment, and who in doing so is critical."""
    is_critical = MentionRow.sentiment.in_((NEGATIVE, MIXED))
    return (
        select(*said.c, MentionRow.theme, case((is_critical, said.c.person)).label("critic"))
        .join(MentionRow, MentionRow.reading_id == said.c.reading)
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
