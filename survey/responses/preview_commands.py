"""`survey questionnaire preview`: a questionnaire's page as people would see it, in one file.

It stands with this room since the page does: a preview made by anything else could differ.
"""

import re
from pathlib import Path

import click
from flask import current_app

from survey.foundation.assets import assets
from survey.foundation.toml_files import WrongFile
from survey.questionnaire.loading import read
from survey.questionnaire.questions import FALLBACK_LANGUAGE
from survey.responses.links import Link
from survey.responses.page import Form, form_html

STYLE_SHEET = re.compile(r'<link rel="stylesheet" href="/static/([a-z.]+)">')
SCRIPT = re.compile(r'<script src="[^"]+" defer></script>')
SOMEBODY = Link(
    *("Example Council", "Example service", "EX-1", None),
    expired=False,
    colour="",
    answered=False,
    partner_code="example",
    service_code="example",
)


@click.command("preview")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", default=FALLBACK_LANGUAGE, show_default=True, help="Such as cy.")
def preview(file: Path, language: str) -> None:
    """Print the page that a questionnaire's FILE makes, to be opened in a browser.

    It needs nothing beside it, and nothing is sent from it. Choose answers to see which questions
    come after them.

    \b
    Example:
      survey questionnaire preview payroll.toml --language cy > payroll.html
    """
    try:
        asked = read(file.stem, 1, file.read_bytes())
    except WrongFile as error:
        raise click.ClickException(f"{file} cannot be asked\n{error}") from None
    if language not in asked.languages:
        known = ", ".join(asked.languages)
        raise click.UsageError(f"{file} is not worded in '{language}'; known: {known}")
    with current_app.test_request_context():
        html = form_html(Form(asked, language, "", SOMEBODY, {}))
    click.echo(_standing_alone(html))


def _standing_alone(html: str) -> str:
    """The page with its style sheets inside, no script, and a form that sends nothing anywhere."""
    inside = STYLE_SHEET.sub(lambda found: f"<style>\n{_style(found[1])}</style>", html)
    return SCRIPT.sub("", inside).replace('<form method="post"', '<form method="dialog"')


def _style(name: str) -> str:
    return (Path(str(assets.static_folder)) / name).read_text(encoding="utf-8")
