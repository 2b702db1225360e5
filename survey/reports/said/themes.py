"""Themes: what comments of a period are about, how they speak of it, and what changed."""

from typing import Any

from survey.partnership.directory import directory
from survey.reports.query import FiguresQuery
from survey.reports.row import WITHHELD
from survey.reports.said.counting import count_said
from survey.reports.said.readings import Said
from survey.reports.said.rows import theme_row
from survey.reports.said.rules import THEMES
from survey.reports.said.spoken import Spoken
from survey.reports.said.taxonomy import themes_in_force
from survey.reports.said.unexplained import rising_words
from survey.reports.selection import select_closures
from survey.reports.stamp import INSIDERS_ONLY, as_shown, stamped

Themes = dict[str, Any]


def themes(query: FiguresQuery, visible_partners: frozenset[str] | None) -> Themes:
    """What people say, by theme, of the partners visible to the caller (None: all).

    There is a row for each theme of the taxonomy, and for one that only an earlier method knew.

    Raises:
        UnknownPartner: the partner asked for does not exist or is not visible.
        Refused: another filter has a value that nothing visible has.
        NotLoaded: there is no partnership yet.
    """
    known = directory()
    base, zone = known.settings.minimum_base, known.settings.time_zone
    said = Said(select_closures(query, visible_partners, known))
    period, before = query.period, query.period.before
    now, then = count_said(said, period, before)
    shown = now.comments >= base
    rising = shown and min(now.unexplained, then.unexplained) >= base
    return stamped(
        {
            "period": as_shown(period, zone),
            "period_before": before and as_shown(before, zone),
            "release": INSIDERS_ONLY,
            "minimum_base": base,
            "rules": THEMES,
            "withheld": None if shown else WITHHELD,
            **_base(now, shown=shown),
            "methods_before": sorted(then.methods) if shown and then.comments >= base else None,
            "rows": [
                theme_row(key, name, now, then, base) for key, name in _themes(now, shown=shown)
            ],
            "rising": rising_words(said, period, before) if rising and before else None,
        }
    )


def _base(now: Spoken, *, shown: bool) -> Themes:
    told = {
        "comments": now.comments,
        "none": now.none,
        "unread": now.unread,
        "unexplained": now.unexplained,
        "methods": sorted(now.methods),
    }
    return told if shown else dict.fromkeys(told)


def _themes(now: Spoken, *, shown: bool) -> list[tuple[str, str]]:
    """Keys and names, in the taxonomy's order."""
    taxonomy = themes_in_force()
    keys = dict.fromkeys(taxonomy.keys) | dict.fromkeys(sorted(now.themes) if shown else ())
    return [(key, taxonomy.name_of(key)) for key in keys]
