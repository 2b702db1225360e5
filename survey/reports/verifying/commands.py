"""`survey figures verify`: whether what was published is what it was made of."""

import click

from survey.foundation.database import only_reading
from survey.partnership.directory import directory
from survey.reports.verifying.answers import verify_answers
from survey.reports.verifying.blocks import verify_blocks
from survey.reports.verifying.closures import verify_closures
from survey.reports.verifying.crossings import verify_crossings
from survey.reports.verifying.missing import verify_completeness
from survey.reports.verifying.parts import verify_parts
from survey.reports.verifying.quarters import verify_quarters
from survey.reports.verifying.releases import verify_releases
from survey.reports.verifying.restated import verify_restated
from survey.reports.verifying.voices import verify_voices


@click.command("verify")
def verify() -> None:
    """Reckon again, another way, all that boards are shown, from the rows that still exist.

    Says what agrees, what differs, and what cannot be recomputed any more, and why. Exit status 1
    where anything differs.

    \b
    Example:
      survey figures verify
    """
    known = directory()
    differing = 0
    with only_reading():
        for check in (
            verify_answers,
            verify_completeness,
            lambda: verify_blocks(known),
            lambda: verify_parts(known),
            lambda: verify_restated(known),
            lambda: verify_quarters(known),
            lambda: verify_crossings(known),
            lambda: verify_voices(known),
            lambda: verify_closures(known),
            lambda: verify_releases(known),
        ):
            found = check()
            differing += len(found.differ)
            for line in found.lines():
                click.echo(line)
    if differing:
        raise click.ClickException(f"{differing} differ from what they were made of: see above")
    click.echo("Nothing differs.")
