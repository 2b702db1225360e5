"""`survey people …`: who asked not to be asked, as hashes, and who can be reached again."""

from datetime import datetime

import click
from sqlalchemy import null, select, union_all

from survey.access.audit import record
from survey.foundation.database import db
from survey.foundation.keys import keys
from survey.invitations import people
from survey.invitations.model import PartnerOptOut, Person
from survey.partnership.directory import directory


@click.group("people")
def people_group() -> None:
    """People: known by a hash, never by an address."""


@people_group.command("opted-out")
def opted_out() -> None:
    """List who asked not to be asked, oldest first: hash, date, of everything or which partner.

    \b
    Example:
      survey people opted-out
    """
    codes = {partner.id: partner.code for partner in directory().everything.partners}
    of_all = select(Person.hash, Person.opted_out_at.label("since"), null().label("partner"))
    of_one = select(Person.hash, PartnerOptOut.opted_out_at, PartnerOptOut.partner_id)
    said = union_all(
        of_all.where(Person.opted_out_at.is_not(None)),
        of_one.join(PartnerOptOut, PartnerOptOut.person_id == Person.id),
    ).subquery()
    rows = select(said.c.hash, said.c.since, said.c.partner).order_by(said.c.since, said.c.hash)
    for person, since, partner in db.session.execute(rows).yield_per(1000):
        click.echo(f"{person.hex()}  {since:%Y-%m-%d}  {codes.get(partner, 'everything')}")


@people_group.command("reachable")
@click.argument("address", required=False)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
def reachable(address: str | None, since: datetime | None) -> None:
    """Ask somebody again whose letters came back, or all whose did since a day.

    For an address that is in use again, or after a receiver's server refused everybody by mistake.
    It is about enquiries to come: what came back stays so. The audit notes it, without the address.

    \b
    Examples:
      survey people reachable jo.smith@example.org
      survey people reachable --since 2026-11-26
    """
    if since is not None and address is None:
        day = since.replace(tzinfo=directory().zone)
        which, subject = Person.bounced_at >= day, f"letters came back since {day:%Y-%m-%d}"
    elif address is not None and since is None:
        which, subject = Person.hash == keys().person_hash(address), "one address"
    else:
        raise click.UsageError("give either an ADDRESS or --since DATE")
    found = people.may_be_reached(which)
    record("people reachable again", subject, people=found)
    db.session.commit()
    click.echo(f"{found} may be asked again")
