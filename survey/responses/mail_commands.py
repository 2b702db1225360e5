"""`survey mail`: what the mail server hands over."""

import sys
from typing import Any

import click
from click.exceptions import Abort, Exit

from survey.foundation.database import db
from survey.post.returned import LIMIT
from survey.responses.coming_back import read

# EX_TEMPFAIL of sysexits.h: the mail server keeps the message and tries again.
TRY_AGAIN = 75


class Deferring(click.Command):
    """A command for a mail server, which drops a message on any failure that is not for now."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; whatever stops it, a wrong setting too, may be put right until the next try."""
        try:
            return super().invoke(ctx)
        except (Exit, Abort, click.UsageError):
            raise
        except Exception as error:
            reason = error.message if isinstance(error, click.ClickException) else ""
            click.echo(f"Error: not now: {reason or type(error).__name__}", err=True)
            raise Exit(TRY_AGAIN) from None


@click.command("returned", cls=Deferring)
def returned() -> None:
    """Read one message that came back, from standard input.

    A bounce, an automatic reply or a complaint is noted with the invitation it is about. Exit
    status 75 asks the mail server to try again later, as while the database is away.

    \b
    Example:
      survey mail returned < message
    """
    stream = sys.stdin.buffer
    raw = stream.read(LIMIT)
    # A mail server takes it for a failure when not all is read.
    while stream.read(LIMIT):
        continue
    kind, ours = read(raw)
    db.session.commit()
    click.echo(kind.value if ours else f"{kind.value}, about no letter of ours")
