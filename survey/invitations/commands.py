"""`survey invitations …`: says why somebody was asked or not, and what other rules would do."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from survey.foundation.toml_files import WrongFile
from survey.invitations.eligibility import REASONS
from survey.invitations.explaining import UnknownEnquiry
from survey.invitations.explaining import explain as sentences
from survey.invitations.preview import ASKED, DAYS, Preview
from survey.invitations.preview import preview as preview_of
from survey.partnership.file import read_file

WIDTH_IN_A_FILE = 100


@click.group("invitations")
def invitations_group() -> None:
    """Whom we ask, and whom not."""


@invitations_group.command("explain")
@click.argument("source")
@click.argument("reference")
def explain(source: str, reference: str) -> None:
    """Say why the person behind an enquiry was or was not asked, each time it was closed.

    \b
    Example:
      survey invitations explain portal REQ-1234
    """
    try:
        for sentence in sentences(source, reference):
            click.echo(sentence)
    except UnknownEnquiry as error:
        raise click.ClickException(str(error)) from None


@invitations_group.command("preview")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def preview(file: Path) -> None:
    """Say what a changed partnership FILE would have done to the last 90 days. Changes nothing.

    \b
    Example:
      survey invitations preview partnership.toml
    """
    try:
        result = preview_of(read_file(file))
    except WrongFile as error:
        raise click.ClickException(f"{file} cannot be used\n{error}") from None
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH_IN_A_FILE
    console.print(table_of(result))
    console.print(caption_of(result), soft_wrap=True, markup=False)


def table_of(result: Preview) -> Table:
    """Asked, and not asked by reason: what was done beside what the file would have done."""
    table = Table()
    table.add_column("")
    for name in ("was", "would be", "difference"):
        table.add_column(name, justify="right")
    for name in (ASKED, *REASONS):
        if result.done[name] or result.would[name]:
            table.add_row(name, *_cells(result.done[name], result.would[name]))
    table.add_section()
    table.add_row("decided", *_cells(result.done.total(), result.would.total()))
    return table


def caption_of(result: Preview) -> str:
    """What was compared, and what cannot be."""
    since = f"{result.since.day} {result.since:%B %Y}"
    caption = (
        f"Closed since {since} ({DAYS} days), and decided. Opted out, bounced and reopened are as "
        "known when it was decided; waiting for other open enquiries is left out."
    )
    if result.address_erased:
        caption += (
            f" Of {result.address_erased} the address is erased, so that what it alone tells stays "
            "as it was decided."
        )
    return caption


def _cells(was: int, would: int) -> tuple[str, str, str]:
    return str(was), str(would), f"{would - was:+d}" if would != was else "0"
