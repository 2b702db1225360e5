"""`survey questionnaire …`: says what is wrong with a questionnaire's file, and loads it."""

import re
from pathlib import Path

import click

from survey.foundation.database import db
from survey.foundation.toml_files import WrongFile
from survey.questionnaire.library import newest_numbers
from survey.questionnaire.loading import LoadedMeanwhile, counted_apart, read, store
from survey.questionnaire.shipped import DEFAULT, current

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("questionnaire")
def questionnaire_group() -> None:
    """What is asked: questionnaires of one's own."""


@click.command("check")
@FILE
def check(file: Path) -> None:
    """Say all that is wrong with a questionnaire's FILE, each with its place.

    Needs no database and no settings.

    \b
    Example:
      survey questionnaire check payroll.toml
    """
    try:
        asked = read(file.stem, 1, file.read_bytes())
    except WrongFile as error:
        raise click.ClickException(f"{file} cannot be asked\n{error}") from None
    count, languages = len(asked.questions), ", ".join(asked.languages)
    click.echo(f"{count} question{'s' if count > 1 else ''} in {languages}: nothing is wrong")


@questionnaire_group.command("load")
@click.argument("name")
@FILE
def load(name: str, file: Path) -> None:
    """Load FILE as the next version of the questionnaire NAME. Safe to repeat.

    It is asked where a partnership file says `questionnaire = "NAME"`, from the next page that is
    opened on. Answers under way to an earlier version stay answers to that one.

    \b
    Example:
      survey questionnaire load payroll payroll.toml
    """
    _check_name(name)
    try:
        loaded = store(name, file.read_bytes())
    except WrongFile as error:
        raise click.ClickException(f"{file} was not loaded\n{error}") from None
    except LoadedMeanwhile:
        reason = f"somebody else loaded another {name} at the same moment"
        hint = f"if {file} shall follow it, load it again"
        raise click.ClickException(f"{file} was not loaded: {reason}; {hint}") from None
    if not loaded.is_new:
        click.echo(f"nothing changed: {name} {loaded.version} asks the same")
        return
    db.session.commit()
    click.echo(f"{name} {loaded.version} loaded")
    for label in counted_apart(name, loaded.version):
        key = label.partition("@")[0]
        click.echo(f"{key} has another scale than before: it is counted apart, as {label}")


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name) or name == DEFAULT:
        hint = f"1 to 40 of a-z, 0-9, - and _, and not {DEFAULT}, which comes with the service"
        raise click.UsageError(f"'{name}' is no name for a questionnaire: {hint}")


@questionnaire_group.command("list")
def list_all() -> None:
    """List the questionnaires there are, each with its newest version.

    \b
    Example:
      survey questionnaire list
    """
    for name, number in sorted({DEFAULT: current().version, **newest_numbers()}.items()):
        click.echo(f"{name} {number}")
