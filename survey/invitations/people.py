"""People: known by a keyed hash, their address encrypted, asked at most once a quiet period.

Whoever changes several people does it in the order of their hashes, so that two workers wait for
each other and never lock each other out.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, delete, func, or_, select, update

from survey.foundation.database import change, db, insert_into, table_of
from survey.invitations.model import Invitation, PartnerOptOut, Person

PEOPLE = table_of(Person)


def remember(addresses: Mapping[bytes, bytes]) -> dict[bytes, int]:
    """Have a row for each person, with the newest spelling of the address, locked until the commit.

    Args:
        addresses: the encrypted address by the person's hash.

    Returns:
        The id by hash.
    """
    if not addresses:
        return {}
    statement = insert_into(Person)
    statement = statement.on_conflict_do_update(
        index_elements=["hash"], set_={"address": statement.excluded.address}
    )
    rows = db.session.execute(
        statement.returning(PEOPLE.c.hash, PEOPLE.c.id),
        [{"hash": who, "address": sealed} for who, sealed in sorted(addresses.items())],
    )
    return {row.hash: row.id for row in rows}


def ask(persons: Collection[int], now: datetime, quiet_days: int) -> set[int]:
    """Mark as asked whoever may be asked, by one conditional update; the ids of those.

    Two workers, or two enquiries at once, cannot both find the condition true. A person who opted
    out or bounced since the rules were tried is not asked either.
    """
    if not persons:
        return set()
    statement = (
        update(Person)
        .where(Person.id.in_(persons), may_be_asked(now, quiet_days))
        .values(last_asked_at=now)
        .returning(Person.id)
    )
    return set(db.session.scalars(statement, execution_options={"synchronize_session": False}))


def may_be_asked(now: datetime, quiet_days: int) -> ColumnElement[bool]:
    """The condition: never asked or not within the quiet period, not opted out, not bounced."""
    rested = or_(
        Person.last_asked_at.is_(None),
        Person.last_asked_at <= now - timedelta(days=quiet_days),
    )
    return rested & Person.opted_out_at.is_(None) & Person.bounced_at.is_(None)


def hold(persons: Collection[int]) -> None:
    """Keep everybody else from these people until the commit, having waited for them."""
    db.session.execute(
        select(Person.id).where(Person.id.in_(persons)).order_by(Person.hash).with_for_update()
    )


def give_back_quiet_period(persons: Collection[int]) -> None:
    """Their invitation was called off unsent: they were last asked when they were before it."""
    newest = select(func.max(Invitation.decided_at)).where(
        Invitation.person_id == Person.id, Invitation.asked
    )
    change(
        update(Person)
        .where(Person.id.in_(persons))
        .values(last_asked_at=newest.correlate(Person).scalar_subquery())
    )


def opt_out(person: bytes, now: datetime) -> None:
    """Never ask this person again. Known or not, they are remembered, by their hash alone."""
    statement = insert_into(Person)
    first = func.coalesce(PEOPLE.c.opted_out_at, statement.excluded.opted_out_at)
    db.session.execute(
        statement.values(hash=person, opted_out_at=now).on_conflict_do_update(
            index_elements=["hash"], set_={"opted_out_at": first, "address": None}
        )
    )


def opt_out_of(person: bytes, partner: int, now: datetime) -> None:
    """Never ask this person about this partner's enquiries again; again makes no difference."""
    remembered = insert_into(Person).values(hash=person)
    db.session.execute(remembered.on_conflict_do_nothing(index_elements=["hash"]))
    id_ = db.session.scalars(select(Person.id).where(Person.hash == person)).one()
    said = insert_into(PartnerOptOut).values(person_id=id_, partner_id=partner, opted_out_at=now)
    db.session.execute(said.on_conflict_do_nothing(index_elements=["person_id", "partner_id"]))


def opt_in(person: bytes) -> None:
    """Take back `opt_out`; what was said about one partner stays."""
    change(update(Person).where(Person.hash == person).values(opted_out_at=None))


def opt_in_to(person: bytes, partner: int) -> None:
    """Take back `opt_out_of`; having opted out of everything stays."""
    whose = select(Person.id).where(Person.hash == person).scalar_subquery()
    said = PartnerOptOut.person_id == whose, PartnerOptOut.partner_id == partner
    change(delete(PartnerOptOut).where(*said))


def opted_out_of(partner: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """The condition, for a statement about `Person`: opted out of everything or of that partner.

    It is false, and not null, where an outer join found nobody.
    """
    said = select(PartnerOptOut.id).where(
        PartnerOptOut.person_id == Person.id, PartnerOptOut.partner_id == partner
    )
    return Person.opted_out_at.is_not(None) | said.exists()


def may_be_reached(which: ColumnElement[bool]) -> int:
    """Take back the bounce of some people; how many had one."""
    return change(
        update(Person).where(which, Person.bounced_at.is_not(None)).values(bounced_at=None)
    )


def note_bounce(person: int, now: datetime) -> None:
    """The person's mail server refuses the address for good."""
    first = func.coalesce(Person.bounced_at, now)
    change(update(Person).where(Person.id == person).values(bounced_at=first))
