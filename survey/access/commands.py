"""`survey key …`: make, list and revoke API keys; `survey ticket`: an address that opens a page."""

import re

import click
from flask import current_app
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import select

from survey.access import api_keys
from survey.access.audit import record
from survey.access.model import ApiKey
from survey.access.tickets import ticket_for
from survey.foundation import clock
from survey.foundation.database import db
from survey.foundation.spelling import nearest
from survey.partnership.directory import Directory, directory

NAME = re.compile(r"[\w.-]{1,80}")


@click.group("key")
def key_group() -> None:
    """API keys: who may call what."""


@key_group.command("create")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(sorted(api_keys.SCOPES))
)
@click.option("--partner", "partners", multiple=True, help="Sees this partner only. Repeatable.")
@click.option("--source", "sources", multiple=True, help="Writes this source only. Repeatable.")
def create(
    name: str, scopes: tuple[str, ...], partners: tuple[str, ...], sources: tuple[str, ...]
) -> None:
    """Make a key and print its secret, once, alone on standard output.

    \b
    Example:
      survey key create helpdesk --scope enquiries:write --source servicenow
    """
    if not NAME.fullmatch(name):
        raise click.UsageError("NAME is up to 80 letters, digits, dots, hyphens and underscores")
    _check_codes(directory(), partners, sources)
    secret = api_keys.mint()
    try:
        api_keys.create(name, secret, scopes, partners, sources)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    record("key created", name, scopes=list(scopes), partners=list(partners), sources=list(sources))
    db.session.commit()
    click.echo(secret)


@key_group.command("list")
def list_keys() -> None:
    """Show every key, without its secret.

    \b
    Example:
      survey key list
    """
    table = Table("name", "scopes", "partners", "sources", "last used", "revoked")
    for key in db.session.scalars(select(ApiKey).order_by(ApiKey.name)):
        table.add_row(
            Text(key.name),
            " ".join(key.scopes),
            " ".join(key.partners) or "all",
            " ".join(key.sources) or "all",
            f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never",
            f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "",
        )
    Console().print(table)


@key_group.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """End a key at once.

    \b
    Example:
      survey key revoke helpdesk
    """
    key = db.session.scalar(select(ApiKey).where(ApiKey.name == name))
    if key is None:
        known = db.session.scalars(select(ApiKey.name)).all()
        raise click.ClickException(f"no key {name}; nearest: {nearest(name, known)}")
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        record("key revoked", name)
        db.session.commit()
    click.echo(f"{name} was revoked on {key.revoked_at:%d %B %Y at %H:%M} UTC")


@click.command("ticket")
@click.argument("name")
def ticket(name: str) -> None:
    """Print the address of the board page as the key NAME sees it, valid for thirty days.

    \b
    Example:
      survey ticket board-OCC
    """
    try:
        signed = ticket_for(name)
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    record("ticket issued", name)
    db.session.commit()
    click.echo(f"{current_app.config['SURVEY_PUBLIC_URL']}/board?ticket={signed}")


def _check_codes(known: Directory, partners: tuple[str, ...], sources: tuple[str, ...]) -> None:
    for kind, given, codes in (
        ("partner", partners, known.partners),
        ("source", sources, known.sources),
    ):
        for code in given:
            if code not in codes:
                close = nearest(code, codes)
                raise click.ClickException(f"unknown {kind} {code}; nearest: {close}")
