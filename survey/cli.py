"""The `survey` command: every room's commands, run inside the app.

Exit status: 0 done, 1 something was rejected or failed (said on standard error), 2 wrong usage.
"""

import functools
import sys
from collections.abc import Callable
from typing import Any

import click
from flask import has_app_context
from sqlalchemy.exc import OperationalError, ProgrammingError

from survey import erasure
from survey.access.commands import key_group, ticket
from survey.access.sign_in_commands import sign_ins_group
from survey.app import create_app
from survey.comments.commands import comments_group, read
from survey.config import SettingError
from survey.demo.commands import demo
from survey.enquiries.commands import enquiries_group
from survey.foundation.database import db
from survey.foundation.logs import configure_logs
from survey.invitations.commands import invitations_group
from survey.invitations.mail_commands import mail_group
from survey.invitations.people_commands import people_group
from survey.partnership.commands import partnership_group
from survey.partnership.directory import NotLoaded
from survey.questionnaire.commands import check, questionnaire_group
from survey.reports.commands import figures
from survey.reports.pack.commands import pack
from survey.reports.verifying.commands import verify
from survey.responses.commands import responses_group
from survey.responses.mail_commands import returned
from survey.responses.preview_commands import preview
from survey.serve import serve as serve_all
from survey.upgrading import TooOld, bring_up_to_date
from survey.web import WORKERS, Web
from survey.worker import work as work_on
from survey.worker import work_until_idle

HOST = click.option("--host", default="127.0.0.1", show_default=True)
PORT = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))


@click.group()
def cli() -> None:
    """Asks people how they fared after each enquiry."""


@cli.command()
def upgrade() -> None:
    """Bring the database up to date.

    \b
    Example:
      survey upgrade
    """
    configure_logs()
    bring_up_to_date()


@cli.command()
@HOST
@PORT
def serve(host: str, port: int) -> None:
    """One machine, one command: brings the database up to date, runs web and worker.

    \b
    Example:
      survey serve --port 8000
    """
    configure_logs()
    bring_up_to_date()
    serve_all(host, port)


@cli.command()
@HOST
@PORT
@click.option("--workers", default=WORKERS, show_default=True, help="Processes.")
def web(host: str, port: int, workers: int) -> None:
    """The half that answers requests; for several machines.

    \b
    Example:
      survey web --host 0.0.0.0
    """
    configure_logs()
    Web(host, port, workers).run()


@cli.command()
@click.option("--until-idle", is_flag=True, help="Do all that is due now, then exit.")
@click.pass_context
def work(context: click.Context, until_idle: bool) -> None:
    """The half that does the steps; for several machines, or from a timer.

    \b
    Examples:
      survey work
      survey work --until-idle
    """
    configure_logs()
    if until_idle:
        work_until_idle()
    else:
        work_on(context.obj)


@cli.command()
@click.argument("address")
def forget(address: str) -> None:
    """Erase a person, and say what was erased.

    \b
    Example:
      survey forget jo.smith@example.org
    """
    if not all(address.rpartition("@")) or not address.isprintable():
        raise click.UsageError("ADDRESS is an e-mail address, such as jo.smith@example.org")
    erased = erasure.forget_person(address)
    db.session.commit()
    if not any(erased.values()):
        click.echo("nothing is kept about this address")
    for what, count in erased.items():
        if count:
            click.echo(f"{what}: {count}")


mail_group.add_command(returned)
questionnaire_group.add_command(preview)
figures.add_command(verify)
GROUPS = (
    *(key_group, sign_ins_group, enquiries_group, invitations_group, people_group, mail_group),
    *(partnership_group, questionnaire_group, responses_group, comments_group),
)
for command in (*GROUPS, ticket, figures, pack):
    cli.add_command(command)


def in_app(command: click.Command) -> None:
    """Have a command, and every command below it, run inside the app, unless it already does."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            in_app(below)
        if not command.invoke_without_command:
            return
    if command.callback is not None:
        command.callback = _inside(command.callback)


def _inside(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def run(*args: Any, **options: Any) -> Any:
        # A group that leads on to a command below it leaves the app to that one.
        if has_app_context() or click.get_current_context().invoked_subcommand:
            return callback(*args, **options)
        try:
            app = create_app()
        except SettingError as error:
            raise click.ClickException(str(error)) from None
        with app.app_context():
            click.get_current_context().obj = app
            return callback(*args, **options)

    return run


in_app(cli)
# The demo makes its own settings, and these can be done without any: so no app around them.
cli.add_command(demo)
comments_group.add_command(read)
questionnaire_group.add_command(check)


def main() -> None:
    """Run the command; what a user can mend is one line on standard error."""
    try:
        cli()
    except (NotLoaded, TooOld) as error:
        sys.exit(f"Error: {error}")
    except (OperationalError, ProgrammingError) as error:
        reason = str(error.orig).split("\n", 1)[0]
        behind = "no such table" in reason or "does not exist" in reason
        hint = "; run `survey upgrade` first" if behind else ""
        sys.exit(f"Error: the database cannot be used ({reason}){hint}")
