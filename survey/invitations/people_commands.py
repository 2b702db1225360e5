"""`survey people …`: who asked not to be asked, as hashes."""

import click
from sqlalchemy import null, select, union_all

from survey.foundation.database import db
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
