"""Who may sign in: the people that the file names, and the partners' coordinators."""

from dataclasses import dataclass

from sqlalchemy import select

from survey.foundation.database import db
from survey.partnership.model import CoordinatorRow, NamedPersonRow, PartnerRow
from survey.partnership.roles import COORDINATOR


@dataclass(frozen=True)
class NamedPerson:
    """Somebody in one role; `partner` is a code, None for a role that is of no one partner.

    Whoever has several roles is there several times, with the same address.
    """

    name: str
    email: str
    role: str
    partner: str | None


def named_people() -> list[NamedPerson]:
    """Everybody whom the file names now, in each of their roles."""
    people = db.session.execute(
        select(NamedPersonRow.name, NamedPersonRow.email, NamedPersonRow.role, PartnerRow.code)
        .outerjoin(PartnerRow, PartnerRow.id == NamedPersonRow.partner_id)
        .where(NamedPersonRow.ended_at.is_(None))
        .order_by(NamedPersonRow.id)
    )
    coordinators = db.session.execute(
        select(CoordinatorRow.name, CoordinatorRow.email, PartnerRow.code)
        .join(PartnerRow, PartnerRow.id == CoordinatorRow.partner_id)
        .where(CoordinatorRow.ended_at.is_(None))
        .order_by(CoordinatorRow.id)
    )
    return [NamedPerson(*each) for each in people] + [
        NamedPerson(name, email, COORDINATOR, partner) for name, email, partner in coordinators
    ]
