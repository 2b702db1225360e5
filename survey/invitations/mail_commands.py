"""`survey mail …`: whether our letters are such as filters let through."""

import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import click
from flask import current_app

from survey.foundation import clock
from survey.invitations.letter import Addressee, draft, write
from survey.invitations.letter_check import look_at_letter
from survey.partnership.directory import directory
from survey.post.domain_check import Names, look_at_domain
from survey.post.finding import Finding
from survey.post.letter import pack

DNS_PORT = 53


@click.group("mail")
def mail_group() -> None:
    """Letters: what others make of them, and what comes back."""


@mail_group.command("check")
@click.option("--selector", help="Under which the mail server's DKIM key stands.")
@click.option("--letter", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name-server", help="HOST[:PORT] to ask instead of this machine's.")
def check(selector: str | None, letter: Path | None, name_server: str | None) -> None:
    """Say what a filter would mind about the sending domain, and about a letter.

    The letter is one as we write it, or with --letter one that was received.

    \b
    Examples:
      survey mail check --selector s1
      survey mail check --letter received.eml
    """
    link_host = urlsplit(current_app.config["SURVEY_PUBLIC_URL"]).hostname or ""
    if letter:
        findings = look_at_letter(letter.read_bytes(), link_host)
    else:
        domain = current_app.config["SURVEY_MAIL_FROM"].rpartition("@")[2]
        names = Names(_address(name_server) if name_server else None)
        content, returned_to = _ours()
        findings = look_at_domain(domain, selector, _server(), names)
        findings += look_at_letter(content, link_host, returned_to)
    _tell(findings)


def _tell(findings: list[Finding]) -> None:
    for finding in findings:
        click.echo(f"{finding.level:<4}  {finding.about}: {finding.text}")
    to_mend = sum(finding.level == "mend" for finding in findings)
    if to_mend:
        click.echo(f"{to_mend} to mend", err=True)
        sys.exit(1)


def _ours() -> tuple[bytes, str]:
    """A letter to nobody, as the provider's people get it."""
    here, now = directory(), clock.now()
    service = next(iter(here.services.values()))
    nobody = Addressee(
        uuid=UUID(int=0),
        address=current_app.config["SURVEY_MAIL_FROM"],
        person=bytes(32),
        reference="INC0000001",
        closed_at=now,
        expires_at=now + timedelta(days=here.settings.asking.expires_days),
    )
    packed = pack(write(draft(here.partners[here.provider], service, None), nobody))
    return packed.content, packed.sender


def _server() -> str | None:
    """The host that takes our letters by SMTP, if any does."""
    parts = urlsplit(current_app.config["SURVEY_MAIL_URL"])
    return parts.hostname if parts.scheme in ("smtp", "smtps") else None


def _address(name_server: str) -> tuple[str, int]:
    host, _, port = name_server.partition(":")
    if not host or not (port or str(DNS_PORT)).isdigit():
        raise click.UsageError("--name-server is HOST or HOST:PORT")
    return host, int(port or DNS_PORT)
