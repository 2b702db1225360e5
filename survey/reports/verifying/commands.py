"""`survey figures verify`: whether what was published is what it was made of."""

from collections.abc import Iterator

import click

from survey.foundation.database import only_reading
from survey.partnership.directory import directory
from survey.reports.verifying.answers import verify_answers
from survey.reports.verifying.blocks import verify_blocks
from survey.reports.verifying.closures import verify_closures
from survey.reports.verifying.crossings import verify_crossings
from survey.reports.verifying.findings import Findings
from survey.reports.verifying.missing import verify_completeness
from survey.reports.verifying.parts import verify_parts
from survey.reports.verifying.quarters import verify_quarters
from survey.reports.verifying.releases import verify_releases
from survey.reports.verifying.restated import verify_restated
from survey.reports.verifying.sealings import sealings
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
    differing = 0
    with only_reading():
        for found in _findings():
            differing += len(found.differ)
            for line in found.lines():
                click.echo(line)
    if differing:
        raise click.ClickException(f"{differing} differ from what they were made of: see above")
    click.echo("Nothing differs.")


def _findings() -> Iterator[Findings]:
    """Of one kind of thing after the other, each while it is asked for."""
    known, sealed = directory(), sealings()
    yield verify_answers(sealed)
    yield verify_completeness(sealed)
    yield verify_blocks(known)
    yield verify_parts(known)
    yield verify_restated(known, sealed)
    yield verify_quarters(known)
    yield verify_crossings(known)
    yield verify_voices(known, sealed)
    yield verify_closures(known, sealed)
    yield verify_releases(known)
