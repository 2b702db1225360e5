"""`survey pack`: a board pack as a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import getpid
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from survey.foundation.languages import ENGLISH, languages
from survey.reports.pack.composing import composed
from survey.reports.pack.content import pack_content, period_of
from survey.reports.pack.needed import STEPS, Lacking, Tell, printer
from survey.reports.pack.telling import NothingToTell, answers_missing
from survey.reports.periods import FORMS, UnknownPeriod
from survey.reports.query import UnknownPartner


@click.command("pack")
@click.option("--partner", metavar="CODE", help="Only this partner; default: all together.")
@click.option("--period", metavar="P", help=f"{FORMS}; default: the last twelve full months.")
@click.option("--language", metavar="L", default=ENGLISH, show_default=True, help="Such as cy.")
@click.option(
    "--output",
    metavar="FILE.pdf",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to put it; what stands there is replaced once the pack is made.",
)
def pack(partner: str | None, period: str | None, language: str, output: Path) -> None:
    """Make a board pack: one PDF of a period, from sealed figures, to print and send round.

    \b
    Examples:
      survey pack --output pack.pdf
      survey pack --partner OCC --period 2026-Q3 --language cy --output occ.pdf
    """
    if language not in languages():
        raise click.UsageError(f"--language is one of {', '.join(languages())}")
    try:
        make = printer()
        with _progress() as tell:
            content = pack_content(period_of(period), partner, None)
            warning = answers_missing(content.view)
            pdf = make(composed(content, language), tell)
    except (Lacking, NothingToTell, UnknownPartner, UnknownPeriod) as error:
        raise click.ClickException(str(error)) from None
    try:
        _replace(output, pdf)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None
    if warning:
        click.echo(f"{output}: {warning}", err=True)


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar on standard error, so that standard output stays clean; in a file it would be noise."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("reading figures", total=STEPS)

        def tell(done: int, page: int | None) -> None:
            said = f"laying out page {page}" if page else "making the PDF"
            bar.update(task, completed=done, description=said)

        yield tell


def _replace(output: Path, content: bytes) -> None:
    """Put the file there whole or not at all, however this ends."""
    beside = output.with_name(f".{output.name}.{getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
