"""A pack in words: one page of HTML with its style and pictures in it, which refers to nothing.

The same content in the same language gives the same text, so packs can be told apart by it.
"""

from flask import render_template
from flask_babel import force_locale

from survey.reports.board import pictures
from survey.reports.pack.content import Content


def composed(content: Content, language: str) -> str:
    """The pack in a language that we speak."""
    with force_locale(language):
        return render_template(
            "pack/pack.html",
            pack=content,
            view=content.view,
            pictures=pictures,
        )
