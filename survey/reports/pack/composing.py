"""A pack in words: one page of HTML with its style and pictures in it, which refers to nothing.

The same content in the same language gives the same text, so packs can be told apart by it.
"""

from datetime import date

from flask import render_template
from flask_babel import force_locale

from survey.reports import pictures
from survey.reports.pack.content import Content
from survey.reports.pack.since import extremes


def composed(content: Content, language: str) -> str:
    """The pack in a language that we speak."""
    with force_locale(language):
        return render_template(
            "pack/pack.html",
            pack=content,
            view=content.view,
            pictures=pictures,
            extremes=extremes,
            day_of=_day_of,
        )


def _day_of(text: str) -> date:
    """The day of a moment, or the first of a month, as figures write them."""
    return date.fromisoformat(text[:10] if len(text) > len("2026-10") else f"{text}-01")
