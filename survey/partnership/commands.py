"""`survey partnership …`: says who takes part, from a file."""

from pathlib import Path

import click

from survey.foundation.database import db
from survey.foundation.toml_files import WrongFile
from survey.partnership.file import read_file
from survey.partnership.loading import apply, partnership_changed


@click.group("partnership")
def partnership_group() -> None:
    """The partnership: who takes part, and by which rules."""


@partnership_group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Apply a partnership FILE to the database and say what that changed. Safe to repeat.

    \b
    Example:
      survey partnership load survey/partnership/founding.toml
    """
    try:
        changes = apply(read_file(file))
    except WrongFile as error:
        raise click.ClickException(f"{file} was not applied\n{error}") from None
    if changes:
        partnership_changed.send(changes=len(changes))
    db.session.commit()
    click.echo("\n".join(map(str, changes)) or "nothing changed")
    if any("themes." in change.detail for change in changes):
        click.echo("Comments already read know nothing of it: survey comments reread", err=True)
