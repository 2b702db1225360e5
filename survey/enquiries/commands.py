"""`survey enquiries …`: enquiries that come in from a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from survey.enquiries import mapping_files
from survey.enquiries.conversion import ColumnsLacking
from survey.enquiries.csv_import import CsvImport, Outcome, Watch
from survey.enquiries.csv_reading import BadFile
from survey.enquiries.mapping import ColumnMapping
from survey.foundation.database import db
from survey.foundation.spelling import nearest
from survey.foundation.toml_files import WrongFile
from survey.partnership.directory import directory


@click.group("enquiries")
def enquiries_group() -> None:
    """Enquiries that come in."""


@enquiries_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, metavar="CODE", help="Where the file comes from.")
@click.option(
    "--mapping",
    "mapping_name",
    default=mapping_files.DEFAULT,
    metavar="NAME_OR_FILE",
    help="What its columns mean. Without it, they have the names of our fields.",
)
@click.option("--dry-run", is_flag=True, help="Store nothing; say what would have happened.")
def import_file(file: Path, source: str, mapping_name: str, dry_run: bool) -> None:
    """Take in the enquiries of a CSV FILE.

    Rows that cannot be taken in go to FILE.rejected.csv, each with its reasons, to be mended there
    and imported again with the same mapping. Importing a file again is safe: what was stored is
    already known. docs/importing.md tells how to write a mapping.

    \b
    Examples:
      survey enquiries import closed.csv --source portal
      survey enquiries import incident.csv --source servicenow --mapping servicenow --dry-run
      survey enquiries import tickets.csv --source contact-centre --mapping ./ours.toml
    """
    if not file.is_file():
        raise click.BadParameter("it is read twice, so it must be a plain file", param_hint="FILE")
    mapping = _mapping(mapping_name)
    try:
        _check_source(source)
        with _progress(file) as watch:
            work = CsvImport(file, mapping, source, dry_run=dry_run, watch=watch)
            outcome = work.run()
    except (BadFile, ColumnsLacking) as error:
        raise click.ClickException(f"{file}: {error}; nothing was stored") from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    _tell(outcome, dry_run)


def _mapping(name: str) -> ColumnMapping:
    try:
        return mapping_files.read(mapping_files.find(name))
    except mapping_files.NoSuchMapping as error:
        raise click.BadParameter(str(error), param_hint="--mapping") from None
    except WrongFile as error:
        raise click.ClickException(f"{name} is no mapping\n{error}") from None
    except OSError as error:
        raise click.ClickException(str(error)) from None


def _check_source(code: str) -> None:
    sources = directory().sources
    # The first reading of a large file comes next: nobody should wait for our lock meanwhile.
    db.session.rollback()
    if code not in sources:
        raise click.ClickException(f"unknown source {code}; nearest: {nearest(code, sources)}")


@contextmanager
def _progress(file: Path) -> Iterator[Watch]:
    """A bar on a terminal, by bytes, over both readings."""
    size = file.stat().st_size
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        tasks = {}

        def watch(doing: str, done: int) -> None:
            if doing not in tasks:
                tasks[doing] = progress.add_task(doing, total=size)
            progress.update(tasks[doing], completed=done)

        yield watch


def _tell(outcome: Outcome, dry_run: bool) -> None:
    if dry_run:
        click.echo("dry run, nothing was stored; it would have been:")
    click.echo(f"accepted: {outcome.accepted}")
    click.echo(f"already known: {outcome.already_known}")
    click.echo(f"differs: {outcome.differs}")
    click.echo(f"rejected: {outcome.rejected}")
    skipped = outcome.superseded + outcome.not_closed
    details = f"{outcome.superseded} superseded by a later row, {outcome.not_closed} not closed"
    click.echo(f"skipped: {skipped} ({details})")
    if outcome.lacking:
        click.echo(f"no column for: {', '.join(outcome.lacking)}", err=True)
    if outcome.moved_aside:
        click.echo(f"an earlier file of rejected rows is now {outcome.moved_aside}", err=True)
    for why in outcome.first_reasons:
        click.echo(why, err=True)
    if outcome.rejected:
        where = f": {outcome.rejected_file} has them all" if outcome.rejected_file else ""
        raise click.ClickException(f"{outcome.rejected} rejected{where}")
