"""`survey comments …`: reads comments given to it, shows one, reads all again."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
from marshmallow import EXCLUDE, Schema
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import func, select

from survey.comments import editions, lines, rereading, showing
from survey.comments.crew import work_together
from survey.comments.model import Reading
from survey.comments.own_themes import check_phrases, taxonomy_with
from survey.comments.themes.taxonomy import Taxonomy
from survey.foundation.database import db
from survey.foundation.toml_files import WrongFile, load
from survey.partnership.schema import themes_field
from survey.responses.model import Response


@click.group("comments")
def comments_group() -> None:
    """What people wrote, and what was understood of it."""


@click.command("read")
@click.option(
    "--themes",
    "themes_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Themes of one's own, as in a partnership file.",
)
def read(themes_file: Path | None) -> None:
    """Read comments from standard input, a line of JSON each, and print what was understood.

    Needs no database and no settings. There is a line out for each line in that is not empty. One
    that is no comment is answered {"error": ...}; what is wrong is told on standard error, and the
    exit status is 1.

    \b
    Examples:
      echo '{"text": "Nobody called back", "rating": 2}' | survey comments read
      survey comments read --themes partnership.toml < comments.jsonl > readings.jsonl
    """
    taxonomy = _themes(themes_file) if themes_file else None
    failed = False
    for number, line in enumerate(sys.stdin.buffer, 1):
        if line.strip():
            answer, wrong = _answer(line, taxonomy)
            click.echo(json.dumps(answer))
            if wrong:
                failed = True
                click.echo(f"line {number}: {wrong}", err=True)
    if failed:
        sys.exit(1)


def _answer(line: bytes, taxonomy: Taxonomy | None) -> tuple[dict[str, Any], str | None]:
    """What is printed for a line, and what is wrong with it."""
    try:
        comment = lines.parse(line)
    except lines.BadLine as error:
        return {"error": str(error)}, str(error)
    return lines.read(comment, taxonomy), comment.passed_over


class _ThemesSchema(Schema):
    """The themes of a partnership file; what else stands in it is passed over."""

    themes = themes_field()

    class Meta:
        unknown = EXCLUDE


def _themes(file: Path) -> Taxonomy | None:
    try:
        own = load(file.read_bytes(), _ThemesSchema()).get("themes", {})
        check_phrases(own)
    except WrongFile as error:
        raise click.ClickException(f"{file} cannot be used\n{error}") from None
    return taxonomy_with(own)


@comments_group.command("show")
@click.argument("source")
@click.argument("reference")
def show(source: str, reference: str) -> None:
    """Show what was written about an enquiry, as it came, with its reading. The audit notes it.

    \b
    Example:
      survey comments show portal REQ-1234
    """
    shown = showing.show(source, reference)
    # Noted before it is seen.
    db.session.commit()
    if not shown:
        raise click.ClickException(f"no comment is held about {source} {reference}")
    for one in shown:
        click.echo(
            f"written {one.answered_at:%Y-%m-%d %H:%M} UTC, rating {one.rating}, {_read(one)}"
        )
        for mention in one.told.get("mentions", ()):
            words = ", ".join(mention["words"])
            click.echo(f"  {mention['theme']} {mention['sentiment']}: {words}")
        for key, text in one.texts.items():
            click.echo(f"\n{key}: {text}")
        click.echo(f"\n{one.text or ''}\n")


def _read(one: showing.Shown) -> str:
    """How its comment was read, in words."""
    if one.text is None:
        return "no comment"
    urgent = ", urgent" if one.urgent else ""
    return f"{one.sentiment}{urgent} (by {one.method})" if one.sentiment else "not read yet"


@comments_group.command("reread")
@click.option(
    "--processes",
    default=os.cpu_count() or 1,
    show_default="one a core",
    type=click.IntRange(1, 256),
)
def reread(processes: int) -> None:
    """Read again what is still held, after a change of method or themes.

    Figures stay as they are until all is read, then change over at once. Stopped at any moment and
    run again, it goes on where it was. Running workers take part.

    \b
    Examples:
      survey comments reread
      survey comments reread --processes 1
    """
    method = rereading.method()
    edition = editions.open_for(method)
    db.session.commit()
    with suppress(KeyboardInterrupt), _progress(edition) as watch:
        work_together(processes, watch)
    now = editions.newest()
    db.session.rollback()
    if now.id == edition and not now.is_current:
        raise click.ClickException("stopped before all was read: run it again to go on")
    click.echo(f"all comments are read by {method}")


@contextmanager
def _progress(edition: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, over what there is to read; what was read before counts as done."""
    there = select(func.count(Reading.id)).where(Reading.edition_id == edition)
    before = db.session.scalar(there) or 0
    total = db.session.scalar(select(func.count(Response.id)).where(Response.comment.is_not(None)))
    db.session.rollback()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading comments again", total=total, completed=before)
        yield lambda done: progress.update(task, completed=before + done)
