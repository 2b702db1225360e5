"""`survey figures`: the figures as a table in the terminal; other commands are below it."""

from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from survey.foundation.clock import now
from survey.partnership.directory import directory
from survey.reports.figures import Figures
from survey.reports.figures import figures as figures_for
from survey.reports.periods import FORMS, UnknownPeriod, last_twelve_full_months
from survey.reports.query import DIMENSIONS, Refused, UnknownPartner, query_from

MEASURES = ("base", "csat", "satisfaction", "resolved", "response", "within target", "hours")
WIDTH_IN_A_FILE = 160


@click.group("figures", invoke_without_command=True)
@click.option("--partner", metavar="CODE", help="Only this partner.")
@click.option(
    "--deliver",
    metavar="D",
    help="mail: only what we mail the link for; link: what its source does.",
)
@click.option("--period", metavar="P", help=f"{FORMS}; default: the last twelve full months.")
@click.option("--by", metavar="D,…", help=f"Up to two of {', '.join(DIMENSIONS)}.")
@click.pass_context
def figures(context: click.Context, /, **given: str | None) -> None:
    """Show figures as a table.

    \b
    Example:
      survey figures --partner OCC --period 2026-Q3 --by service,month
    """
    texts = {name: text for name, text in given.items() if text is not None}
    if context.invoked_subcommand:
        if texts:
            raise click.UsageError(f"{context.invoked_subcommand} takes no --{min(texts)}")
        return
    try:
        query = query_from(texts, last_twelve_full_months(now(), directory().zone))
        answer = figures_for(query, None)
    except (Refused, UnknownPartner, UnknownPeriod) as error:
        raise click.ClickException(str(error)) from None
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH_IN_A_FILE
    console.print(table_of(answer))
    console.print(caption_of(answer), soft_wrap=True)


def table_of(answer: Figures) -> Table:
    """A line for each row, and the total beneath them."""
    table = Table(show_footer=False)
    for name in answer["by"]:
        table.add_column(name)
    for name in MEASURES:
        table.add_column(name, justify="right")
    for row in answer["rows"]:
        table.add_row(*_dimensions(answer["by"], row), *_cells(row))
    if answer["by"]:
        blanks = [""] * (len(answer["by"]) - 1)
        table.add_section()
        table.add_row("total", *blanks, *_cells(answer["total"]))
    return table


def caption_of(answer: Figures) -> Text:
    """What every figure in the table stands on."""
    period = answer["period"]
    return Text(
        f"Enquiries closed from {period['from']} to {period['to']} ({period['time_zone']}), as of "
        f"{answer['as_of']}. In brackets: 95 % interval. –: fewer than "
        f"{answer['minimum_base']} answers, not shown. Hours: median working hours to close. Of "
        "current rows: not for onward release."
    )


def _dimensions(by: list[str], row: dict[str, Any]) -> list[Text]:
    # Text, since a topic may contain what rich takes for markup.
    return [Text(row[name] or "(none)") for name in by]


def _cells(row: dict[str, Any]) -> list[str]:
    hours = row["hours_to_close"]["median"]
    return [
        "–" if row["n"] is None else str(row["n"]),
        _percent(row["csat"]),
        _points(row["satisfaction"]),
        _percent(row["resolved"]),
        _percent(row["response_rate"]),
        _percent(row["within_target"]),
        "–" if hours is None else f"{hours:.1f}",
    ]


def _percent(figure: dict[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return "–"
    low = figure.get("low")
    interval = "" if low is None else f" [{100 * low:.0f}–{100 * figure['high']:.0f}]"
    return f"{100 * figure['value']:.1f} %{interval}"


def _points(figure: dict[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return "–"
    low = figure["low"]
    interval = "" if low is None else f" [{low:.1f}–{figure['high']:.1f}]"
    return f"{figure['value']:.1f}{interval}"
