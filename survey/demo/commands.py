"""`survey demo`: the whole service with made-up data, for a newcomer to look round in."""

from pathlib import Path

import click

from survey.demo.place import SeedLost
from survey.demo.running import PortTaken, run


@click.command("demo")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where to serve."
)
@click.option(
    "--dir",
    "folder",
    default="instance",
    show_default=True,
    envvar="DEMO_DIR",
    show_envvar=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Keeps everything, so that the next run goes on from there.",
)
def demo(port: int, folder: Path) -> None:
    """Run the whole service with a ready partnership and two years of made-up data.

    \b
    Example:
      survey demo --port 8001
    """
    try:
        run(folder, port)
    except (PortTaken, SeedLost) as error:
        raise click.ClickException(str(error)) from None
