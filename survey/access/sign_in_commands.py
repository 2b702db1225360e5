"""`survey sign-ins …`: who is signed in, and ending it."""

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from survey.access import sign_ins
from survey.access.audit import record
from survey.access.members import members
from survey.foundation.database import db
from survey.foundation.spelling import nearest


@click.group("sign-ins")
def sign_ins_group() -> None:
    """Sign-ins: who is signed in to see figures."""


@sign_ins_group.command("list")
def list_sign_ins() -> None:
    """Show who is signed in, the last used first: a line for each browser.

    \b
    Example:
      survey sign-ins list
    """
    known = members()
    table = Table("name", "roles", "since", "last used")
    for row in sign_ins.now_signed_in():
        if member := known.get(row.person):
            table.add_row(
                Text(member.name),
                ", ".join(member.roles),
                f"{row.created_at:%Y-%m-%d %H:%M}",
                f"{row.last_used_at:%Y-%m-%d %H:%M}",
            )
    Console().print(table)


@sign_ins_group.command("end")
@click.argument("name")
def end(name: str) -> None:
    """Sign NAME out everywhere, at once. To keep somebody out, name them in the file no longer.

    \b
    Example:
      survey sign-ins end "Leonora Wickham"
    """
    meant = [member for member in members().values() if member.name == name]
    if not meant:
        known = {member.name for member in members().values()}
        raise click.ClickException(f"nobody is named {name}; nearest: {nearest(name, known)}")
    ended = sum(sign_ins.end_all_of(member.person) for member in meant)
    if ended:
        record("sign-ins ended", name, sign_ins=ended)
    db.session.commit()
    click.echo(f"{name} was signed out; sign-ins ended: {ended}")
